import {
  GetNamespaceCommand,
  GetServiceCommand,
  ListInstancesCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
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
  /** Seconds for which whoever resolved the service's DNS name may keep the answer. */
  recordTtlSeconds(serviceId: string): Promise<number>;
  /** The service's DNS name, `SERVICE.NAMESPACE`; undefined when its namespace has no DNS. */
  dnsName(serviceId: string): Promise<string | undefined>;
}

export function cloudMap(region: string): CloudMap {
  const client = new ServiceDiscoveryClient(clientConfig(region));
  return {
    registeredInstances: (serviceId) => registeredInstances(client, serviceId),
    async recordTtlSeconds(serviceId) {
      const request = new GetServiceCommand({ Id: serviceId });
      const answer = await asking(`look at Cloud Map service ${serviceId}`, () => client.send(request));
      const records = answer.Service?.DnsConfig?.DnsRecords ?? [];
      return Math.max(0, ...records.map(({ TTL }) => TTL ?? 0));
    },
    dnsName: (serviceId) => dnsName(client, serviceId),
  };
}

async function dnsName(client: ServiceDiscoveryClient, Id: string): Promise<string | undefined> {
  const what = `look at Cloud Map service ${Id}`;
  const { Service } = await asking(what, () => client.send(new GetServiceCommand({ Id })));
  const namespaceId = Service?.DnsConfig?.NamespaceId ?? Service?.NamespaceId;
  if (!Service?.Name || !namespaceId) return undefined;
  const { Namespace } = await asking(`look at Cloud Map namespace ${namespaceId}`, () =>
    client.send(new GetNamespaceCommand({ Id: namespaceId })),
  );
  if (!Namespace?.Name || Namespace.Type === 'HTTP') return undefined;
  return `${Service.Name}.${Namespace.Name}`;
}

async function registeredInstances(
  client: ServiceDiscoveryClient,
  serviceId: string,
): Promise<RegisteredInstance[]> {
  const found: RegisteredInstance[] = [];
  let NextToken: string | undefined;
  do {
    const request = new ListInstancesCommand({
      ServiceId: serviceId,
      MaxResults: 100,
      ...(NextToken ? { NextToken } : {}),
    });
    const page = await asking(`list the instances of Cloud Map service ${serviceId}`, () =>
      client.send(request),
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
}
