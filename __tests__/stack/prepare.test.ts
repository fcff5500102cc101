import { describe, expect, test } from '@jest/globals';
import { prepareStack } from '../../src/stack/prepare.ts';
import { ScriptedCloudFormation, stackIn } from '../support/scripted-cloudformation.ts';
import { fakeWaiting } from '../support/waiting.ts';

function preparing(replace: boolean, ...stacks: ScriptedCloudFormation['stacks']) {
  const cloudFormation = new ScriptedCloudFormation();
  cloudFormation.stacks = stacks;
  const { waiting } = fakeWaiting();
  return { cloudFormation, prepare: () => prepareStack('otel', replace, cloudFormation, waiting) };
}

describe('before a deployment', () => {
  test.each([
    ['no stack', undefined],
    ['a shell that only has a change set', stackIn('REVIEW_IN_PROGRESS')],
    ['a deleted stack', stackIn('DELETE_COMPLETE')],
  ])('%s means a creation', async (_name, stack) => {
    await expect(preparing(false, stack).prepare()).resolves.toBeUndefined();
  });

  test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'])(
    '%s means an update',
    async (status) => {
      await expect(preparing(false, stackIn(status)).prepare()).resolves.toMatchObject({ status });
    },
  );

  test.each([
    ['UPDATE_IN_PROGRESS', 'stack-busy'],
    ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'stack-busy'],
    ['DELETE_IN_PROGRESS', 'stack-busy'],
    ['ROLLBACK_COMPLETE', 'stack-rolled-back'],
    ['UPDATE_ROLLBACK_FAILED', 'stack-unusable'],
    ['DELETE_FAILED', 'stack-unusable'],
    ['SOMETHING_NEW', 'stack-unusable'],
  ])('%s is refused as %s, naming the state', async (status, code) => {
    const { cloudFormation, prepare } = preparing(false, stackIn(status));
    await expect(prepare()).rejects.toMatchObject({ code, message: expect.stringContaining(status) });
    expect(cloudFormation.done).toEqual([]);
  });
});

describe('a stack whose creation was rolled back', () => {
  test('is deleted and waited for when asked', async () => {
    const { cloudFormation, prepare } = preparing(
      true,
      stackIn('ROLLBACK_COMPLETE'),
      stackIn('DELETE_IN_PROGRESS'),
      stackIn('DELETE_COMPLETE'),
    );
    await expect(prepare()).resolves.toBeUndefined();
    expect(cloudFormation.done).toEqual(['delete stack']);
  });

  test('that cannot be deleted is a failure with its reason', async () => {
    const left = stackIn('DELETE_FAILED', { statusReason: 'the namespace is in use' });
    const { prepare } = preparing(true, stackIn('ROLLBACK_COMPLETE'), left);
    await expect(prepare()).rejects.toMatchObject({
      code: 'stack-unusable',
      message: expect.stringContaining('the namespace is in use'),
    });
  });

  test('is the only one that is ever deleted', async () => {
    const { cloudFormation, prepare } = preparing(true, stackIn('UPDATE_ROLLBACK_FAILED'));
    await expect(prepare()).rejects.toMatchObject({ code: 'stack-unusable' });
    expect(cloudFormation.done).toEqual([]);
  });
});
