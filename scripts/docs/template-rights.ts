import { ownRoles, type Right } from '../../src/aws/rights.ts';
import { connectRights } from './connect-rights.ts';
import { discoveryRights } from './discovery-rights.ts';
import { instanceRights } from './instance-rights.ts';
import { arn, each, serviceLinkedRole } from './right-lists.ts';
import { groupRights } from './security-group-rights.ts';

const secrets = arn('secretsmanager', 'secret:*');
const services = arn('ecs', 'service/CLUSTER/*');
const withKey = '`CoralogixApiKey` is given';
const makesRoles = 'no `TaskExecutionRoleArn` is given, or `ECSAMI` is';

/** What a task definition asks for about the roles that it names. */
function rolesOfTasks(resource: string, why: string): Right[] {
  return [
    { action: 'iam:GetRole', resource, why },
    { action: 'iam:PassRole', resource, why, passedTo: 'ecs-tasks.amazonaws.com' },
  ];
}

/** For a stack that is given roles, beside those of its template; `verify` hands the execution role to its tasks too. */
export const givenRoleRights = rolesOfTasks(
  'arn:PARTITION:iam::ACCOUNT:role/GIVENROLE',
  'the roles that are given to the stack',
);

/**
 * What CloudFormation does in the name of whoever executes a change set, by the templates' resource types: create,
 * read until stable, update, delete, roll back. Without a service role these are the caller's own rights. A test
 * compares them with the permissions that AWS's resource schemas give for each handler.
 */
export const templateRights: Readonly<Record<string, readonly Right[]>> = {
  ...discoveryRights,
  ...groupRights,
  'AWS::SecretsManager::Secret': [
    ...each('secretsmanager', 'CreateSecret DescribeSecret TagResource', {
      resource: secrets,
      why: 'the API key; CloudFormation makes its name up',
      when: withKey,
    }),
    ...each('secretsmanager', 'GetSecretValue UpdateSecret UntagResource DeleteSecret', {
      resource: secrets,
      ofStack: true,
      why: 'the API key',
      when: withKey,
    }),
  ],
  'AWS::SecretsManager::ResourcePolicy': each(
    'secretsmanager',
    'PutResourcePolicy GetResourcePolicy DeleteResourcePolicy',
    {
      resource: secrets,
      ofStack: true,
      why: 'lets a given role read the key',
      when: '`CoralogixApiKey` and `TaskExecutionRoleArn` are given',
    },
  ),
  'AWS::IAM::Role': [
    ...each('iam', 'CreateRole GetRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy DeleteRole', {
      resource: ownRoles,
      why: "the tasks' roles, and that of the instances",
      when: makesRoles,
    }),
    ...each(
      'iam',
      'PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies TagRole UntagRole',
      { resource: ownRoles, why: 'their policies and tags', when: makesRoles },
    ),
  ],
  'AWS::Logs::LogGroup': [
    ...each('logs', 'DescribeLogGroups DescribeIndexPolicies DescribeResourcePolicies', {
      resource: '*',
      why: 'the log groups',
    }),
    ...each(
      'logs',
      'CreateLogGroup DeleteLogGroup PutRetentionPolicy TagResource UntagResource ListTagsForResource GetDataProtectionPolicy DeleteDataProtectionPolicy',
      { resource: arn('logs', 'log-group:/ecs/STACK/*'), why: 'the log groups' },
    ),
  ],
  'AWS::ECS::TaskDefinition': [
    ...each('ecs', 'RegisterTaskDefinition DescribeTaskDefinition DeregisterTaskDefinition', {
      resource: '*',
      why: 'the revisions',
    }),
    ...each('ecs', 'TagResource UntagResource ListTagsForResource', {
      resource: arn('ecs', 'task-definition/STACK-*:*'),
      why: 'their tags',
    }),
    ...rolesOfTasks(ownRoles, 'the roles that tasks run with'),
  ],
  'AWS::ECS::Service': [
    ...each(
      'ecs',
      'CreateService DescribeServices UpdateService DeleteService TagResource UntagResource ListTagsForResource',
      { resource: services, why: 'agents, receivers and gateways' },
    ),
    ...each('ecs', 'ListServiceDeployments DescribeServiceDeployments StopServiceDeployment', {
      resource: services,
      why: 'their rollouts',
    }),
    ...each('ecs', 'DescribeServiceDeployments StopServiceDeployment', {
      resource: arn('ecs', 'service-deployment/CLUSTER/*'),
      why: 'their rollouts',
    }),
    ...each('iam', 'PassRole', {
      resource: ownRoles,
      passedTo: 'ecs-tasks.amazonaws.com',
      why: 'the roles that tasks run with',
    }),
    serviceLinkedRole('ecs', "ECS's own role", 'it is the first service of the account'),
  ],
  ...instanceRights,
  ...connectRights,
};
