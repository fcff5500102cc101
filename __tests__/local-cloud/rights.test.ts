import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { stepRights } from '../../src/aws/rights.ts';
import type { StepName } from '../../src/inputs/topologies.ts';
import { DeployedStack } from '../support/deployed-stack.ts';
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

// Every test of this folder runs its steps under roles with just their rights; here some are taken away.
describe('a step under a role', () => {
  let stack: DeployedStack;

  beforeAll(async () => {
    stack = new DeployedStack('rights', 8, { SamplingTaskCount: 1 });
    stack.edit('sampling-config.yaml', 'decision_wait: 10s', 'decision_wait: 2s');
    await stack.deploy();
  });
  afterAll(() => stack.remove());

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

  test('cannot touch another stack', async () => {
    const result = await stack.run('scale', { count: '1', 'stack-name': 'of-somebody-else' });
    expect(result.outputs['error-code']).toBe('access-denied');
  });
});
