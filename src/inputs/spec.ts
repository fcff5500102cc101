import type { OutputName } from '../kit/outputs.ts';
import { type StepName, stepNames } from './topologies.ts';

/** One input of `action.yml`. All of its documentation is generated from here. */
export interface InputSpec {
  description: string;
  /** Steps that use it; their `action.yml` lists it. */
  steps: readonly StepName[];
  /** What holds when neither the input nor the environment file says anything; for the tables. */
  whenAbsent: string;
  /** Masked before anything else happens. */
  secret?: true;
}

const every = stepNames;
const releasing: readonly StepName[] = ['deploy', 'verify'];

export const inputSpecs = {
  steps: {
    description: 'Steps to run, in this order, separated by commas.',
    steps: every,
    whenAbsent: '`deploy,verify`',
  },
  'environment-file': {
    description:
      'YAML file with everything that belongs to one environment; inputs override its fields. Schema: `environments/schema.json`.',
    steps: every,
    whenAbsent: 'inputs only',
  },
  environment: {
    description: 'Name of the environment in evidence and summaries.',
    steps: every,
    whenAbsent: "the environment file's base name, else `default`",
  },
  topology: {
    description:
      'How the collectors are arranged: `tail-sampling` (agents and gateways), `central-cluster` (receivers and gateways) or `individual` (a stack for each).',
    steps: every,
    whenAbsent: '`tail-sampling`',
  },
  region: { description: 'AWS region.', steps: every, whenAbsent: '`AWS_REGION`' },
  'stack-name': {
    description: 'CloudFormation stack; with `individual` each of the `components` names its own.',
    steps: every,
    whenAbsent: 'required, unless `services` names all collectors',
  },
  's3-config-bucket': {
    description: 'S3 bucket for configs and releases; the collectors read their config from it.',
    steps: releasing,
    whenAbsent: 'required',
  },
  's3-prefix': {
    description: 'Key prefix of everything the kit writes to the bucket.',
    steps: releasing,
    whenAbsent: '`ecs-tail-sampling`',
  },
  template: {
    description: 'CloudFormation template: a path in the workspace, or the name of a shipped one.',
    steps: every,
    whenAbsent: "the topology's shipped template",
  },
  configs: {
    description: 'YAML map from collector role (`agent`, `receiver`, `gateway`) to the path of its config.',
    steps: releasing,
    whenAbsent: "the topology's shipped configs",
  },
  parameters: {
    description:
      "YAML map of template parameters, by the template's own names; with `individual` for every component whose template has them.",
    steps: ['deploy'],
    whenAbsent: "the stack's previous values, or the template's defaults",
  },
  services: {
    description:
      'YAML map from role (`agent`, `receiver`, `gateway`) to the ECS service whose role cannot be told, or that is in no stack: `{cluster: apps, gateway: {service: otel-gateway}}`. Beside `service`: `cluster`, `dns-name`, and where a config cannot be read `config`, or `grpc-port` and `metrics-port`.',
    steps: ['scale', 'verify'],
    whenAbsent: "found among the stack's resources, by what the configs do",
  },
  tags: { description: 'YAML map of stack tags.', steps: ['deploy'], whenAbsent: 'none' },
  'coralogix-api-key': {
    description:
      'Coralogix Send-Your-Data API key, for the parameter `CoralogixApiKey`. Masked. Not needed again once the stack has it.',
    steps: ['deploy'],
    whenAbsent: "the stack's previous value",
    secret: true,
  },
  'replace-rolled-back-stack': {
    description:
      'Whether a stack in ROLLBACK_COMPLETE, which cannot be updated, is deleted first: `true` or `false`.',
    steps: ['deploy'],
    whenAbsent: '`false`',
  },
  'deploy-timeout-minutes': {
    description: 'Minutes after which an unfinished deployment is a failure.',
    steps: ['deploy'],
    whenAbsent: '`30`',
  },
  role: {
    description: 'Whose tasks are counted: `gateway`, also called `sampler` or `sampling`, or `receiver`.',
    steps: ['scale'],
    whenAbsent: '`gateway`',
  },
  count: {
    description: 'Number of tasks. Later deployments keep it, unless their `parameters` name another.',
    steps: ['scale'],
    whenAbsent: 'required',
  },
  'allow-zero': {
    description:
      'Whether `count` may be 0, which stops the sampling: `true` or `false`. Whoever routes to the gateways holds traces back until its queue is full, then refuses them.',
    steps: ['scale'],
    whenAbsent: '`false`',
  },
  'scale-timeout-minutes': {
    description: 'Minutes after which an unfinished change of the number is a failure.',
    steps: ['scale'],
    whenAbsent: '`15`',
  },
  cohorts: {
    description:
      'YAML map of the cohorts that are sent and what share of each must be kept: `normal: 25%`, or `normal: {traces: 4000, expect: 25%}`. `errors` has status Error and `slow` lasts longer than the latency policy asks; any cohort may state `status` and `span-duration`.',
    steps: ['verify'],
    whenAbsent: 'required',
  },
  endpoint: {
    description:
      'Where traces are sent: `agents`, on each instance its own; `receivers` (or `grpc-receiver`), by DNS and one by one; `grpc-sampling` or `grpc-gateway`, the gateways by DNS; or host:port. What is bypassed is not proven, and such a run is not enough for promotion.',
    steps: ['verify'],
    whenAbsent: '`agents` where the topology has them, else `receivers`',
  },
  'assert-logs': {
    description: "Regular expressions, one per line; each must match a line of every generator's log.",
    steps: ['verify'],
    whenAbsent: 'none',
  },
  'forbid-logs': {
    description: "Regular expressions, one per line; none may match a line of a generator's log.",
    steps: ['verify'],
    whenAbsent: 'none',
  },
  'telemetrygen-image': {
    description: 'Image of the trace generator.',
    steps: ['verify'],
    whenAbsent: '`ghcr.io/open-telemetry/opentelemetry-collector-contrib/telemetrygen:v0.161.0`',
  },
  'traces-per-second': {
    description:
      'Traces that each instance sends per second. Faster than a few hundred, telemetrygen drops in silence.',
    steps: ['verify'],
    whenAbsent: '`100`',
  },
  'verify-timeout-minutes': {
    description: 'Minutes after which an unfinished verification is a failure.',
    steps: ['verify'],
    whenAbsent: '`10`',
  },
} as const satisfies Record<string, InputSpec>;

export type InputName = keyof typeof inputSpecs;

/** One output of `action.yml`. Outputs known before a failure are set all the same. */
export interface OutputSpec {
  description: string;
  steps: readonly StepName[];
}

export const outputSpecs: Readonly<Record<OutputName, OutputSpec>> = {
  'release-id': {
    description:
      'sha256 over template, configs and image: what runs. Of several stacks, an id made of theirs, set once all are known. `none` from `verify` where no release covers all that runs.',
    steps: releasing,
  },
  'has-changes': {
    description:
      '`true` when there was something to change (with several stacks: in any of them), `false` when nothing was executed.',
    steps: ['deploy', 'scale'],
  },
  'stack-id': {
    description: 'ARN of the stack; of several, separated by commas.',
    steps: ['deploy', 'scale'],
  },
  'stack-outputs': {
    description: "The stack's outputs as JSON; of several stacks, those of all that are deployed.",
    steps: ['deploy', 'scale'],
  },
  stacks: {
    description:
      'Each stack as JSON, in order: `component`, `stack-name`, `stack-id`, `release-id`, `has-changes`, `deployed`.',
    steps: ['deploy'],
  },
  'task-count': {
    description: 'Number of tasks that run, once Cloud Map lists exactly these.',
    steps: ['scale'],
  },
  'run-id': {
    description: 'Id of the verification run: resource attribute `verify.run` of its traces.',
    steps: ['verify'],
  },
  generated: { description: 'Traces generated.', steps: ['verify'] },
  arrived: { description: 'Traces of the run that arrived at the gateways.', steps: ['verify'] },
  kept: { description: 'Traces of the run that were kept.', steps: ['verify'] },
  cohorts: { description: 'Counts and intervals per cohort as JSON.', steps: ['verify'] },
  gateways: { description: 'Arrived traces per gateway task as JSON.', steps: ['verify'] },
  collectors: {
    description:
      'Distribution, version, image and image digest of the collectors, per role, with their tasks, as JSON.',
    steps: ['verify'],
  },
  agents: { description: 'Arrived traces per instance as JSON.', steps: ['verify'] },
  receivers: {
    description:
      'Spans that each receiver task took meanwhile, from whoever sent, as JSON; not set where there are none.',
    steps: ['verify'],
  },
  promotable: {
    description:
      '`true` when a promotion may build on a passed run; `false` when something was bypassed, or when no release covers all that ran: then `release-id` is `none`.',
    steps: ['verify'],
  },
  'evidence-key': {
    description:
      'Key of the evidence in the bucket, one for each stack, separated by commas; set when the verification passed.',
    steps: ['verify'],
  },
  'evidence-hash': { description: 'sha256 of the evidence.', steps: ['verify'] },
  durations: { description: 'Seconds per step as JSON.', steps: every },
  'error-code': { description: 'Stable code of the failure; empty on success.', steps: every },
  'summary-markdown': { description: 'The job summary as Markdown.', steps: every },
};
