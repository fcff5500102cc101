import type { CloudFormation, Stack } from '../aws/cloudformation.ts';
import { type ScaleSettings, type Settings, type StackSettings, stackOf } from '../inputs/settings.ts';
import { KitError } from '../kit/errors.ts';
import { sha256, short } from '../release/hash.ts';
import { type Plan, planStack } from '../stack/plan.ts';
import { prepareStack } from '../stack/prepare.ts';
import type { Waiting } from '../stack/waiting.ts';
import type { ServiceRef } from '../verify/target.ts';
import { sayPlan } from './planning.ts';
import type { Lookup } from './scale-routing.ts';
import { countParameterOf, notScalable, type ServicePorts, scaledService } from './scale-service.ts';
import type { StepDeps } from './step.ts';

/** The stack as `scale` finds it. */
export interface StackSight {
  stack: Stack;
  /** The template parameter that takes the number. */
  countParameter: string;
  /** The role's ECS service. */
  service: ServiceRef;
  /** How others find its tasks; undefined when nobody of the environment does. */
  lookup: Lookup | undefined;
}

/** What is going to be done. */
export interface ScalePlan {
  plan: Plan;
  changed: boolean;
  service: ServiceRef;
  before: string;
  count: number;
}

interface Ports extends ServicePorts {
  cloudFormation: CloudFormation;
}

/**
 * The stack of the environment that has the role to be scaled.
 * @throws KitError `not-scalable` when the role's service is in no stack
 */
export function scaledStack(settings: Settings, { role }: Pick<ScaleSettings, 'role'>): StackSettings {
  const stack = stackOf(settings, role);
  if (stack) return stack;
  const { service = role, cluster = '' } = settings.services[role] ?? {};
  throw notScalable({ service, cluster }, 'it is in no stack');
}

/**
 * Reads all that the step depends on before it changes anything.
 * @throws KitError `stack-not-found`, `stack-busy` and what else keeps a stack from being updated, `not-scalable`,
 * `collectors-not-found`, `config-unreadable`.
 */
export async function sightStack(
  settings: Settings,
  wanted: ScaleSettings,
  ports: Ports,
  waiting: Waiting,
): Promise<StackSight> {
  const { stackName } = scaledStack(settings, wanted);
  const stack = await prepareStack(stackName, false, ports.cloudFormation, waiting);
  if (!stack) throw notFound(stackName);
  const service = await scaledService(settings, wanted, stack, ports);
  const countParameter = await countParameterOf(service, wanted.count, stack, ports);
  waiting.say(
    `stack ${stackName} is in ${stack.status}, ${countParameter} is ${stack.parameters[countParameter]}`,
  );
  return { stack, countParameter, service: service.ref, lookup: service.lookup };
}

/** Names what is asked for, whatever the stack is now: by it a later run knows an operation for its own. */
export function countContent(stackName: string, { role, count }: ScaleSettings): string {
  return short(sha256(`scale ${stackName} ${role} ${count}`));
}

export interface CountRequest {
  wanted: ScaleSettings;
  sight: StackSight;
}

/** A change set with the stack's own template and values, but for the one number. */
export async function planCount(
  { wanted, sight }: CountRequest,
  deps: StepDeps,
  cloudFormation: CloudFormation,
  waiting: Waiting,
): Promise<ScalePlan> {
  const { stack, countParameter, service } = sight;
  const before = stack.parameters[countParameter] ?? '';
  const request = {
    stackName: stack.name,
    base: stack,
    // The same for the same change of the same state, so that a rerun replaces what an interrupted run left.
    name: `scale-${wanted.role}-${wanted.count}-${short(sha256(`${stack.id} ${stack.lastUpdated}`))}`,
    content: countContent(stack.name, wanted),
    description: `${wanted.role}: ${wanted.count} tasks`,
    template: { previous: true as const },
    declared: Object.keys(stack.parameters),
    parameters: { [countParameter]: String(wanted.count) },
    tags: {},
  };
  const plan = await planStack(request, cloudFormation, waiting);
  deps.reporter.output('stack-id', stack.id);
  deps.reporter.output('has-changes', !plan.isEmpty);
  if (plan.isEmpty) waiting.say(`${countParameter} is ${before} already: nothing is executed`);
  else sayPlan(deps, stack.name, plan, [{ name: countParameter, before, after: String(wanted.count) }]);
  return { plan, changed: !plan.isEmpty, service, before, count: wanted.count };
}

function notFound(stackName: string): KitError {
  return new KitError(`there is no stack ${stackName} to scale`, {
    code: 'stack-not-found',
    source: 'user',
    hint: 'Deploy it first.',
  });
}
