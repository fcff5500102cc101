import { describe, expect, test } from '@jest/globals';
import { policyOf } from '../../src/aws/policy.ts';
import { type Right, stepRights } from '../../src/aws/rights.ts';

// Whether they are those of its calls: __tests__/rights/calls.test.ts.
describe('the table of rights', () => {
  test.each(Object.keys(stepRights))('names each right of %s once per resource', (step) => {
    const rights = stepRights[step as keyof typeof stepRights];
    const keys = rights.map(({ action, resource }) => `${action} ${resource}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('a policy', () => {
  test('has one statement per resource, with the place filled in', () => {
    const rights: Right[] = [
      { action: 'a:One', resource: 'arn:PARTITION:a:::STACK/*', why: '' },
      { action: 'a:Two', resource: 'arn:PARTITION:a:::STACK/*', why: '' },
      { action: 'iam:PassRole', resource: '*', why: '', passedTo: 'ecs-tasks.amazonaws.com' },
    ];
    expect(policyOf(rights, { PARTITION: 'aws', STACK: 'otel' }).Statement).toEqual([
      { Sid: 'A', Effect: 'Allow', Action: ['a:One', 'a:Two'], Resource: 'arn:aws:a:::otel/*' },
      {
        Sid: 'IamAllToEcsTasks',
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: '*',
        Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      },
    ]);
  });

  test('keeps the words that are not filled in', () => {
    const [statement] = policyOf(stepRights.deploy).Statement;
    expect(statement?.Resource).toBe('arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/STACK/*');
  });
});
