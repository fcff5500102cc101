import type { Right } from '../../src/aws/rights.ts';
import { arn, each, onEach } from './right-lists.ts';

const namespaces = arn('servicediscovery', 'namespace/*');
const services = arn('servicediscovery', 'service/*');
const zones = 'arn:PARTITION:route53:::hostedzone/*';
const operations = each('servicediscovery', 'GetOperation', {
  resource: '*',
  why: 'what Cloud Map is doing',
});

/** Ids of namespaces, services and zones are random: they cannot be narrowed before the stack is there. */
export const discoveryRights: Readonly<Record<string, readonly Right[]>> = {
  'AWS::ServiceDiscovery::PrivateDnsNamespace': [
    ...each('servicediscovery', 'CreatePrivateDnsNamespace TagResource UntagResource ListTagsForResource', {
      resource: '*',
      why: 'the namespace',
    }),
    ...each('servicediscovery', 'GetNamespace UpdatePrivateDnsNamespace DeleteNamespace', {
      resource: namespaces,
      why: 'the namespace',
    }),
    ...operations,
    ...each('route53', 'CreateHostedZone ListHostedZonesByName', {
      resource: '*',
      why: 'the private hosted zone that Cloud Map makes for it',
    }),
    ...each('route53', 'GetHostedZone ChangeResourceRecordSets DeleteHostedZone', {
      resource: zones,
      why: 'the private hosted zone that Cloud Map makes for it',
    }),
    ...each('ec2', 'DescribeVpcs DescribeRegions', { resource: '*', why: 'the VPC of that zone' }),
  ],
  'AWS::ServiceDiscovery::Service': [
    ...each('servicediscovery', 'TagResource UntagResource ListTagsForResource ListServices', {
      resource: '*',
      why: 'the discovery services',
    }),
    // AWS asks for the namespace and for the service that is to be.
    ...onEach([namespaces, services], (resource) =>
      each('servicediscovery', 'CreateService', { resource, why: 'the discovery services' }),
    ),
    ...each(
      'servicediscovery',
      'GetService UpdateService DeleteService GetServiceAttributes UpdateServiceAttributes DeleteServiceAttributes',
      { resource: services, why: 'the discovery services' },
    ),
    ...each('servicediscovery', 'GetNamespace', { resource: namespaces, why: 'their namespace' }),
    ...operations,
  ],
  'AWS::ServiceDiscovery::Instance': [
    ...each('servicediscovery', 'RegisterInstance GetInstance DeregisterInstance', {
      resource: services,
      why: 'the alias grpc-sampling',
    }),
    ...operations,
    ...each('route53', 'ListHostedZonesByName', { resource: '*', why: 'its DNS record' }),
    ...each('route53', 'GetHostedZone ChangeResourceRecordSets', { resource: zones, why: 'its DNS record' }),
  ],
};
