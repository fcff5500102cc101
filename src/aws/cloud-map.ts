import { ListInstancesCommand, ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { clientConfig } from './client-config.ts';
import { asking } from './errors.ts';

/** One address that Cloud Map hands out for a service. */
export interface RegisteredInstance {
  /** The task's id, for instances that ECS registers. */
  id: string;
  /** AWS_INSTANCE_IPV4; absent on CNAME instances. */
  address: string | undefined;
  port: number | undefined;
}

export interface CloudMap {
  /** All instances of a service, whatever their health; ListInstances, because DiscoverInstances stops at 1,000 and needs a `data-` host. */
  registeredInstances(serviceId: string): Promise<RegisteredInstance[]>;
}

export function cloudMap(region: string): CloudMap {
  const client = new ServiceDiscoveryClient(clientConfig(region));
  return {
    async registeredInstances(serviceId) {
      const found: RegisteredInstance[] = [];
      let NextToken: string | undefined;
      do {
        const page = await asking(`list the instances of Cloud Map service ${serviceId}`, () =>
          client.send(
            new ListInstancesCommand({
              ServiceId: serviceId,
              MaxResults: 100,
              ...(NextToken ? { NextToken } : {}),
            }),
          ),
        );
        for (const { Id, Attributes } of page.Instances ?? []) {
          const port = Attributes?.['AWS_INSTANCE_PORT'];
          found.push({
            id: Id ?? '',
            address: Attributes?.['AWS_INSTANCE_IPV4'],
            port: port === undefined ? undefined : Number(port),
          });
        }
        NextToken = page.NextToken;
      } while (NextToken);
      return found;
    },
  };
}
