import { type CollectorConfig, readCollectorConfig } from '../collector/model.ts';
import { type Settings, type StackSettings, stackOf } from '../inputs/settings.ts';
import { type ConfigRole, roleOf, rolesInOrder } from '../inputs/topologies.ts';
import { KitError } from '../kit/errors.ts';
import { combinedId } from '../release/release.ts';
import { type RunningRelease, runningRelease } from '../release/running.ts';
import { type Target, targetOf } from '../verify/target.ts';
import type { FoundStack, RunningCollectors } from './running-collectors.ts';
import { othersCollectors } from './verify-others.ts';
import type { VerifyPorts } from './verify-ports.ts';

interface Running {
  stack: StackSettings;
  release: RunningRelease;
}

/**
 * Reads what runs from CloudFormation and ECS. A stack with the outputs of the kit's templates says which services it
 * has; among those of others, and in no stack, they are looked for.
 */
export async function runningCollectors(settings: Settings, ports: VerifyPorts): Promise<RunningCollectors> {
  const found = await foundStacks(settings, ports);
  const targets = found.map(({ settings: { stackName, configs }, stack }) => ({
    name: stackName,
    roles: configs.map(({ role }) => role),
    outputs: stack.outputs,
  }));
  const isNamed = rolesInOrder.some((role) => settings.services[role]);
  const target = isNamed || found.length === 0 ? undefined : targetOf(targets);
  return target ? ownCollectors(settings, target, ports) : othersCollectors(settings, found, ports);
}

async function foundStacks({ stacks }: Settings, { cloudFormation }: VerifyPorts): Promise<FoundStack[]> {
  return Promise.all(
    stacks.map(async (settings) => {
      const stack = await cloudFormation.find(settings.stackName);
      if (stack) return { settings, stack };
      throw new KitError(`there is no stack ${settings.stackName}`, {
        code: 'stack-not-found',
        source: 'user',
      });
    }),
  );
}

async function ownCollectors(
  settings: Settings,
  target: Target,
  ports: VerifyPorts,
): Promise<RunningCollectors> {
  const running = await runningReleases(settings, ports);
  const revisions = settings.stacks.map(async ({ stackName }) => {
    const resources = await ports.cloudFormation.resources(stackName);
    const definitions = resources.filter(({ type }) => type === 'AWS::ECS::TaskDefinition');
    return definitions.flatMap(({ physicalId }) => physicalId ?? []);
  });
  const roles = rolesInOrder.filter((role) => stackOf(settings, role));
  const configs = roles.map(
    async (role) => [role, { config: await configOf(role, settings, running, ports) }] as const,
  );
  const releaseId = combined(running);
  return {
    releaseId,
    stacks: running.map(({ stack, release }) => ({
      component: stack.component,
      stack: stack.stackName,
      release: release.id,
    })),
    target,
    taskDefinitions: (await Promise.all(revisions)).flat(),
    collectors: Object.fromEntries(await Promise.all(configs)),
    uncovered: [],
    state: releaseId,
    currentState: async () => combined(await runningReleases(settings, ports)),
  };
}

async function runningReleases({ stacks }: Settings, ports: VerifyPorts): Promise<Running[]> {
  return Promise.all(
    stacks.map(async (stack) => ({ stack, release: await runningRelease(stack.stackName, ports) })),
  );
}

function combined(running: readonly Running[]): string {
  return combinedId(running.map(({ stack, release }) => ({ component: stack.component, id: release.id })));
}

async function configOf(
  role: ConfigRole,
  settings: Settings,
  running: readonly Running[],
  { objects }: VerifyPorts,
): Promise<CollectorConfig> {
  const stack = stackOf(settings, role);
  const release = running.find((each) => each.stack === stack)?.release;
  const parameter =
    stack?.configs.find((config) => config.role === role)?.parameter ??
    roleOf(settings.topology, role).configParameter;
  const key = release?.configs.find((config) => config.parameter === parameter)?.key;
  const bytes = key === undefined ? undefined : await objects.get({ bucket: release?.bucket ?? '', key });
  if (key !== undefined && bytes !== undefined) return readCollectorConfig(key, bytes.toString('utf8'));
  throw new KitError(
    `stack ${stack?.stackName} has no config of its ${role}: parameter ${parameter} names none`,
    { code: 'config-unreadable', source: 'user' },
  );
}
