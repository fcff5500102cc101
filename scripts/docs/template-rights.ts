import type { Right } from '../../src/aws/rights.ts';
import { connectRights } from './connect-rights.ts';
import { instanceRights } from './instance-rights.ts';
import { arn, each, role, serviceLinkedRole } from './right-lists.ts';

const secret = arn('secretsmanager', 'secret:*');
const logGroups = arn('logs', 'log-group:/ecs/STACK/*');

/**
 * What CloudFormation does in the name of whoever executes a change set, by the templates' resource types: create,
 * read until stable, update, delete, roll back. Without a service role these are the caller's own rights.
 */
export const templateRights: Readonly<Record<string, readonly Right[]>> = {
  'AWS::ServiceDiscovery::PrivateDnsNamespace': [
    ...each(
      [
        'servicediscovery:CreatePrivateDnsNamespace',
        'servicediscovery:DeleteNamespace',
        'servicediscovery:GetNamespace',
        'servicediscovery:UpdatePrivateDnsNamespace',
        'servicediscovery:GetOperation',
        'servicediscovery:TagResource',
        'servicediscovery:ListTagsForResource',
      ],
      '*',
      'the namespace',
    ),
    ...each(
      [
        'route53:CreateHostedZone',
        'route53:GetHostedZone',
        'route53:ListHostedZonesByName',
        'route53:DeleteHostedZone',
        'ec2:DescribeVpcs',
        'ec2:DescribeRegions',
      ],
      '*',
      'the private hosted zone that Cloud Map makes for it',
    ),
  ],
  'AWS::ServiceDiscovery::Service': each(
    [
      'servicediscovery:CreateService',
      'servicediscovery:GetService',
      'servicediscovery:UpdateService',
      'servicediscovery:DeleteService',
      'servicediscovery:TagResource',
      'servicediscovery:ListTagsForResource',
    ],
    '*',
    'the discovery services',
  ),
  'AWS::ServiceDiscovery::Instance': each(
    [
      'servicediscovery:RegisterInstance',
      'servicediscovery:GetInstance',
      'servicediscovery:DeregisterInstance',
      'servicediscovery:GetOperation',
      'route53:ChangeResourceRecordSets',
      'route53:GetHostedZone',
    ],
    '*',
    'the alias grpc-sampling and its DNS record',
  ),
  'AWS::EC2::SecurityGroup': [
    ...each(['ec2:DescribeSecurityGroups', 'ec2:DescribeVpcs'], '*', 'the group'),
    ...each(
      ['ec2:CreateSecurityGroup', 'ec2:DeleteSecurityGroup', 'ec2:CreateTags', 'ec2:DeleteTags'],
      arn('ec2', '*'),
      'the group',
    ),
  ],
  'AWS::EC2::SecurityGroupIngress': [
    ...each(['ec2:DescribeSecurityGroupRules'], '*', 'its rules'),
    ...each(
      [
        'ec2:AuthorizeSecurityGroupIngress',
        'ec2:RevokeSecurityGroupIngress',
        'ec2:UpdateSecurityGroupRuleDescriptionsIngress',
      ],
      arn('ec2', 'security-group*/*'),
      'its rules',
    ),
  ],
  'AWS::SecretsManager::Secret': each(
    [
      'secretsmanager:CreateSecret',
      'secretsmanager:DescribeSecret',
      'secretsmanager:UpdateSecret',
      'secretsmanager:DeleteSecret',
      'secretsmanager:TagResource',
      'secretsmanager:UntagResource',
    ],
    secret,
    'the API key',
    { when: '`CoralogixApiKey` is given' },
  ),
  'AWS::SecretsManager::ResourcePolicy': each(
    [
      'secretsmanager:PutResourcePolicy',
      'secretsmanager:ValidateResourcePolicy',
      'secretsmanager:GetResourcePolicy',
      'secretsmanager:DeleteResourcePolicy',
    ],
    secret,
    'lets a given role read the key',
    { when: '`CoralogixApiKey` and `TaskExecutionRoleArn` are given' },
  ),
  'AWS::IAM::Role': each(
    [
      'iam:CreateRole',
      'iam:GetRole',
      'iam:UpdateRole',
      'iam:UpdateAssumeRolePolicy',
      'iam:DeleteRole',
      'iam:PutRolePolicy',
      'iam:GetRolePolicy',
      'iam:DeleteRolePolicy',
      'iam:ListRolePolicies',
      'iam:AttachRolePolicy',
      'iam:DetachRolePolicy',
      'iam:ListAttachedRolePolicies',
      'iam:TagRole',
      'iam:UntagRole',
    ],
    role,
    "the tasks' roles, and that of the instances",
    { when: 'no `TaskExecutionRoleArn` is given, or `ECSAMI` is' },
  ),
  'AWS::Logs::LogGroup': [
    ...each(['logs:DescribeLogGroups'], '*', 'the log groups'),
    ...each(
      [
        'logs:CreateLogGroup',
        'logs:DeleteLogGroup',
        'logs:PutRetentionPolicy',
        'logs:TagResource',
        'logs:UntagResource',
        'logs:ListTagsForResource',
      ],
      logGroups,
      'the log groups',
    ),
  ],
  'AWS::ECS::TaskDefinition': [
    ...each(
      ['ecs:RegisterTaskDefinition', 'ecs:DescribeTaskDefinition', 'ecs:DeregisterTaskDefinition'],
      '*',
      'the revisions',
    ),
    ...each(['ecs:TagResource', 'ecs:UntagResource'], arn('ecs', 'task-definition/STACK-*:*'), 'their tags'),
    ...each(['iam:PassRole'], role, 'the roles that tasks run with; name those that are given', {
      passedTo: 'ecs-tasks.amazonaws.com',
    }),
  ],
  'AWS::ECS::Service': [
    ...each(
      [
        'ecs:CreateService',
        'ecs:DescribeServices',
        'ecs:UpdateService',
        'ecs:DeleteService',
        'ecs:TagResource',
      ],
      arn('ecs', 'service/CLUSTER/*'),
      'agents and gateways',
    ),
    ...serviceLinkedRole('ecs', "ECS's own role", 'it is the first service of the account'),
  ],
  ...instanceRights,
  ...connectRights,
};
