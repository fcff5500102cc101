import type { Right } from './right.ts';
import { scalingOthers, verifyingOthers } from './rights-for-others.ts';

export type { Right } from './right.ts';

const stack = 'arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/STACK/*';
const objects = 'arn:PARTITION:s3:::BUCKET/PREFIX/*';
const ecs = (what: string) => `arn:PARTITION:ecs:REGION:ACCOUNT:${what}`;
/** The path of every role that a stack makes: a name CloudFormation cuts to 64 characters, a path it does not. */
export const ownRoles = 'arn:PARTITION:iam::ACCOUNT:role/ecs-tail-sampling/STACK/*';
const logGroup = (name: string) => `arn:PARTITION:logs:REGION:ACCOUNT:log-group:${name}`;

const onCancel = 'the workflow is cancelled, or time is up';

/**
 * CloudFormation looks up the values of parameters with a type of EC2 in the name of whoever executes a change set,
 * before it touches a resource. Every update does so, however little it changes.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
 */
export function typedParameters(beside: string): Right[] {
  return ['ec2:DescribeVpcs', 'ec2:DescribeSubnets', 'ec2:DescribeSecurityGroups'].map((action) => ({
    action,
    resource: '*',
    why: 'CloudFormation checks the parameters that are VPCs, subnets or security groups',
    beside,
  }));
}

/** Looking at a stack, planning a change of it, carrying it out. */
const changing: readonly Right[] = [
  { action: 'cloudformation:DescribeStacks', resource: stack, why: 'state, parameters and outputs' },
  { action: 'cloudformation:CreateChangeSet', resource: stack, why: 'plan the change' },
  { action: 'cloudformation:DescribeChangeSet', resource: stack, why: 'what the change would do' },
  {
    action: 'cloudformation:ExecuteChangeSet',
    resource: stack,
    why: 'carry it out',
    when: 'there is a change',
  },
  {
    action: 'cloudformation:DeleteChangeSet',
    resource: stack,
    why: 'leave no plan behind',
    when: 'there is no change, or a plan failed or is given up',
  },
  {
    action: 'cloudformation:DescribeEvents',
    resource: stack,
    why: 'which resource fails a plan, and why',
    when: 'a plan failed',
  },
  {
    action: 'cloudformation:DescribeStackEvents',
    resource: stack,
    why: 'follow the operation, and know whose it is',
    when: 'there is a change, or one is under way',
  },
  { action: 'cloudformation:ListStackResources', resource: stack, why: "the stack's services" },
  { action: 'cloudformation:CancelUpdateStack', resource: stack, why: 'take an update back', when: onCancel },
  ...typedParameters('cloudformation:ExecuteChangeSet'),
];

/** Services, tasks and instances of the cluster, each with the action that describes it: in one statement, which is short. */
const ofCluster = ecs('*/CLUSTER/*');

const managedInstances: Right = {
  action: 'ecs:DescribeCapacityProviders',
  resource: '*',
  why: 'which instances are ECS Managed Instances, where no task of the EC2 launch type runs',
  when: 'instances belong to capacity providers',
};

/** Waiting until services are what the stack says, and saying why one is not. */
const watching: readonly Right[] = [
  { action: 'ecs:DescribeServices', resource: ofCluster, why: 'the rollout of the services' },
  { action: 'ecs:ListTasks', resource: '*', why: "the services' tasks" },
  { action: 'ecs:DescribeTasks', resource: ofCluster, why: 'their revision, state and address' },
  {
    action: 'ecs:ListContainerInstances',
    resource: ecs('cluster/CLUSTER'),
    why: 'an agent on every instance',
  },
  {
    action: 'ecs:DescribeContainerInstances',
    resource: ofCluster,
    why: 'which of them an agent can run on',
  },
  managedInstances,
  {
    action: 'servicediscovery:ListInstances',
    resource: 'arn:PARTITION:servicediscovery:REGION:ACCOUNT:service/*',
    why: 'Cloud Map lists exactly the running receivers and gateways',
  },
  { action: 'ecs:DescribeTaskDefinition', resource: '*', why: 'where a task logs; which config it reads' },
  {
    action: 'logs:GetLogEvents',
    resource: logGroup('/ecs/STACK/*:log-stream:*'),
    why: 'every task writes its log; the last lines of one that failed',
  },
];

const deploying: readonly Right[] = [
  ...changing,
  ...watching,
  { action: 's3:PutObject', resource: objects, why: 'template, configs and manifest of the release' },
  {
    action: 's3:GetObject',
    resource: objects,
    why: 'an object that is there already has the right content; which key it is encrypted under',
  },
  {
    action: 'cloudformation:ListChangeSets',
    resource: stack,
    why: "remove an empty stack only when it holds nobody else's plan",
    when: 'a new stack is planned and given up',
  },
  {
    action: 'cloudformation:DeleteStack',
    resource: stack,
    why: 'remove what a creation left',
    when: 'a creation is cancelled, or `replace-rolled-back-stack` is set',
  },
  {
    action: 'secretsmanager:DescribeSecret',
    resource: 'arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:*',
    why: 'the current version of the API key, so that a rotated key rolls the tasks; name that secret',
    when: '`CoralogixApiKeySecretArn` is given without a version',
  },
  {
    action: 'cloudformation:TagResource',
    resource: stack,
    why: 'tags of the stack',
    when: '`tags` are given',
    beside: 'cloudformation:CreateChangeSet',
  },
];

const scaling: readonly Right[] = [
  ...changing,
  ...watching,
  {
    action: 's3:GetObject',
    resource: objects,
    why: 'how often the running config of agents or receivers looks gateways up',
  },
  {
    action: 'servicediscovery:GetService',
    resource: 'arn:PARTITION:servicediscovery:REGION:ACCOUNT:service/*',
    why: 'how long the DNS name of the receivers may be kept',
    when: "`role` is `receiver`, or a stack lacks the outputs of the kit's templates",
  },
  { action: 'cloudformation:GetTemplate', resource: stack, why: 'which parameter sets the number of tasks' },
  ...scalingOthers,
];

/** The task definitions that a verification registers. */
const families = ['telemetrygen-task', 'telemetry-probe'];

const verifying: readonly Right[] = [
  { action: 'cloudformation:DescribeStacks', resource: stack, why: 'parameters and outputs' },
  { action: 'cloudformation:GetTemplate', resource: stack, why: 'the release that really runs' },
  { action: 'cloudformation:ListStackResources', resource: stack, why: 'the revisions of the stack' },
  { action: 's3:GetObject', resource: objects, why: 'the configs that really run' },
  { action: 's3:PutObject', resource: objects, why: 'the evidence', when: 'the verification passed' },
  { action: 'ecs:ListContainerInstances', resource: ecs('cluster/CLUSTER'), why: 'the instances' },
  {
    action: 'ecs:DescribeContainerInstances',
    resource: ecs('container-instance/CLUSTER/*'),
    why: 'their EC2 ids, and whether they take tasks',
  },
  managedInstances,
  {
    action: 'ecs:DescribeServices',
    resource: ecs('service/CLUSTER/*'),
    why: 'how many receivers and gateways there should be',
  },
  { action: 'ecs:ListTasks', resource: '*', why: "the collectors, and the run's own tasks" },
  { action: 'ecs:DescribeTasks', resource: ecs('task/CLUSTER/*'), why: 'their revision, state and address' },
  { action: 'ecs:DescribeTaskDefinition', resource: '*', why: 'where the gateways log' },
  {
    action: 'ecs:RegisterTaskDefinition',
    resource: '*',
    why: 'generators and probe',
  },
  ...families.map(
    (family): Right => ({
      action: 'ecs:RunTask',
      resource: ecs(`task-definition/${family}:*`),
      why: family === 'telemetry-probe' ? 'read the counters of receivers and gateways' : 'send traces',
    }),
  ),
  { action: 'ecs:StopTask', resource: ecs('task/CLUSTER/*'), why: 'leave no task running' },
  { action: 'ecs:DeregisterTaskDefinition', resource: '*', why: 'leave no task definition behind' },
  {
    action: 'ecs:ListTaskDefinitions',
    resource: '*',
    why: 'find those of the run whose registration was never answered',
    when: onCancel,
  },
  {
    action: 'ecs:TagResource',
    resource: ecs('task/CLUSTER/*'),
    why: 'mark tasks as of this run',
    beside: 'ecs:RunTask',
  },
  ...families.map(
    (family): Right => ({
      action: 'ecs:TagResource',
      resource: ecs(`task-definition/${family}:*`),
      why: 'mark task definitions as of this run',
      beside: 'ecs:RegisterTaskDefinition',
    }),
  ),
  {
    action: 'iam:PassRole',
    resource: ownRoles,
    why: "the tasks start with the stack's execution role; one that it was given, see permissions",
    passedTo: 'ecs-tasks.amazonaws.com',
    beside: 'ecs:RunTask',
  },
  {
    action: 'logs:CreateLogGroup',
    resource: logGroup('/ecs/telemetrygen*'),
    why: 'the log of generators and probe',
  },
  {
    action: 'logs:PutRetentionPolicy',
    resource: logGroup('/ecs/telemetrygen*'),
    why: 'its retention',
    when: 'the log group is new',
  },
  {
    action: 'logs:TagResource',
    resource: logGroup('/ecs/telemetrygen*'),
    why: 'its tags',
    when: 'the log group is new',
    beside: 'logs:CreateLogGroup',
  },
  ...['/ecs/telemetrygen:log-stream:*', '/ecs/STACK/*:log-stream:*'].map(
    (group): Right => ({
      action: 'logs:GetLogEvents',
      resource: logGroup(group),
      why: group.includes('STACK')
        ? 'what arrived and what was kept, and in the first lines which collector runs'
        : 'what was generated, and the counters',
    }),
  ),
  ...verifyingOthers,
];

const configKey = 'arn:PARTITION:kms:REGION:ACCOUNT:key/CONFIGKEY';

/** Of every step, beside its own, where a customer managed KMS key encrypts the bucket: S3 uses it as the caller. */
export const configKeyRights: readonly Right[] = [
  {
    action: 'kms:GenerateDataKey',
    resource: configKey,
    why: 'write objects: releases, evidence',
    beside: 's3:PutObject',
  },
  { action: 'kms:Decrypt', resource: configKey, why: 'read them', beside: 's3:GetObject' },
  {
    action: 's3:GetEncryptionConfiguration',
    resource: 'arn:PARTITION:s3:::BUCKET',
    why: 'whether the key is a customer managed one',
    when: 'the step is `deploy`, and the stack is not given the key',
  },
];

/**
 * The rights that each step needs, for the APIs that it calls itself. README tables and policies are generated
 * from here, and the tests on the local cloud run each step under a role with just these.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const stepRights = { deploy: deploying, scale: scaling, verify: verifying } as const satisfies Record<
  string,
  readonly Right[]
>;
