import {
  DescribeCapacityProvidersCommand,
  DescribeContainerInstancesCommand,
  type ContainerInstance as Described,
  type ECSClient,
  ListContainerInstancesCommand,
} from '@aws-sdk/client-ecs';
import { asking } from './errors.ts';
import { inHundreds, pages } from './pages.ts';

/** An EC2 instance as the cluster knows it. */
export interface ContainerInstance {
  arn: string;
  instanceId: string;
  /** Whether its ECS agent answers; a task cannot be placed on it otherwise. */
  agentConnected: boolean;
}

/**
 * The ACTIVE container instances of a cluster that tasks of the EC2 launch type, daemons included, run on. Not among
 * them are external instances (ECS Anywhere), which have an id of Systems Manager, and those of ECS Managed Instances,
 * which only their capacity provider tells from others.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html
 */
export async function instances(client: ECSClient, cluster: string): Promise<ContainerInstance[]> {
  const inEc2 = (await describedInstances(client, cluster)).filter(
    ({ status, ec2InstanceId }) => status === 'ACTIVE' && ec2InstanceId?.startsWith('i-'),
  );
  const providers = new Set(inEc2.flatMap(({ capacityProviderName }) => capacityProviderName || []));
  const managed = await managedProviders(client, cluster, [...providers]);
  return inEc2
    .filter(({ capacityProviderName }) => !managed.has(capacityProviderName ?? ''))
    .map(({ containerInstanceArn, ec2InstanceId, agentConnected }) => ({
      arn: containerInstanceArn ?? '',
      instanceId: ec2InstanceId ?? '',
      agentConnected: agentConnected ?? false,
    }))
    .sort((a, b) => a.instanceId.localeCompare(b.instanceId));
}

async function describedInstances(client: ECSClient, cluster: string): Promise<Described[]> {
  const arns = await pages(async (nextToken) => {
    const command = new ListContainerInstancesCommand({ cluster, status: 'ACTIVE', ...nextToken });
    const page = await asking(`list the instances of cluster ${cluster}`, () => client.send(command));
    return { items: page.containerInstanceArns ?? [], nextToken: page.nextToken };
  });
  const found: Described[] = [];
  for (const containerInstances of inHundreds(arns)) {
    const command = new DescribeContainerInstancesCommand({ cluster, containerInstances });
    const page = await asking(`describe the instances of cluster ${cluster}`, () => client.send(command));
    found.push(...(page.containerInstances ?? []));
  }
  return found;
}

/** Those of the capacity providers whose instances ECS manages by itself. */
async function managedProviders(
  client: ECSClient,
  cluster: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const managed = new Set<string>();
  for (const capacityProviders of inHundreds(names)) {
    const found = await pages(async (nextToken) => {
      const command = new DescribeCapacityProvidersCommand({ cluster, capacityProviders, ...nextToken });
      const page = await asking(`describe the capacity providers of cluster ${cluster}`, () =>
        client.send(command),
      );
      return { items: page.capacityProviders ?? [], nextToken: page.nextToken };
    });
    for (const { name, type } of found) if (name && type === 'MANAGED_INSTANCES') managed.add(name);
  }
  return managed;
}
