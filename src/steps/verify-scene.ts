import type { CloudFormation } from '../aws/cloudformation.ts';
import type { EcsServices, EcsTask } from '../aws/ecs-services.ts';
import type { EcsTasks } from '../aws/ecs-tasks.ts';
import type { Logs } from '../aws/logs.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import { sampledExporters } from '../collector/latency.ts';
import { type CollectorConfig, readCollectorConfig } from '../collector/model.ts';
import { metricsPort } from '../collector/own-metrics.ts';
import { missingFromTap, samplesItsLog } from '../collector/tap.ts';
import { decisionWaitSeconds, resolverSeconds } from '../collector/timing.ts';
import type { Settings } from '../inputs/settings.ts';
import { type ConfigRole, topologies } from '../inputs/topologies.ts';
import { KitError } from '../kit/errors.ts';
import { type RunningRelease, runningRelease } from '../release/running.ts';
import type { ProbedGateway } from '../verify/counters.ts';
import {
  allGateways,
  gatewayLogs,
  lastGatewayChange,
  marked,
  requireRevision,
  runningTasks,
  waitForResolvers,
} from '../verify/gateways.ts';
import { type CohortPlan, withDurations } from '../verify/plan.ts';
import type { GatewayLog } from '../verify/tap-reader.ts';
import { type Target, targetOf } from '../verify/target.ts';
import type { StepDeps } from './step.ts';

/** The parts of AWS that the step talks to. */
export interface VerifyPorts {
  cloudFormation: Pick<CloudFormation, 'find' | 'originalTemplate' | 'resources'>;
  services: Pick<EcsServices, 'service' | 'tasks' | 'taskDefinition'>;
  tasks: EcsTasks;
  logs: Logs;
  objects: ObjectStore;
}

/** The deployed stack as a verification finds it. */
export interface Scene {
  target: Target;
  releaseId: string;
  /** EC2 instance ids of the cluster's ACTIVE instances. */
  instances: readonly string[];
  gateways: readonly EcsTask[];
  /** The gateways as the probe reaches them, and the image that they run. */
  probed: readonly ProbedGateway[];
  collectorImage: string;
  /** The cohorts of the settings, with the durations that the gateways' config gives them. */
  cohorts: readonly CohortPlan[];
  /** What the gateways' config lacks of the tap; empty when traces can be counted by their ids. */
  missingFromTap: readonly string[];
  decisionWaitSeconds: number;
  samplesLog: boolean;
  /** Exporters that get what is kept. */
  exporters: readonly string[];
  /** Waits until every agent knows the gateways. */
  agentsReady(): Promise<void>;
  /** The gateways' logs, marked at what they hold now. */
  markLogs(): Promise<GatewayLog[]>;
  /** Asks the stack anew. */
  currentRelease(): Promise<string>;
}

/** Reads all that a verification depends on from the stack itself. */
export async function surveyStack(
  settings: Settings,
  { reporter, clock, signal, deadline }: StepDeps & { deadline: number },
  ports: VerifyPorts,
): Promise<Scene> {
  const { stackName } = settings;
  const release = await runningRelease(stackName, ports);
  reporter.output('release-id', release.id);
  const stack = await ports.cloudFormation.find(stackName);
  const target = targetOf(stackName, stack?.outputs ?? {});
  const gatewayConfig = await configOf('gateway', settings, release, ports);
  const agentConfig = await configOf('agent', settings, release, ports);
  const cohorts = withDurations(settings.verify.cohorts, gatewayConfig);
  const instances = await connectedInstances(target, ports);
  const patience = { clock, signal, deadline, say: reporter.info };
  const gateways = await allGateways(ports.services, target, patience);
  reporter.info(
    `release ${release.id}, cluster ${target.cluster}: ${instances.length} instances, ${gateways.length} gateways`,
  );
  const agents = await runningTasks(ports.services, target.cluster, target.agentService);
  const resources = await ports.cloudFormation.resources(stackName);
  const revisions = resources.filter(({ type }) => type === 'AWS::ECS::TaskDefinition');
  requireRevision(
    [...gateways, ...agents],
    revisions.flatMap(({ physicalId }) => physicalId ?? []),
  );
  const changedAt = await lastGatewayChange(ports.services, target, gateways, clock);
  const resolvers = resolverSeconds(agentConfig);
  return {
    target,
    releaseId: release.id,
    instances,
    gateways,
    ...(await reachable(gateways, gatewayConfig, ports)),
    cohorts,
    missingFromTap: missingFromTap(gatewayConfig),
    decisionWaitSeconds: decisionWaitSeconds(gatewayConfig),
    samplesLog: samplesItsLog(gatewayConfig),
    exporters: sampledExporters(gatewayConfig),
    agentsReady: () => waitForResolvers(changedAt, resolvers, patience),
    markLogs: async () => marked(await gatewayLogs(ports.services, gateways), ports.logs),
    currentRelease: async () => (await runningRelease(stackName, ports)).id,
  };
}

async function configOf(
  role: ConfigRole,
  { topology, stackName }: Settings,
  release: RunningRelease,
  { objects }: VerifyPorts,
): Promise<CollectorConfig> {
  const parameter = topologies[topology].roles.find((each) => each.role === role)?.configParameter;
  const key = release.configs.find((config) => config.parameter === parameter)?.key;
  const bytes = key === undefined ? undefined : await objects.get({ bucket: release.bucket, key });
  if (key !== undefined && bytes !== undefined) return readCollectorConfig(key, bytes.toString('utf8'));
  throw new KitError(
    `stack ${stackName} has no config of its ${role}: parameter ${parameter ?? '?'} names none`,
    {
      code: 'config-unreadable',
      source: 'user',
    },
  );
}

async function connectedInstances({ cluster }: Target, { tasks }: VerifyPorts): Promise<string[]> {
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
    hint: 'every instance runs an agent to be verified; drain or repair those that cannot take tasks',
  });
}

/** Where the gateways show their own metrics, by the addresses that ECS gives: DNS answers with eight at most. */
async function reachable(
  gateways: readonly EcsTask[],
  config: CollectorConfig,
  { services }: VerifyPorts,
): Promise<Pick<Scene, 'probed' | 'collectorImage'>> {
  const revisions = new Map<string, { image: string; port: number }>();
  const probed: ProbedGateway[] = [];
  for (const { id, address, taskDefinition } of gateways) {
    const known = revisions.get(taskDefinition) ?? (await collectorOf(taskDefinition, config, services));
    revisions.set(taskDefinition, known);
    if (address === undefined) throw addressless(id);
    probed.push({ task: id, target: `${address}:${known.port}` });
  }
  return { probed, collectorImage: [...revisions.values()][0]?.image ?? '' };
}

async function collectorOf(
  taskDefinition: string,
  config: CollectorConfig,
  services: VerifyPorts['services'],
): Promise<{ image: string; port: number }> {
  const { containers } = await services.taskDefinition(taskDefinition);
  const collector = containers.find(({ name }) => name === 'otel-collector') ?? containers[0];
  return { image: collector?.image ?? '', port: metricsPort(config, collector?.environment ?? {}) };
}

function addressless(task: string): KitError {
  return new KitError(`gateway ${task} has no address of its own, so its counters cannot be read`, {
    code: 'metrics-unreachable',
    source: 'user',
    hint: 'run the gateways in awsvpc network mode, as the shipped template does',
  });
}
