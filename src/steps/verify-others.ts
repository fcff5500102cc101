import { dnsNameOf, type FoundCollector, findCollectors } from '../deployed/find.ts';
import { resourcesWithin } from '../deployed/services.ts';
import type { NamedServices, Settings } from '../inputs/settings.ts';
import { type ConfigRole, rolesInOrder } from '../inputs/topologies.ts';
import { isKitError, messageOf } from '../kit/errors.ts';
import { canonicalJson, sha256, short } from '../release/hash.ts';
import { combinedId } from '../release/release.ts';
import { type RunningRelease, runningRelease } from '../release/running.ts';
import { noRelease } from '../verify/evidence.ts';
import { type DnsNames, serviceOutput, type Target } from '../verify/target.ts';
import type { FoundStack, RunningCollectors } from './running-collectors.ts';
import type { VerifyPorts } from './verify-ports.ts';

type Found = Partial<Record<ConfigRole, FoundCollector>>;

/** What is looked at and looked for. */
interface Search {
  settings: Settings;
  stacks: readonly FoundStack[];
  ports: VerifyPorts;
}

/**
 * The collectors of stacks without the kit's outputs, and of services that are named, whether in a stack or in none:
 * what the outputs do not say is found from resources, task definitions, configs and Cloud Map.
 */
export async function othersCollectors(
  settings: Settings,
  stacks: readonly FoundStack[],
  ports: VerifyPorts,
): Promise<RunningCollectors> {
  const { cloudFormation, services: ecs, objects } = ports;
  const all = await Promise.all(stacks.map(({ stack }) => resourcesWithin(stack.name, cloudFormation)));
  const resources = all.flat();
  const found = await findCollectors(
    {
      wanted: wantedRoles(settings),
      named: namedBy(settings, stacks),
      stacks: stacks.map(({ stack }) => stack.name),
      resources,
      fallbackCluster: clusterOf(stacks),
    },
    { cloudFormation, ecs, objects },
  );
  const definitions = resources.flatMap(({ type, physicalId }) =>
    type === 'AWS::ECS::TaskDefinition' && physicalId ? [physicalId] : [],
  );
  const { releases, uncovered } = await coverage({ settings, stacks, ports }, found, definitions);
  const isCovered = uncovered.length === 0;
  const releaseId = isCovered ? combinedId(releases) : noRelease;
  const state = short(sha256(canonicalJson(stateOf(found))));
  return {
    ...{ releaseId, uncovered },
    stacks: stacks.map(({ settings: { component, stackName } }) => ({
      ...{ component, stack: stackName },
      release: (isCovered && releases.find((each) => each.component === component)?.id) || noRelease,
    })),
    target: { ...targetOf(found, stacks), dnsNames: await dnsNames(found, settings, ports) },
    taskDefinitions: [...definitions, ...ownRevisions(found, settings.services)],
    collectors: found,
    state: `${releaseId} (${state})`,
    currentState: async () => {
      try {
        return (await othersCollectors(settings, stacks, ports)).state;
      } catch (error) {
        if (isKitError(error, 'collectors-not-found'))
          return `${noRelease} (${error.message.split('\n')[0]})`;
        throw error;
      }
    },
  };
}

/** Those that the stacks are to bring, and those that are named. */
function wantedRoles({ stacks, services }: Settings): ConfigRole[] {
  const brought = stacks.flatMap(({ configs }) => configs.map(({ role }) => role));
  return rolesInOrder.filter((role) => brought.includes(role) || services[role]);
}

/** What the environment says goes before what an output says. */
function namedBy({ services }: Settings, stacks: readonly FoundStack[]): NamedServices {
  const byOutputs = stacks.flatMap(({ settings: { configs }, stack: { outputs } }) =>
    configs.flatMap(({ role }) => {
      const service = outputs[serviceOutput[role]];
      if (!service) return [];
      const nothing = { config: undefined, grpcPort: undefined, metricsPort: undefined, dnsName: undefined };
      return [[role, { service, cluster: outputs['ClusterName'], ...nothing }] as const];
    }),
  );
  return { ...Object.fromEntries(byOutputs), ...services };
}

function clusterOf(stacks: readonly FoundStack[]): string | undefined {
  return stacks
    .map(({ stack: { outputs, parameters } }) => outputs['ClusterName'] ?? parameters['ClusterName'])
    .find((cluster) => cluster !== undefined);
}

function targetOf(found: Found, stacks: readonly FoundStack[]): Omit<Target, 'dnsNames'> {
  const { agent, receiver, gateway } = found;
  if (!gateway) throw new Error('collectors without a gateway');
  const outputs = Object.assign({}, ...stacks.map(({ stack }) => stack.outputs)) as Record<string, string>;
  const ref = (each: FoundCollector | undefined) =>
    each && { cluster: each.service.cluster, service: each.service.service };
  return {
    gateways: { cluster: gateway.service.cluster, service: gateway.service.service },
    ...{ agents: ref(agent), receivers: ref(receiver) },
    agentGrpcPort: agent?.grpcPort,
    ...{ receiverGrpcPort: receiver?.grpcPort, gatewayGrpcPort: gateway.grpcPort },
    executionRoleArn: outputs['TaskExecutionRoleArn'] || gateway.service.definition.executionRoleArn,
    containers: { agent: agent?.container, receiver: receiver?.container, gateway: gateway.container },
  };
}

/** Agents are reached without a name. */
async function dnsNames(
  { receiver, gateway }: Found,
  { verify: { endpoint } }: Settings,
  { cloudMap }: VerifyPorts,
): Promise<DnsNames> {
  if (endpoint === 'agents') return {};
  const named = gateway && (await dnsNameOf(gateway, cloudMap));
  return {
    receiver: receiver && (await dnsNameOf(receiver, cloudMap)),
    ...{ gateway: named, sampling: named?.replace(/^[^.]*/, 'grpc-sampling') },
  };
}

/** A service that is named runs what it runs; of others, a revision that no stack made is somebody's doing. */
function ownRevisions(found: Found, named: NamedServices): string[] {
  return Object.values(found).flatMap(({ role, service }) =>
    named[role] || service.stack === undefined ? [service.definition.arn] : [],
  );
}

function stateOf(found: Found): Record<string, (string | null)[]> {
  return Object.fromEntries(
    Object.values(found).map(({ role, service, configHash }) => [
      role,
      [service.definition.arn, configHash ?? null],
    ]),
  );
}

/** The releases of the stacks, and what of the collectors is not of them, each as a sentence. */
async function coverage({ stacks, ports }: Search, found: Found, definitions: readonly string[]) {
  const uncovered: string[] = [];
  const running: { component: string; release: RunningRelease }[] = [];
  for (const { settings } of stacks) {
    try {
      running.push({
        component: settings.component,
        release: await runningRelease(settings.stackName, ports),
      });
    } catch (error) {
      if (!isKitError(error, 'object-not-found')) throw error;
      uncovered.push(messageOf(error));
    }
  }
  const released = running.flatMap(({ release: { bucket, configs } }) =>
    configs.map(({ key }) => `s3://${bucket}/${key}`),
  );
  for (const collector of Object.values(found)) uncovered.push(...gapsOf(collector, definitions, released));
  return { releases: running.map(({ component, release }) => ({ component, id: release.id })), uncovered };
}

function gapsOf(
  { role, service: { service, stack, definition }, config, configFrom }: FoundCollector,
  definitions: readonly string[],
  released: readonly string[],
): string[] {
  if (stack === undefined) return [`the ${role} service ${service} is in no stack`];
  if (!definitions.includes(definition.arn))
    return [`${definition.arn} of service ${service} is of no stack`];
  if (config === undefined) return [`the config of service ${service} cannot be read`];
  const isReleased = configFrom.split(' + ').every((each) => released.includes(each));
  return isReleased ? [] : [`the config of service ${service}, ${configFrom}, is of no release`];
}
