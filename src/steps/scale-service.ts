import type { CloudMap } from '../aws/cloud-map.ts';
import type { CloudFormation, Stack } from '../aws/cloudformation.ts';
import type { EcsServices } from '../aws/ecs-services.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import { nameLagSeconds, resolverSeconds } from '../collector/timing.ts';
import { type FoundCollector, findCollectors } from '../deployed/find.ts';
import { type PlacedResource, resourcesWithin } from '../deployed/services.ts';
import { type ScaleSettings, type Settings, stackOf } from '../inputs/settings.ts';
import { type ConfigRole, rolesInOrder } from '../inputs/topologies.ts';
import { KitError } from '../kit/errors.ts';
import { stackService } from '../stack/services.ts';
import { countSetter } from '../template/desired-count.ts';
import { type ServiceRef, serviceOutput, unknownResolverSeconds } from '../verify/target.ts';
import { type Lookup, lookupOf } from './scale-routing.ts';

export interface ServicePorts {
  cloudFormation: Pick<CloudFormation, 'find' | 'resources' | 'originalTemplate'>;
  ecs: Pick<EcsServices, 'service' | 'taskDefinition'>;
  objects: Pick<ObjectStore, 'get'>;
  cloudMap: Pick<CloudMap, 'recordTtlSeconds'>;
}

/** The service of the role that is scaled, and how others find its tasks. */
export interface ScaledService {
  ref: ServiceRef;
  /** The stack that has it: its name, or the ARN of one inside of it; undefined when none does. */
  stack: string | undefined;
  /** Undefined when nobody of the environment looks the tasks up. */
  lookup: Lookup | undefined;
}

/** The service by the outputs of the kit's templates; where these are missing, or it is named, it is looked for. */
export async function scaledService(
  settings: Settings,
  { role }: Pick<ScaleSettings, 'role'>,
  stack: Stack,
  ports: ServicePorts,
): Promise<ScaledService> {
  const { ClusterName: cluster, [serviceOutput[role]]: service } = stack.outputs;
  const isWhole = role !== 'receiver' || stack.outputs['ReceiverDiscoveryServiceId'];
  const isNamed = rolesInOrder.some((each) => settings.services[each]);
  if (!cluster || !service || !isWhole || isNamed) return foundService(settings, role, stack, ports);
  const lookup = await lookupOf({ settings, role, stack }, ports);
  return { ref: { cluster, service }, stack: stack.name, lookup };
}

async function foundService(
  settings: Settings,
  role: ConfigRole,
  { outputs, parameters }: Stack,
  ports: ServicePorts,
): Promise<ScaledService> {
  const { stacks, services: named } = settings;
  const before = rolesInOrder.slice(0, rolesInOrder.indexOf(role));
  const router =
    role === 'gateway' ? before.findLast((each) => stackOf(settings, each) || named[each]) : undefined;
  const names = stacks.map(({ stackName }) => stackName);
  const all = await Promise.all(names.map((name) => resourcesWithin(name, ports.cloudFormation)));
  const fallbackCluster = outputs['ClusterName'] ?? parameters['ClusterName'];
  const wanted = router ? [router, role] : [role];
  const request = { wanted, named, stacks: names, resources: all.flat(), fallbackCluster };
  const found = await findCollectors(request, ports);
  const scaled = found[role];
  if (!scaled) throw new Error(`no ${role} was found`);
  const { cluster, service, stack } = scaled.service;
  const routing = router && found[router];
  return {
    ...{ ref: { cluster, service }, stack },
    lookup: routing ? ofRouter(routing) : await ofReceivers(scaled, ports),
  };
}

function ofRouter({ role, config }: FoundCollector): Lookup {
  return { who: `every ${role}`, seconds: config ? resolverSeconds(config) : unknownResolverSeconds };
}

async function ofReceivers(
  { role, dnsName, service }: FoundCollector,
  { cloudMap }: ServicePorts,
): Promise<Lookup | undefined> {
  const [registry] = service.sight.discoveryServiceIds;
  if (role !== 'receiver' || registry === undefined) return undefined;
  const seconds = (await cloudMap.recordTtlSeconds(registry)) + nameLagSeconds;
  return { who: `whoever resolves ${dnsName ?? `the name of ${service.service}`}`, seconds };
}

/**
 * The one parameter of the stack that sets the number of the service's tasks.
 * @throws KitError `not-scalable` saying why there is none, and what would set the number
 */
export async function countParameterOf(
  { ref, stack: owner }: ScaledService,
  count: number,
  stack: Stack,
  { cloudFormation }: Pick<ServicePorts, 'cloudFormation'>,
): Promise<string> {
  if (owner === undefined) throw notScalable(ref, 'it is in no stack');
  if (owner !== stack.name) throw notScalable(ref, `it is of stack ${owner}, not of ${stack.name}`);
  const resources = await cloudFormation.resources(stack.name);
  const resource = resources.find((each) => isService(each, ref));
  if (!resource) throw notScalable(ref, `stack ${stack.name} has no such service`);
  const template = await cloudFormation.originalTemplate(stack.id);
  const question = { template, service: resource.logicalId, values: stack.parameters, count };
  const setter = countSetter(question);
  if ('parameter' in setter) return setter.parameter;
  throw notScalable(ref, `stack ${stack.name}: ${setter.reason}`, resource.logicalId);
}

function isService(
  { type, logicalId, physicalId }: Pick<PlacedResource, 'type' | 'logicalId' | 'physicalId'>,
  { service, cluster }: ServiceRef,
): boolean {
  return type === 'AWS::ECS::Service' && stackService(logicalId, physicalId ?? '', cluster).name === service;
}

/** Why the number of a service's tasks cannot be set through a stack, and what would set it. */
export function notScalable({ cluster, service }: ServiceRef, reason: string, logicalId?: string): KitError {
  const byHand = `aws ecs update-service --cluster ${cluster} --service ${service} --desired-count N, or the tool that made it`;
  const byTemplate = `a parameter for it alone in the template, such as DesiredCount: !Ref ${logicalId}Count`;
  return new KitError(`service ${service} cannot be scaled: ${reason}`, {
    code: 'not-scalable',
    source: 'user',
    hint: `What would do it: ${logicalId === undefined ? byHand : byTemplate}.`,
  });
}
