import type { CloudFormation, Stack } from '../aws/cloudformation.ts';

/** One ECS service that a stack declares. */
export interface StackService {
  logicalId: string;
  cluster: string;
  name: string;
  /** The Cloud Map service that the stack's outputs name beside it: `ReceiverDiscoveryServiceId`. */
  discoveryServiceId?: string | undefined;
}

/** What a stack says should run: its services, and the task-definition revisions it declares now. */
export interface DeclaredServices {
  services: readonly StackService[];
  taskDefinitions: ReadonlySet<string>;
}

export async function declaredServices(
  stack: Stack,
  cloudFormation: Pick<CloudFormation, 'resources'>,
): Promise<DeclaredServices> {
  const resources = await cloudFormation.resources(stack.id);
  const cluster = stack.outputs['ClusterName'] ?? stack.parameters['ClusterName'] ?? 'default';
  return {
    services: resources
      .filter(({ type, physicalId }) => type === 'AWS::ECS::Service' && physicalId)
      .map(({ logicalId, physicalId }) => stackService(logicalId, physicalId ?? '', cluster))
      .map((service) => ({ ...service, discoveryServiceId: discoveryOf(service, stack.outputs) })),
    taskDefinitions: new Set(
      resources.flatMap(({ type, physicalId }) =>
        type === 'AWS::ECS::TaskDefinition' && physicalId ? [physicalId] : [],
      ),
    ),
  };
}

/** `<Role>DiscoveryServiceId` of the role whose `<Role>ServiceName` is this service. */
function discoveryOf({ name }: StackService, outputs: Stack['outputs']): string | undefined {
  const named = Object.keys(outputs).find(
    (output) => /^\w+ServiceName$/.test(output) && outputs[output] === name,
  );
  return named && outputs[named.replace(/ServiceName$/, 'DiscoveryServiceId')];
}

/** A service's physical id is its ARN: `…:service/<cluster>/<name>`, without the cluster in the short format of old accounts. */
export function stackService(logicalId: string, physicalId: string, fallbackCluster: string): StackService {
  const [, ...path] = physicalId.split('/');
  const [first, second] = path;
  if (second !== undefined) return { logicalId, cluster: first ?? fallbackCluster, name: second };
  return { logicalId, cluster: fallbackCluster, name: first ?? physicalId };
}
