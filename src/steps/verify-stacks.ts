import { type CollectorConfig, readCollectorConfig } from '../collector/model.ts';
import { type Settings, type StackSettings, stackOf } from '../inputs/settings.ts';
import { type ConfigRole, roleOf } from '../inputs/topologies.ts';
import { KitError } from '../kit/errors.ts';
import { combinedId } from '../release/release.ts';
import { type RunningRelease, runningRelease } from '../release/running.ts';
import type { VerifiedStack } from '../verify/evidence.ts';
import { type Target, targetOf } from '../verify/target.ts';
import type { VerifyPorts } from './verify-ports.ts';

/** The stacks of the environment and what they really run. */
export interface RunningStacks {
  /** Of all together. */
  releaseId: string;
  stacks: readonly VerifiedStack[];
  target: Target;
  /** Revisions that the stacks made. */
  taskDefinitions: readonly string[];
  /** Config of a role, as its tasks read it; undefined when no stack has the role. */
  configOf(role: ConfigRole): Promise<CollectorConfig | undefined>;
}

interface Running {
  stack: StackSettings;
  release: RunningRelease;
}

/** Reads all stacks of the environment from CloudFormation. */
export async function runningStacks(settings: Settings, ports: VerifyPorts): Promise<RunningStacks> {
  const running = await runningReleases(settings, ports);
  const facts = await Promise.all(
    settings.stacks.map(async ({ stackName, configs }) => {
      const stack = await ports.cloudFormation.find(stackName);
      const resources = await ports.cloudFormation.resources(stackName);
      const revisions = resources.filter(({ type }) => type === 'AWS::ECS::TaskDefinition');
      return {
        target: { name: stackName, roles: configs.map(({ role }) => role), outputs: stack?.outputs ?? {} },
        revisions: revisions.flatMap(({ physicalId }) => physicalId ?? []),
      };
    }),
  );
  return {
    releaseId: combined(running),
    stacks: running.map(({ stack, release }) => ({
      component: stack.component,
      stack: stack.stackName,
      release: release.id,
    })),
    target: targetOf(facts.map(({ target }) => target)),
    taskDefinitions: facts.flatMap(({ revisions }) => revisions),
    configOf: (role) => configOf(role, settings, running, ports),
  };
}

/** The release that the stacks run now. */
export async function currentReleaseId(settings: Settings, ports: VerifyPorts): Promise<string> {
  return combined(await runningReleases(settings, ports));
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
): Promise<CollectorConfig | undefined> {
  const stack = stackOf(settings, role);
  if (stack === undefined) return undefined;
  const release = running.find((each) => each.stack === stack)?.release;
  const parameter = roleOf(settings.topology, role).configParameter;
  const key = release?.configs.find((config) => config.parameter === parameter)?.key;
  const bytes = key === undefined ? undefined : await objects.get({ bucket: release?.bucket ?? '', key });
  if (key !== undefined && bytes !== undefined) return readCollectorConfig(key, bytes.toString('utf8'));
  throw new KitError(
    `stack ${stack.stackName} has no config of its ${role}: parameter ${parameter} names none`,
    { code: 'config-unreadable', source: 'user' },
  );
}
