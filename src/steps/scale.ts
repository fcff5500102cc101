import { type CloudMap, cloudMap } from '../aws/cloud-map.ts';
import { type CloudFormation, cloudFormation, type Stack } from '../aws/cloudformation.ts';
import { ecsServices } from '../aws/ecs-services.ts';
import { logTail } from '../aws/log-tail.ts';
import { cloudWatchLogs, type Logs } from '../aws/logs.ts';
import { type ObjectStore, objectStore } from '../aws/object-store.ts';
import type { ScaleSettings, Settings } from '../inputs/settings.ts';
import { KitError } from '../kit/errors.ts';
import type { DiagnosisPorts } from '../stack/diagnosis.ts';
import { executePlan } from '../stack/execute.ts';
import { rejoin } from '../stack/rejoin.ts';
import type { RolloutPorts, SteadyService } from '../stack/rollout.ts';
import type { Waiting } from '../stack/waiting.ts';
import { proveIdentity } from './planning.ts';
import {
  countContent,
  planCount,
  type ScalePlan,
  type StackSight,
  scaledStack,
  sightStack,
} from './scale-plan.ts';
import { waitForLookup } from './scale-routing.ts';
import { scaleSummary } from './scale-summary.ts';
import { currentStack, servicesInStep } from './services-in-step.ts';
import { type StepDeps, waitingFor } from './step.ts';

/** The parts of AWS that the step talks to. */
export interface ScalePorts extends RolloutPorts, DiagnosisPorts {
  cloudFormation: CloudFormation;
  objects: Pick<ObjectStore, 'get'>;
  cloudMap: CloudMap;
  logs: Pick<Logs, 'page'>;
}

/**
 * Sets the number of a role's tasks through the stack's own parameter, so that stack and service never differ,
 * and waits until exactly that many run, Cloud Map lists them, and whoever routes to them has looked them up.
 */
export async function run(settings: Settings, deps: StepDeps): Promise<void> {
  const { region } = settings;
  await deps.reporter.group('Prove the AWS identity', () => proveIdentity(settings, deps));
  await scale(settings, deps, {
    cloudFormation: cloudFormation(region),
    ecs: ecsServices(region),
    cloudMap: cloudMap(region),
    logTail: logTail(region),
    logs: cloudWatchLogs(region),
    objects: objectStore(region),
  });
}

/** The step on given ports. */
export async function scale(settings: Settings, deps: StepDeps, ports: ScalePorts): Promise<void> {
  const { reporter, clock } = deps;
  const wanted = settings.scale;
  if (!wanted) throw new Error('scale runs without its settings');
  const { stackName } = scaledStack(settings, wanted);
  const started = clock.now();
  const waiting = waitingFor(wanted.timeoutSeconds, deps);
  const sight = await reporter.group(`Look at stack ${stackName}`, async () => {
    await rejoin({ stackName, content: countContent(stackName, wanted) }, ports, waiting);
    return sightStack(settings, wanted, ports, waiting);
  });
  const planned = await reporter.group('Plan the change', () =>
    planCount({ wanted, sight }, deps, ports.cloudFormation, waiting),
  );
  if (planned.changed) {
    await reporter.group('Execute the change set', () =>
      executePlan(stackName, planned.plan, ports, waiting),
    );
  }
  const stack = await currentStack(stackName, sight.stack.id, ports.cloudFormation);
  reporter.output('stack-outputs', JSON.stringify(stack.outputs));
  const services = await reporter.group('Wait for services and Cloud Map', () =>
    countedServices(stack, planned, { since: started, ports, waiting, reporter }),
  );
  await knownToOthers(sight, wanted, { reporter, ports, waiting });
  reporter.output('task-count', wanted.count);
  const seconds = Math.round((clock.now() - started) / 1000);
  const { lookup } = sight;
  reporter.summary(scaleSummary({ settings, stackName, planned, wanted, lookup, services, seconds }));
}

/** Waits until whoever looks the tasks up knows them, or says that nobody can tell. */
async function knownToOthers(
  { lookup, service }: StackSight,
  { role }: ScaleSettings,
  { reporter, ports, waiting }: Pick<StepDeps, 'reporter'> & { ports: ScalePorts; waiting: Waiting },
): Promise<void> {
  if (lookup) {
    return reporter.group('Wait for the routing', () => waitForLookup(service, lookup, { ports, waiting }));
  }
  reporter.warning(
    `no role of this environment comes before the ${role}s: who finds them, and when, cannot be told`,
  );
}

interface Watching {
  since: number;
  ports: ScalePorts;
  waiting: Waiting;
  reporter: StepDeps['reporter'];
}

/** Steady services, of which ours has as many tasks as were asked for. */
async function countedServices(
  stack: Stack,
  { service: { service }, count }: ScalePlan,
  { since, ports, waiting, reporter }: Watching,
): Promise<SteadyService[]> {
  const mayBeEmpty = count === 0 ? service : undefined;
  // The configs that run are not at hand, so that a stream is required and no line in it.
  const logs = { mustSpeak: false, warn: (message: string) => reporter.warning(message) };
  const services = await servicesInStep(stack, { since, mayBeEmpty, ...logs }, ports, waiting);
  const found = services.find(({ name }) => name === service);
  if (found?.desired === count) return services;
  const state = found ? `is asked for ${found.desired} tasks` : 'is not of the stack';
  throw new KitError(`service ${service} ${state}, though stack ${stack.name} says ${count}`, {
    code: 'count-not-in-force',
    source: 'user',
    hint: 'Something sets the number past the stack; stop it, then scale to another number and back.',
  });
}
