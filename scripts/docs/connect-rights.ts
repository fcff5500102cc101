import type { Right } from '../../src/aws/rights.ts';
import { arn, each, onEach, serviceLinkedRole } from './right-lists.ts';

// CloudFormation cuts the names of load balancers and target groups to 32 characters, of the stack's to five or so.
const balancers = arn('elasticloadbalancing', 'loadbalancer/*');
const targets = arn('elasticloadbalancing', 'targetgroup/*');
const listeners = arn('elasticloadbalancing', 'listener/*');
const endpoints = arn('ec2', 'vpc-endpoint/*');

const balancing = serviceLinkedRole(
  'elasticloadbalancing',
  "Elastic Load Balancing's own role",
  "it is the account's first load balancer",
);

/** On resources of this stack, whatever they are called. */
function own(names: string, resource: string, why: string): Right[] {
  return each('elasticloadbalancing', names, { resource, ofStack: true, why });
}

/** Reading, which IAM cannot narrow. */
function seen(names: string, why: string): Right[] {
  return each('elasticloadbalancing', names, { resource: '*', why });
}

/** What CloudFormation does for the templates of `templates/connect/`. */
export const connectRights: Readonly<Record<string, readonly Right[]>> = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': [
    ...seen(
      'DescribeLoadBalancers DescribeLoadBalancerAttributes DescribeCapacityReservation DescribeTags',
      'the load balancer',
    ),
    ...each(
      'ec2',
      'DescribeAccountAttributes DescribeAddresses DescribeInternetGateways DescribeSecurityGroups DescribeSubnets DescribeVpcs',
      { resource: '*', why: 'where the load balancer stands' },
    ),
    ...each('elasticloadbalancing', 'CreateLoadBalancer AddTags', {
      resource: balancers,
      why: 'the load balancer',
    }),
    ...own(
      'ModifyLoadBalancerAttributes SetSecurityGroups SetSubnets DeleteLoadBalancer RemoveTags',
      balancers,
      'the load balancer',
    ),
    balancing,
  ],
  'AWS::ElasticLoadBalancingV2::TargetGroup': [
    ...seen(
      'DescribeTargetGroups DescribeTargetGroupAttributes DescribeTargetHealth DescribeTags',
      "the receivers' target group",
    ),
    ...each('ec2', 'DescribeInternetGateways DescribeVpcs', {
      resource: '*',
      why: 'the VPC of the target group',
    }),
    ...each('elasticloadbalancing', 'CreateTargetGroup AddTags', {
      resource: targets,
      why: "the receivers' target group",
    }),
    ...own(
      'ModifyTargetGroup ModifyTargetGroupAttributes DeleteTargetGroup RemoveTags',
      targets,
      "the receivers' target group",
    ),
    balancing,
  ],
  'AWS::ElasticLoadBalancingV2::Listener': [
    ...seen('DescribeListeners DescribeListenerAttributes DescribeTags', 'its listener'),
    ...own('CreateListener', balancers, 'its listener'),
    ...each('elasticloadbalancing', 'AddTags', { resource: listeners, why: 'its listener' }),
    ...own('ModifyListener DeleteListener RemoveTags', listeners, 'its listener'),
  ],
  'AWS::EC2::VPCEndpoint': [
    ...each('ec2', 'DescribeVpcEndpoints DescribeVpcs DescribeSubnets DescribeSecurityGroups', {
      resource: '*',
      why: 'the endpoints',
    }),
    ...onEach(
      ['vpc-endpoint/*', 'vpc/*', 'subnet/*', 'security-group/*', 'route-table/*'].map((it) =>
        arn('ec2', it),
      ),
      (resource) => each('ec2', 'CreateVpcEndpoint', { resource, why: 'the endpoints, where they stand' }),
    ),
    ...each('ec2', 'ModifyVpcEndpoint DeleteVpcEndpoints', {
      resource: endpoints,
      ofStack: true,
      why: 'the endpoints',
    }),
    ...onEach(
      ['subnet/*', 'security-group/*', 'route-table/*'].map((it) => arn('ec2', it)),
      (resource) => each('ec2', 'ModifyVpcEndpoint', { resource, why: 'the endpoints, where they stand' }),
    ),
    ...each('ec2', 'CreateTags DeleteTags', { resource: endpoints, why: 'their tags' }),
    // Private DNS: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    ...each('route53', 'AssociateVPCWithHostedZone', { resource: '*', why: 'their private names' }),
  ],
};
