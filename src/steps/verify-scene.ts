import type { CloudFormation } from '../aws/cloudformation.ts';
import type { EcsServices, EcsTask } from '../aws/ecs-services.ts';
import type { EcsTasks } from '../aws/ecs-tasks.ts';
import type { Logs } from '../aws/logs.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import { type CollectorConfig, readCollectorConfig } from '../collector/model.ts';
import { missingFromTap, samplesItsLog } from '../collector/tap.ts';
import { decisionWaitSeconds, resolverSeconds } from '../collector/timing.ts';
import type { Settings } from '../inputs/settings.ts';
import { type ConfigRole, topologies } from '../inputs/topologies.ts';
import { KitError } from '../kit/errors.ts';
import { type RunningRelease, runningRelease } from '../release/running.ts';
import {
  allGateways,
  gatewayLogs,
  lastGatewayChange,
  marked,
  requireRevision,
  runningTasks,
  waitForResolvers,
} from '../verify/gateways.ts';
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
  gatewayLogs: readonly GatewayLog[];
  decisionWaitSeconds: number;
  samplesLog: boolean;
  /** Asks the stack anew. */
  currentRelease(): Promise<string>;
}

/** Reads all that a verification depends on from the stack itself, and waits until agents know the gateways. */
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
  const missing = missingFromTap(gatewayConfig);
  if (missing.length > 0) throw tapMissing(gatewayConfig, missing);
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
  const changedAt = await lastGatewayChange(ports.services, target, gateways);
  await waitForResolvers(changedAt, resolverSeconds(agentConfig), patience);
  return {
    target,
    releaseId: release.id,
    instances,
    gateways,
    gatewayLogs: await marked(await gatewayLogs(ports.services, gateways), ports.logs),
    decisionWaitSeconds: decisionWaitSeconds(gatewayConfig),
    samplesLog: samplesItsLog(gatewayConfig),
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

function tapMissing(config: CollectorConfig, missing: readonly string[]): KitError {
  return new KitError(`the gateway config ${config.name} has no complete tap: ${missing.join('; ')}`, {
    code: 'tap-missing',
    source: 'user',
    hint: 'copy the tap from configs/sampling-config.yaml; without it what was kept cannot be counted',
  });
}
