import type { CloudFormationClient, OperationEvent } from '@aws-sdk/client-cloudformation';
import { describe, expect, test } from '@jest/globals';
import { changeSetFailures } from '../../src/aws/change-set-failures.ts';
import { describeChangeSet } from '../../src/aws/change-sets.ts';

const id = 'arn:aws:cloudformation:eu-west-1:123456789012:changeSet/release-1/uuid';
const stack = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/otel/uuid';

/** Answers with one page after the other, and keeps what it was asked. */
function scripted(...pages: object[]) {
  const asked: object[] = [];
  const send = async ({ input }: { input: object }) => {
    asked.push(input);
    return pages[asked.length - 1] ?? {};
  };
  return { asked, client: { send } as unknown as CloudFormationClient };
}

function finding(operation: string, reason: string, more: Partial<OperationEvent> = {}): OperationEvent {
  return {
    ...{ OperationId: operation, OperationType: 'CREATE_CHANGESET', EventType: 'VALIDATION_ERROR' },
    ...{ LogicalResourceId: 'Group', ResourceType: 'AWS::Logs::LogGroup', ValidationFailureMode: 'FAIL' },
    ...{ ValidationStatusReason: reason, ValidationPath: '/Resources/Group' },
    ...more,
  };
}

test('a change set is asked for with its stack, on every page', async () => {
  const { asked, client } = scripted(
    { Status: 'CREATE_COMPLETE', NextToken: 'more' },
    { Status: 'CREATE_COMPLETE' },
  );
  await describeChangeSet(client, id, stack);
  expect(asked).toEqual([
    { ChangeSetName: id, StackName: stack },
    { ChangeSetName: id, StackName: stack, NextToken: 'more' },
  ]);
});

describe('why a change set failed', () => {
  const failed = { StackName: stack, Filters: { FailedEvents: true } };

  test('is read from the events of its stack, all pages of them, of the newest plan alone', async () => {
    const { asked, client } = scripted(
      { OperationEvents: [finding('new', 'first')], NextToken: 'more' },
      {
        OperationEvents: [
          finding('new', 'second'),
          finding('new', 'a bucket is not empty', { ValidationFailureMode: 'WARN' }),
          finding('update', 'broken', { OperationType: 'UPDATE_STACK', EventType: 'PROVISIONING_ERROR' }),
          finding('old', 'of another plan'),
        ],
      },
    );
    const found = await changeSetFailures(client, id, stack);
    expect(found.map(({ reason }) => reason)).toEqual(['first', 'second']);
    expect(found[0]).toEqual({
      ...{ logicalId: 'Group', type: 'AWS::Logs::LogGroup', path: '/Resources/Group', reason: 'first' },
    });
    expect(asked).toEqual([failed, { ...failed, NextToken: 'more' }]);
  });

  test('is asked of the change set, by its ARN, when the stack tells nothing', async () => {
    const { asked, client } = scripted(
      { OperationEvents: [] },
      { OperationEvents: [finding('new', 'taken')] },
    );
    expect(await changeSetFailures(client, id, stack)).toMatchObject([{ reason: 'taken' }]);
    expect(asked).toEqual([failed, { ...failed, ChangeSetName: id }]);
  });
});
