import path from 'node:path';
import { type Place, policyOf } from '../../src/aws/policy.ts';
import { configKeyRights, type Right, stepRights, typedParameters } from '../../src/aws/rights.ts';
import { scalingOthers, verifyingOthers } from '../../src/aws/rights-for-others.ts';
import { handlers } from '../rights/data.ts';
import { givenRoleRights, templateRights } from './template-rights.ts';
import { templateTypes } from './template-types.ts';

const stack = 'arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/STACK/*';

/**
 * What `aws cloudformation deploy`, `delete-stack` and the looks in between call.
 * https://github.com/aws/aws-cli/blob/develop/awscli/customizations/cloudformation/deployer.py
 */
const commandRights: readonly Right[] = [
  {
    action: 'cloudformation:DescribeStacks',
    resource: stack,
    why: 'whether the stack exists, and its state',
  },
  { action: 'cloudformation:GetTemplateSummary', resource: stack, why: 'which parameters a stack has' },
  { action: 'cloudformation:CreateChangeSet', resource: stack, why: 'plan the change' },
  {
    action: 'cloudformation:TagResource',
    resource: stack,
    why: 'tags of the stack',
    beside: 'cloudformation:CreateChangeSet',
  },
  { action: 'cloudformation:DescribeChangeSet', resource: stack, why: 'wait for the plan' },
  { action: 'cloudformation:ExecuteChangeSet', resource: stack, why: 'carry it out' },
  { action: 'cloudformation:DescribeStackEvents', resource: stack, why: 'why it failed' },
  { action: 'cloudformation:DeleteStack', resource: stack, why: 'remove the stack' },
  ...typedParameters('cloudformation:ExecuteChangeSet'),
];

/**
 * What CloudFormation does for one template.
 * @param beyond a template whose rights are there already: those of its resource types are left out
 */
export function rightsOfTemplate(file: string, beyond?: string): readonly Right[] {
  const known = beyond === undefined ? [] : typesOf(beyond);
  const types = typesOf(file).filter((type) => !known.includes(type));
  // In the order of the table, so that a new resource does not turn a policy upside down.
  return Object.entries(templateRights).flatMap(([type, rights]) => (types.includes(type) ? rights : []));
}

function typesOf(file: string): readonly string[] {
  const types = templateTypes().get(file);
  if (types) return types;
  throw new Error(`there is no template ${file}`);
}

/** The names of the policies that have what CloudFormation needs for a template, by its path in `templates/`. */
export function policiesOfTemplate(file: string): readonly string[] {
  if (file.startsWith('connect/')) return [`${path.basename(file, '.yaml')}-policy`];
  return file === 'otel-complete-cluster.yaml'
    ? ['template-policy', 'instances-policy']
    : ['template-policy'];
}

/** Another count of tasks updates nothing but services. */
export const scaledType = 'AWS::ECS::Service';

/** What CloudFormation does when the count of a service changes, and when it takes that back. */
export function rightsOfScaling(): readonly Right[] {
  const { update = [], read = [] } = handlers[scaledType] ?? {};
  return (templateRights[scaledType] ?? []).filter(({ action }) => [...update, ...read].includes(action));
}

const without = (some: readonly Right[], all: readonly Right[]) =>
  all.filter((right) => !some.includes(right));

/** The policies of `docs/permissions.md`, by the names of their markers. */
export const policies: Readonly<Record<string, () => readonly Right[]>> = {
  'deploy-policy': () => stepRights.deploy,
  'scale-policy': () => [...without(scalingOthers, stepRights.scale), ...rightsOfScaling()],
  'scale-others-policy': () => scalingOthers,
  'verify-policy': () => without(verifyingOthers, stepRights.verify),
  'verify-others-policy': () => verifyingOthers,
  'command-policy': () => commandRights,
  'template-policy': () => rightsOfTemplate('otel-tail-sampling.yaml'),
  'instances-policy': () => rightsOfTemplate('otel-complete-cluster.yaml', 'otel-tail-sampling.yaml'),
  'given-roles-policy': () => givenRoleRights,
  'config-key-policy': () => configKeyRights,
  'shared-namespace-policy': () => rightsOfTemplate('connect/shared-namespace.yaml'),
  'load-balancer-policy': () => rightsOfTemplate('connect/load-balancer.yaml'),
  'vpc-endpoints-policy': () => rightsOfTemplate('connect/vpc-endpoints.yaml'),
};

/** What a role is for, and the policies that it takes: nothing more, nothing less. */
export const roles: readonly { job: string; needs: readonly string[] }[] = [
  {
    job: '`deploy` of `tail-sampling`, `central-cluster` or `individual`',
    needs: ['deploy-policy', 'template-policy'],
  },
  {
    job: '`deploy` of `central-cluster` with `ECSAMI`',
    needs: ['deploy-policy', 'template-policy', 'instances-policy'],
  },
  { job: '`scale`', needs: ['scale-policy'] },
  { job: '`verify`', needs: ['verify-policy'] },
  { job: "`scale` of somebody else's stack", needs: ['scale-policy', 'scale-others-policy'] },
  {
    job: "`verify` of somebody else's stack, or of services in no stack",
    needs: ['verify-policy', 'verify-others-policy'],
  },
  {
    job: '`connect/shared-namespace.yaml`, by the AWS CLI',
    needs: ['command-policy', 'shared-namespace-policy'],
  },
  { job: '`connect/load-balancer.yaml`, by the AWS CLI', needs: ['command-policy', 'load-balancer-policy'] },
  { job: '`connect/vpc-endpoints.yaml`, by the AWS CLI', needs: ['command-policy', 'vpc-endpoints-policy'] },
  { job: 'an individual template, by the AWS CLI', needs: ['command-policy', 'template-policy'] },
];

const long = 'a'.repeat(48);
/** Names as long as the sizes are counted with. */
export const longNames: Required<Place> = {
  PARTITION: 'aws-us-gov',
  REGION: 'ap-southeast-1',
  ACCOUNT: '123456789012',
  STACK: long,
  CLUSTER: long,
  BUCKET: long,
  PREFIX: long,
  GIVENROLE: long,
  EXECUTIONROLE: long,
  CONFIGBUCKET: long,
  LOGGROUP: long,
  CONFIGKEY: long,
};

/**
 * Characters of a policy as IAM counts them, without white space, with long names filled in.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function sizeOf(name: string): number {
  return JSON.stringify(policyOf(policies[name]?.() ?? [], longNames)).length;
}

/** How long all inline policies of a role may be together; managed ones are counted one by one, to 6,144. */
const inlineLimit = 10_240;

/** Whether these policies fit into a role as inline policies. */
export function fitsInline(names: readonly string[]): boolean {
  return names.map(sizeOf).reduce((sum, size) => sum + size, 0) <= inlineLimit;
}
