import type { EcsTask } from '../aws/ecs-services.ts';
import { sampledExporters } from '../collector/latency.ts';
import type { CollectorConfig } from '../collector/model.ts';
import { missingFromTap, samplesItsLog } from '../collector/tap.ts';
import { decisionWaitSeconds, resolverSeconds } from '../collector/timing.ts';
import type { Settings } from '../inputs/settings.ts';
import { KitError } from '../kit/errors.ts';
import type { ProbedCollector } from '../verify/counters.ts';
import { type Destination, destinationOf } from '../verify/destination.ts';
import type { VerifiedService, VerifiedStack } from '../verify/evidence.ts';
import { gatewayLogs, marked, waitForResolvers } from '../verify/gateways.ts';
import { type CohortPlan, withDurations } from '../verify/plan.ts';
import { reachable } from '../verify/reachable.ts';
import type { Pace } from '../verify/run.ts';
import { allTasks, lastChange, requireRevision, runningTasks } from '../verify/services.ts';
import type { GatewayLog } from '../verify/tap-reader.ts';
import { type Target, unknownResolverSeconds, usualGrpcPort } from '../verify/target.ts';
import type { RunningCollectors } from './running-collectors.ts';
import type { StepDeps } from './step.ts';
import type { VerifyPorts } from './verify-ports.ts';
import { runningCollectors } from './verify-stacks.ts';

/** The deployed collectors as a verification finds them. */
export interface Scene {
  target: Target;
  /** Of all stacks together; `none` where no release covers all that runs. */
  releaseId: string;
  stacks: readonly VerifiedStack[];
  verifiedServices: readonly VerifiedService[];
  /** Why no release covers what runs, each as a sentence. */
  uncovered: readonly string[];
  /** Another one as soon as anything else runs. */
  state: string;
  destination: Destination;
  /** host:port of what must be sent to, one by one; empty when the destination alone will do. */
  endpoints: readonly (string | undefined)[];
  /** EC2 instance ids of the ACTIVE instances that generators run on. */
  instances: readonly string[];
  gateways: readonly EcsTask[];
  /** Receivers and gateways as the probe reaches them, and the image that the gateways run. */
  probed: readonly ProbedCollector[];
  collectorImage: string;
  /** The cohorts of the settings, with the durations that the gateways' config gives them. */
  cohorts: readonly CohortPlan[];
  /** What the gateways' config lacks of the tap; empty when traces can be counted by their ids. */
  missingFromTap: readonly string[];
  decisionWaitSeconds: number;
  samplesLog: boolean;
  /** Exporters that get what is kept. */
  exporters: readonly string[];
  /** Waits until whoever routes to the gateways knows them. */
  routingReady(): Promise<void>;
  /** The gateways' logs, marked at what they hold now. */
  markLogs(): Promise<GatewayLog[]>;
  /** Asks anew. */
  currentState(): Promise<string>;
}

/** Reads all that a verification depends on from the stacks themselves. */
export async function surveyStacks(
  settings: Settings,
  pace: Pace & StepDeps,
  ports: VerifyPorts,
): Promise<Scene> {
  const running = await runningCollectors(settings, ports);
  const { releaseId, stacks, target, uncovered, state } = running;
  pace.reporter.output('release-id', releaseId);
  const gatewayConfig = requiredConfig(running);
  const cohorts = withDurations(settings.verify.cohorts, gatewayConfig);
  const routing = routingOf(running);
  const destination = destinationOf(settings.verify.endpoint, target);
  const instances = await connectedInstances(destination.cluster, ports);
  const tasks = await collectorTasks(running, pace, ports);
  const { receivers, gateways } = tasks;
  const found = [
    `${instances.length} instances`,
    `${receivers.length} receivers`,
    `${gateways.length} gateways`,
  ];
  pace.voice.info(`release ${releaseId}, cluster ${destination.cluster}: ${found.join(', ')}`);
  const changedAt = await lastChange(ports.services, target.gateways, gateways, pace.clock);
  return {
    ...{ target, releaseId, stacks, uncovered, state, destination, instances, gateways, cohorts },
    verifiedServices: servicesOf(target),
    endpoints: destination.path === 'receivers' ? [undefined, ...addressesOf(receivers, target)] : [],
    ...(await probedOf(tasks, running, ports)),
    missingFromTap: missingFromTap(gatewayConfig),
    decisionWaitSeconds: decisionWaitSeconds(gatewayConfig),
    samplesLog: samplesItsLog(gatewayConfig),
    exporters: sampledExporters(gatewayConfig),
    routingReady: async () => routing && (await waitForResolvers(changedAt, routing, pace)),
    markLogs: async () => marked(await gatewayLogs(ports.services, gateways), ports.logs),
    currentState: running.currentState,
  };
}

function servicesOf({ agents, receivers, gateways }: Target): VerifiedService[] {
  const byRole = { agent: agents, receiver: receivers, gateway: gateways };
  return Object.entries(byRole).flatMap(([role, service]) => (service ? [{ role, ...service }] : []));
}

/** Each receiver by its own address, besides the name of all. */
function addressesOf(receivers: readonly EcsTask[], { receiverGrpcPort = usualGrpcPort }: Target): string[] {
  return receivers.flatMap(({ address }) => (address ? `${address}:${receiverGrpcPort}` : []));
}

async function probedOf(
  { receivers, gateways }: { receivers: readonly EcsTask[]; gateways: readonly EcsTask[] },
  { collectors }: RunningCollectors,
  { services }: VerifyPorts,
): Promise<Pick<Scene, 'probed' | 'collectorImage'>> {
  const of = (role: 'receiver' | 'gateway', tasks: readonly EcsTask[]) =>
    reachable(role, tasks, collectors[role] ?? { config: undefined }, services);
  const { collectors: probed, image } = await of('gateway', gateways);
  const others = receivers.length > 0 ? (await of('receiver', receivers)).collectors : [];
  return { probed: [...probed, ...others], collectorImage: image };
}

function requiredConfig({ collectors }: RunningCollectors): CollectorConfig {
  const config = collectors.gateway?.config;
  if (config) return config;
  throw new Error('the config of the gateways is not known');
}

/** Who routes to the gateways, and how long it may not know of one; undefined when nobody comes before them. */
function routingOf({ collectors }: RunningCollectors) {
  for (const who of ['receiver', 'agent'] as const) {
    const router = collectors[who];
    if (!router) continue;
    return { who, seconds: router.config ? resolverSeconds(router.config) : unknownResolverSeconds };
  }
  return undefined;
}

/** The receivers and gateways, all of them and all of the stacks' own revisions; so are the agents. */
async function collectorTasks(
  { target, taskDefinitions }: RunningCollectors,
  pace: Pace,
  { services }: VerifyPorts,
): Promise<{ receivers: EcsTask[]; gateways: EcsTask[] }> {
  const gateways = await allTasks('gateway', target.gateways, services, pace);
  const receivers = target.receivers ? await allTasks('receiver', target.receivers, services, pace) : [];
  const agents = target.agents ? await runningTasks(services, target.agents) : [];
  requireRevision([...gateways, ...receivers, ...agents], taskDefinitions);
  return { receivers, gateways };
}

async function connectedInstances(cluster: string, { tasks }: VerifyPorts): Promise<string[]> {
  const instances = await tasks.instances(cluster);
  const lost = instances.filter((instance) => !instance.agentConnected);
  if (instances.length > 0 && lost.length === 0) return instances.map(({ instanceId }) => instanceId);
  const reason =
    instances.length === 0
      ? 'it has no ACTIVE instance'
      : `the ECS agent of ${lost.map(({ instanceId }) => instanceId).join(', ')} is not connected`;
  throw new KitError(`cluster ${cluster} cannot run the generators: ${reason}`, {
    code: 'instances-unavailable',
    source: 'aws',
    hint: 'a generator runs on every instance; drain or repair those that cannot take tasks',
  });
}
