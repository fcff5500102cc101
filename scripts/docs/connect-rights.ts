import type { Right } from '../../src/aws/rights.ts';
import { arn, each, serviceLinkedRole } from './right-lists.ts';

const balancing = arn('elasticloadbalancing', '*/STACK-*');

/** What CloudFormation does for the templates of `templates/connect/`. */
export const connectRights: Readonly<Record<string, readonly Right[]>> = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': [
    ...each(
      [
        'elasticloadbalancing:DescribeLoadBalancers',
        'elasticloadbalancing:DescribeLoadBalancerAttributes',
        'elasticloadbalancing:DescribeTags',
        'ec2:DescribeSubnets',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeVpcs',
        'ec2:DescribeInternetGateways',
      ],
      '*',
      'the load balancer',
    ),
    ...each(
      [
        'elasticloadbalancing:CreateLoadBalancer',
        'elasticloadbalancing:ModifyLoadBalancerAttributes',
        'elasticloadbalancing:SetSecurityGroups',
        'elasticloadbalancing:SetSubnets',
        'elasticloadbalancing:DeleteLoadBalancer',
        'elasticloadbalancing:AddTags',
        'elasticloadbalancing:RemoveTags',
      ],
      balancing,
      'the load balancer',
    ),
    ...serviceLinkedRole(
      'elasticloadbalancing',
      "Elastic Load Balancing's own role",
      "it is the account's first load balancer",
    ),
  ],
  'AWS::ElasticLoadBalancingV2::TargetGroup': [
    ...each(
      [
        'elasticloadbalancing:DescribeTargetGroups',
        'elasticloadbalancing:DescribeTargetGroupAttributes',
        'elasticloadbalancing:DescribeTargetHealth',
      ],
      '*',
      "the receivers' target group",
    ),
    ...each(
      [
        'elasticloadbalancing:CreateTargetGroup',
        'elasticloadbalancing:ModifyTargetGroup',
        'elasticloadbalancing:ModifyTargetGroupAttributes',
        'elasticloadbalancing:DeleteTargetGroup',
      ],
      balancing,
      "the receivers' target group",
    ),
  ],
  'AWS::ElasticLoadBalancingV2::Listener': [
    ...each(
      ['elasticloadbalancing:DescribeListeners', 'elasticloadbalancing:DescribeListenerCertificates'],
      '*',
      'its listener',
    ),
    ...each(
      [
        'elasticloadbalancing:CreateListener',
        'elasticloadbalancing:ModifyListener',
        'elasticloadbalancing:DeleteListener',
      ],
      balancing,
      'its listener',
    ),
  ],
  'AWS::EC2::VPCEndpoint': [
    ...each(
      [
        'ec2:DescribeVpcEndpoints',
        'ec2:DescribeVpcs',
        'ec2:DescribeSubnets',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeRouteTables',
      ],
      '*',
      'the endpoints',
    ),
    ...each(
      [
        'ec2:CreateVpcEndpoint',
        'ec2:ModifyVpcEndpoint',
        'ec2:DeleteVpcEndpoints',
        'ec2:CreateTags',
        'ec2:DeleteTags',
      ],
      arn('ec2', '*'),
      'the endpoints',
    ),
    // Private DNS: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    ...each(['route53:AssociateVPCWithHostedZone'], '*', 'their private names'),
  ],
};
