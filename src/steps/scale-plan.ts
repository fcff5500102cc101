import type { CloudFormation, Stack } from '../aws/cloudformation.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import { readCollectorConfig } from '../collector/model.ts';
import { resolverSeconds } from '../collector/timing.ts';
import type { ScaleSettings, Settings } from '../inputs/settings.ts';
import { configParameter, type Scaling, scalableRoles } from '../inputs/topologies.ts';
import { KitError } from '../kit/errors.ts';
import { sha256, short } from '../release/hash.ts';
import { type Plan, planStack } from '../stack/plan.ts';
import { prepareStack } from '../stack/prepare.ts';
import type { Waiting } from '../stack/waiting.ts';
import { sayPlan } from './planning.ts';
import type { StepDeps } from './step.ts';

/** The stack as `scale` finds it. */
export interface StackSight {
  stack: Stack;
  scaling: Scaling;
  /** The role's ECS service and its cluster. */
  service: string;
  cluster: string;
  routing: Routing;
}

/** Who looks the tasks up, and how long a change may stay unknown to it. */
export interface Routing {
  cluster: string;
  /** Seconds after which it knows of a task that came or went. */
  seconds: number;
}

/** What is going to be done. */
export interface ScalePlan {
  plan: Plan;
  changed: boolean;
  /** The role's ECS service. */
  service: string;
  before: string;
  count: number;
}

interface Ports {
  cloudFormation: CloudFormation;
  objects: Pick<ObjectStore, 'get'>;
}

/**
 * Reads all that the step depends on before it changes anything.
 * @throws KitError `stack-not-found`, `stack-busy` and what else keeps a stack from being updated,
 * `parameter-missing`, `stack-outputs-missing`, `config-unreadable`.
 */
export async function sightStack(settings: Settings, ports: Ports, waiting: Waiting): Promise<StackSight> {
  const { stackName, topology, scale } = settings;
  const stack = await prepareStack(stackName, false, ports.cloudFormation, waiting);
  if (!stack) throw notFound(stackName);
  const found = scalableRoles(topology).find(({ role }) => role === scale?.role);
  if (!found) throw new Error(`no scalable role ${scale?.role}`);
  const { scaling } = found;
  const now = stack.parameters[scaling.countParameter];
  if (now === undefined) throw unfit(stackName, `parameter ${scaling.countParameter}`, 'parameter-missing');
  const service = outputOf(stack, scaling.serviceOutput);
  const cluster = outputOf(stack, 'ClusterName');
  waiting.say(`stack ${stackName} is in ${stack.status}, ${scaling.countParameter} is ${now}`);
  const key = stack.parameters[configParameter(topology, scaling.routedBy)] ?? '';
  const seconds = await routingSeconds(stack, key, ports);
  return { stack, scaling, service, cluster, routing: { cluster, seconds } };
}

/** From the config that the running tasks of the routing role were started with. */
async function routingSeconds({ name, parameters }: Stack, key: string, { objects }: Ports) {
  const bucket = parameters['S3ConfigBucket'] ?? '';
  const bytes = key === '' ? undefined : await objects.get({ bucket, key });
  if (bytes !== undefined) return resolverSeconds(readCollectorConfig(key, bytes.toString('utf8')));
  throw new KitError(`stack ${name} reads s3://${bucket}/${key}, which does not exist`, {
    code: 'object-not-found',
    source: 'user',
    hint: 'Its tasks cannot start again without it; deploy the release anew.',
  });
}

/** Names what is asked for, whatever the stack is now: by it a later run knows an operation for its own. */
export function countContent(stackName: string, { role, count }: ScaleSettings): string {
  return short(sha256(`scale ${stackName} ${role} ${count}`));
}

export interface CountRequest {
  stackName: string;
  wanted: ScaleSettings;
  sight: StackSight;
}

/** A change set with the stack's own template and values, but for the one number. */
export async function planCount(
  { stackName, wanted, sight }: CountRequest,
  deps: StepDeps,
  cloudFormation: CloudFormation,
  waiting: Waiting,
): Promise<ScalePlan> {
  const { stack, scaling, service } = sight;
  const name = scaling.countParameter;
  const before = stack.parameters[name] ?? '';
  const request = {
    stackName,
    base: stack,
    // The same for the same change of the same state, so that a rerun replaces what an interrupted run left.
    name: `scale-${wanted.role}-${wanted.count}-${short(sha256(`${stack.id} ${stack.lastUpdated}`))}`,
    content: countContent(stackName, wanted),
    description: `${wanted.role}: ${wanted.count} tasks`,
    template: { previous: true as const },
    declared: Object.keys(stack.parameters),
    parameters: { [name]: String(wanted.count) },
    tags: {},
  };
  const plan = await planStack(request, cloudFormation, waiting);
  deps.reporter.output('stack-id', stack.id);
  deps.reporter.output('has-changes', !plan.isEmpty);
  if (plan.isEmpty) waiting.say(`${name} is ${before} already: nothing is executed`);
  else sayPlan(deps, plan, [{ name, before, after: String(wanted.count) }]);
  return { plan, changed: !plan.isEmpty, service, before, count: wanted.count };
}

function outputOf({ name, outputs }: Stack, output: string): string {
  const value = outputs[output];
  if (value) return value;
  throw unfit(name, `output ${output}`, 'stack-outputs-missing');
}

function notFound(stackName: string): KitError {
  return new KitError(`there is no stack ${stackName} to scale`, {
    code: 'stack-not-found',
    source: 'user',
    hint: 'Deploy it first.',
  });
}

function unfit(stackName: string, lacks: string, code: string): KitError {
  return new KitError(`stack ${stackName} cannot be scaled: it has no ${lacks}`, {
    code,
    source: 'user',
    hint: "Deploy it with the kit's template, or give your template the same names.",
  });
}
