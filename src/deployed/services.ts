import type { CloudFormation, StackResource } from '../aws/cloudformation.ts';
import type { EcsServices } from '../aws/ecs-services.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import { stackService } from '../stack/services.ts';
import { collectorsOf, type DeployedService } from './collector.ts';

export interface ServicePorts {
  cloudFormation: Pick<CloudFormation, 'resources'>;
  ecs: Pick<EcsServices, 'service' | 'taskDefinition'>;
  objects: Pick<ObjectStore, 'get'>;
}

/** A resource, and the stack that has it: the one that was asked for, or one inside of it. */
export interface PlacedResource extends StackResource {
  stack: string;
}

/** The resources of a stack and of the stacks inside of it. */
export async function resourcesWithin(
  stack: string,
  cloudFormation: ServicePorts['cloudFormation'],
): Promise<PlacedResource[]> {
  const own = (await cloudFormation.resources(stack)).map((each) => ({ ...each, stack }));
  const inner = own.flatMap(({ type, physicalId }) =>
    type === 'AWS::CloudFormation::Stack' && physicalId ? [physicalId] : [],
  );
  const nested = await Promise.all(inner.map((each) => resourcesWithin(each, cloudFormation)));
  return [...own, ...nested.flat()];
}

/** The ECS services among resources, with the collectors of their tasks; those that ECS no longer knows are left out. */
export async function deployedServices(
  resources: readonly PlacedResource[],
  fallbackCluster: string,
  ports: ServicePorts,
): Promise<DeployedService[]> {
  const refs = resources.flatMap(({ type, physicalId, logicalId, stack }) => {
    if (type !== 'AWS::ECS::Service' || !physicalId) return [];
    const { cluster, name } = stackService(logicalId, physicalId, fallbackCluster);
    return [{ cluster, service: name, stack }];
  });
  const found = await Promise.all(refs.map((ref) => deployedService(ref, ports)));
  return found.flatMap((each) => each ?? []);
}

/** A service as ECS has it now; undefined when ECS has no such service, or an INACTIVE one. */
export async function deployedService(
  { cluster, service, stack }: Pick<DeployedService, 'cluster' | 'service' | 'stack'>,
  { ecs, objects }: Pick<ServicePorts, 'ecs' | 'objects'>,
): Promise<DeployedService | undefined> {
  const sight = await ecs.service(cluster, service);
  if (!sight || sight.status === 'INACTIVE') return undefined;
  const definition = await ecs.taskDefinition(sight.taskDefinition);
  const collectors = await collectorsOf(definition, objects);
  return { cluster, service, stack, sight, definition, collectors };
}
