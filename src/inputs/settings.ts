import type { ComponentName, ConfigRole, StepName, TopologyName } from './topologies.ts';

/** A file of the release, read once, so that what is hashed is what is uploaded. */
export interface SourceFile {
  /** As the user wrote it, relative to the workspace, or `kit:` + name for a file shipped with the kit. */
  path: string;
  bytes: Buffer;
}

export interface ConfigFile extends SourceFile {
  role: ConfigRole;
  /** The template parameter that receives the object's key: `AgentS3ConfigKey`. */
  parameter: string;
}

/** One cohort of traces that `verify` sends and judges. */
export interface CohortSettings {
  name: string;
  /** Traces to send, over all instances together; at least 1. */
  traces: number;
  /** Share of them that must be kept: 0 to 1. */
  expected: number;
  /** Status of its spans. Default Error for `errors`, else Unset. */
  status: 'Unset' | 'Ok' | 'Error';
  /** Duration of each span, such as 2500ms; undefined is telemetrygen's own, and for `slow` what the gateways call slow. */
  spanDuration: string | undefined;
}

/** What the environment says of an ECS service. All but its name is for what cannot be found out. */
export interface NamedService {
  service: string;
  cluster: string | undefined;
  /** The config that its tasks run, where it cannot be read from them. */
  config: SourceFile | undefined;
  /** For OTLP; of agents, the port of the instance. */
  grpcPort: number | undefined;
  metricsPort: number | undefined;
  /** Under which others find its tasks: `grpc-receiver.cx-otel`. */
  dnsName: string | undefined;
}

/** The services of the environment that are named, by role. */
export type NamedServices = Readonly<Partial<Record<ConfigRole, NamedService>>>;

export interface DeploySettings {
  /** Seconds from the start of the step to its failure. Default 1,800. */
  timeoutSeconds: number;
  /** Whether a stack in ROLLBACK_COMPLETE is deleted and created anew. Default false. */
  replaceRolledBackStack: boolean;
}

/** What `scale` is asked for. */
export interface ScaleSettings {
  /** Seconds from the start of the step to its failure. Default 900. */
  timeoutSeconds: number;
  /** The role whose tasks are counted. Default `gateway`. */
  role: ConfigRole;
  /** How many tasks; 0 only when that was allowed. */
  count: number;
}

export interface VerifySettings {
  /** Seconds from the start of the step to its failure. Default 600. */
  timeoutSeconds: number;
  /** The telemetrygen image, a full reference. */
  image: string;
  cohorts: readonly CohortSettings[];
  /** Traces per second that each instance's generator sends. Default 100. */
  tracesPerSecond: number;
  /**
   * Where traces are sent: `agents`, `receivers`, `grpc-sampling`, `grpc-gateway` or host:port. Default: the first
   * role that a trace passes.
   */
  endpoint: string;
  /** Regular expressions of which each must match a line of every generator's log. */
  assertLogs: readonly RegExp[];
  /** Regular expressions of which none may match any line of a generator's log. */
  forbidLogs: readonly RegExp[];
}

/** One stack of the environment and what is released to it. */
export interface StackSettings {
  component: ComponentName;
  stackName: string;
  template: SourceFile;
  /** By role; none for a namespace. */
  configs: readonly ConfigFile[];
  /** Template parameters by their own names; those absent keep the stack's value or the template's default. */
  parameters: Readonly<Record<string, string>>;
}

/** Everything a step needs to know, read and checked before the first AWS call. */
export interface Settings {
  steps: readonly StepName[];
  /** Names the environment in evidence and summaries: `staging`. */
  environment: string;
  region: string;
  topology: TopologyName;
  /** In the order in which they are deployed; one, unless the topology is split; none where all collectors are named. */
  stacks: readonly StackSettings[];
  services: NamedServices;
  /** Bucket of configs and releases; also the templates' S3ConfigBucket. */
  bucket: string;
  /** Key prefix without slashes at its ends. */
  prefix: string;
  tags: Readonly<Record<string, string>>;
  deploy: DeploySettings;
  /** Undefined unless `scale` is one of the steps. */
  scale: ScaleSettings | undefined;
  verify: VerifySettings;
}

/** The stack that brings a role; undefined when none does. */
export function stackOf({ stacks }: Pick<Settings, 'stacks'>, role: ConfigRole): StackSettings | undefined {
  return stacks.find(({ configs }) => configs.some((config) => config.role === role));
}
