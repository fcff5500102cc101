import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { stepRights } from '../../src/aws/rights.ts';
import type { StepName } from '../../src/inputs/topologies.ts';
import { DeployedStack } from '../support/deployed-stack.ts';
import { guideRoleTemplate } from '../support/guide-role.ts';
import { makeStack } from '../support/made-stack.ts';
import { firstErrorLine } from '../support/verified-stack.ts';

jest.setTimeout(300_000);

const inputs: Record<StepName, Record<string, string>> = {
  deploy: {},
  scale: { count: '1' },
  verify: { cohorts: '{normal: {expect: 25%, traces: 200}, errors: {expect: 100%, traces: 50}}' },
};

/** Rights without which the step cannot do its work; those that are needed now and then only are not among them. */
const needed: readonly [StepName, string][] = [
  ['deploy', 's3:PutObject'],
  ['deploy', 'cloudformation:CreateChangeSet'],
  ['deploy', 'servicediscovery:ListInstances'],
  ['deploy', 'ecs:DescribeContainerInstances'],
  ['deploy', 'logs:GetLogEvents'],
  ['scale', 'cloudformation:DescribeStacks'],
  ['scale', 'cloudformation:DescribeChangeSet'],
  ['scale', 'cloudformation:ListStackResources'],
  ['scale', 's3:GetObject'],
  ['scale', 'ecs:DescribeServices'],
  ['scale', 'ecs:ListContainerInstances'],
  ['verify', 'cloudformation:GetTemplate'],
  ['verify', 'ecs:DescribeTasks'],
  ['verify', 'ecs:DescribeContainerInstances'],
  ['verify', 'ecs:RegisterTaskDefinition'],
  ['verify', 'ecs:RunTask'],
  ['verify', 'logs:CreateLogGroup'],
  ['verify', 'logs:GetLogEvents'],
];

/** Statements of docs/permissions.md: of the step's own policy, and of what CloudFormation does for the stack. */
const takenAway: readonly [StepName, string, string][] = [
  ['deploy', 'deploy-policy/S3', 's3:PutObject'],
  ['scale', 'scale-policy/EcsCluster', 'ecs:ListContainerInstances'],
  ['verify', 'verify-policy/IamRoleEcsTailSamplingToEcsTasks', 'iam:PassRole'],
  ['deploy', 'template-policy/IamRoleEcsTailSamplingToEcsTasks', 'iam:PassRole'],
  ['deploy', 'template-policy/EcsTaskDefinition', 'ecs:TagResource'],
  ['deploy', 'template-policy/EcsAll', 'ecs:RegisterTaskDefinition'],
];

const silentRole = 'rights-silent-role';

// Every test of this folder runs its steps under roles with just their rights; here some are taken away.
describe('a step under a role', () => {
  let stack: DeployedStack;

  beforeAll(async () => {
    stack = new DeployedStack('rights', 8, { SamplingTaskCount: 1 });
    stack.edit('sampling-config.yaml', 'decision_wait: 10s', 'decision_wait: 2s');
    await stack.deploy();
  });
  afterAll(async () => {
    await stack.remove();
    await stack.account.removeStack(silentRole);
  });

  test.each(['deploy', 'scale', 'verify'] as const)('with just its rights passes: %s', async (step) => {
    const result = await stack.run(step, inputs[step]);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(`${result.log}`).toMatch(step === 'verify' ? /evidence / : /as arn:aws:sts::\d+:assumed-role\//);
  });

  test.each(['deploy', 'scale', 'verify'] as const)('without any right fails: %s', async (step) => {
    const without = stepRights[step].map(({ action }) => action);
    const result = await stack.run(step, inputs[step], { without });
    expect(result).toMatchObject({ exitCode: 1, outputs: { 'error-code': 'access-denied' } });
  });

  test.each(needed)('%s without %s fails and names it', async (step, action) => {
    const result = await stack.run(step, inputs[step], { without: [action] });
    expect(result).toMatchObject({ exitCode: 1, outputs: { 'error-code': 'access-denied' } });
    expect(firstErrorLine(result)).toContain(`is not authorized to perform: ${action}`);
    expect(result.log).toContain('Grant the missing permission to the role of the workflow.');
  });

  test.each(takenAway)('%s under a role without %s fails and names %s', async (step, statement, action) => {
    const run = () => stack.run(step, inputs[step], { withoutStatement: statement });
    // A deployment that changes something, so that CloudFormation has to ask.
    const result = await (step === 'deploy'
      ? stack.edited('sampling-config.yaml', ['decision_wait: 2s', 'decision_wait: 3s'], run)
      : run());
    expect(result.exitCode).toBe(1);
    expect(firstErrorLine(result)).toContain(`is not authorized to perform: ${action} on resource: arn:`);
    await stack.atRest();
  });

  test('is a failed deployment when the tasks run under a role that cannot write their logs', async () => {
    const { Arn = '' } = await roleWithoutLogs(stack, silentRole);
    const parameters = JSON.stringify({ TaskExecutionRoleArn: Arn });
    const result = await stack.run('deploy', { parameters });
    expect(result).toMatchObject({ exitCode: 1, outputs: { 'error-code': 'log-unwritable' } });
    expect(firstErrorLine(result)).toMatch(
      /^task \w+ of service rights-\w+ cannot write its log: log group \/ecs\/rights\/\w+ has no stream ecs\/otel-collector\/\w+ \(and 2 more tasks\)$/,
    );
    expect(result.log).toContain(`Give its execution role ${Arn} logs:CreateLogStream and logs:PutLogEvents`);
    // They run all the same.
    expect(await stack.gateways()).toHaveLength(1);
  });

  test('cannot touch another stack', async () => {
    const result = await stack.run('scale', { count: '1', 'stack-name': 'of-somebody-else' });
    expect(result.outputs['error-code']).toBe('access-denied');
  });
});

/** A role that collectors can work with, but for their log. */
function roleWithoutLogs({ account, cloud }: DeployedStack, name: string): Promise<Record<string, string>> {
  const template = JSON.parse(guideRoleTemplate(cloud.bucket));
  // The managed policy is what gives a role its rights on logs.
  delete template.Resources.Role.Properties.ManagedPolicyArns;
  return makeStack(account, name, JSON.stringify(template));
}
