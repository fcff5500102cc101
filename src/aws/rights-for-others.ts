import type { Right } from './right.ts';

/** When a step looks for collectors by itself. */
const found = "a stack lacks the outputs of the kit's templates, or `services` is given";

/** Finding the collectors of somebody else's stack, or of services in no stack. */
const finding: readonly Right[] = [
  {
    action: 'cloudformation:ListStackResources',
    resource: 'arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/STACK-*/*',
    why: 'the services of stacks inside of the stack',
    when: `${found}, and there are such stacks`,
  },
  {
    action: 's3:GetObject',
    resource: 'arn:PARTITION:s3:::CONFIGBUCKET/*',
    why: 'the configs that the services read, by which their roles are told',
    when: `${found}, and they lie elsewhere`,
  },
  {
    action: 'servicediscovery:GetNamespace',
    resource: 'arn:PARTITION:servicediscovery:REGION:ACCOUNT:namespace/*',
    why: 'the names of receivers and gateways',
    when: `${found}, and \`endpoint\` is not \`agents\``,
  },
];

export const verifyingOthers: readonly Right[] = [
  ...finding,
  {
    action: 'servicediscovery:GetService',
    resource: 'arn:PARTITION:servicediscovery:REGION:ACCOUNT:service/*',
    why: 'the names of receivers and gateways',
    when: `${found}, and \`endpoint\` is not \`agents\``,
  },
  {
    action: 'iam:PassRole',
    resource: 'arn:PARTITION:iam::ACCOUNT:role/EXECUTIONROLE',
    why: "the tasks start with the execution role of the gateways' service",
    when: found,
    passedTo: 'ecs-tasks.amazonaws.com',
    beside: 'ecs:RunTask',
  },
  {
    action: 'logs:GetLogEvents',
    resource: 'arn:PARTITION:logs:REGION:ACCOUNT:log-group:LOGGROUP:log-stream:*',
    why: 'what the gateways say',
    when: found,
  },
];

export const scalingOthers: readonly Right[] = finding;
