import { describe, expect, test } from '@jest/globals';
import type { OpenChange } from '../../src/kit/ledger.ts';
import { withdrawChange } from '../../src/stack/withdraw.ts';
import { ScriptedCloudFormation, stackIn } from '../support/scripted-cloudformation.ts';
import { stackEvent, stackId } from '../support/stack-events.ts';
import { fakeWaiting } from '../support/waiting.ts';

const token = 'ecs-tail-sampling-c0ffee-uuid';
const ours = { token };
const deletion = { token: 'ecs-tail-sampling-delete-1' };
const someone = { token: 'Console-ExecuteChangeSet-1' };

function withdrawing(change: Partial<OpenChange>, ...states: string[]) {
  const { waiting, ledger } = fakeWaiting(60);
  const cloudFormation = new ScriptedCloudFormation();
  cloudFormation.stacks = states.map((state) => (state === 'none' ? undefined : stackIn(state)));
  const entry = ledger.open<OpenChange>({
    ...{ kind: 'change', operation: 'update', stackName: 'otel', changeSet: 'release-1' },
    ...{ isPlanned: true, stackId, ...change },
  });
  return { cloudFormation, entry, withdraw: () => withdrawChange(entry, cloudFormation, waiting) };
}

describe('a change that is not wanted any more', () => {
  test('is cancelled while it updates the stack, once', async () => {
    const { cloudFormation, withdraw } = withdrawing(
      ours,
      'UPDATE_IN_PROGRESS',
      'UPDATE_ROLLBACK_IN_PROGRESS',
    );
    cloudFormation.newestFirst = [stackEvent('UPDATE_IN_PROGRESS', ours)];
    await expect(withdraw()).resolves.toEqual({
      left: 'something',
      state: 'stack otel: the update is being rolled back (UPDATE_ROLLBACK_IN_PROGRESS)',
    });
    cloudFormation.stacks = [stackIn('UPDATE_IN_PROGRESS')];
    await withdraw();
    expect(cloudFormation.done).toEqual(['cancel update']);
  });

  test('is deleted while it creates the stack', async () => {
    const { cloudFormation, withdraw } = withdrawing(
      { ...ours, operation: 'create' },
      'CREATE_IN_PROGRESS',
      'DELETE_IN_PROGRESS',
    );
    cloudFormation.newestFirst = [stackEvent('CREATE_IN_PROGRESS', ours)];
    await expect(withdraw()).resolves.toMatchObject({ left: 'something' });
    expect(cloudFormation.done).toEqual(['delete stack']);
  });

  test('that is being deleted is waited for', async () => {
    const { cloudFormation, withdraw } = withdrawing({ ...ours, operation: 'create' }, 'DELETE_IN_PROGRESS');
    cloudFormation.newestFirst = [
      stackEvent('DELETE_IN_PROGRESS', deletion),
      stackEvent('CREATE_IN_PROGRESS', ours),
    ];
    await expect(withdraw()).resolves.toMatchObject({ left: 'something' });
    expect(cloudFormation.done).toEqual([]);
  });

  test('that was rolled back loses the record of its change set', async () => {
    const { cloudFormation, withdraw } = withdrawing(ours, 'UPDATE_ROLLBACK_COMPLETE');
    cloudFormation.newestFirst = [stackEvent('UPDATE_IN_PROGRESS', ours)];
    await expect(withdraw()).resolves.toEqual({
      left: 'nothing',
      state: 'stack otel: it is in UPDATE_ROLLBACK_COMPLETE',
    });
    expect(cloudFormation.done).toEqual(['delete change set release-1']);
  });

  test.each(['UPDATE_COMPLETE', 'CREATE_COMPLETE'])(
    'and is over leaves nothing to do in %s',
    async (status) => {
      const { cloudFormation, withdraw } = withdrawing(ours, status);
      cloudFormation.newestFirst = [stackEvent('UPDATE_IN_PROGRESS', ours)];
      await expect(withdraw()).resolves.toMatchObject({
        left: 'nothing',
        state: expect.stringContaining(status),
      });
      expect(cloudFormation.done).toEqual([]);
    },
  );

  test('past the point where it can be cancelled is waited for', async () => {
    const { cloudFormation, withdraw } = withdrawing(ours, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    cloudFormation.newestFirst = [stackEvent('UPDATE_IN_PROGRESS', ours)];
    await expect(withdraw()).resolves.toMatchObject({
      left: 'something',
      state: expect.stringContaining('can no longer be cancelled'),
    });
    expect(cloudFormation.done).toEqual([]);
  });

  test('that moved on while it was cancelled is not an error', async () => {
    const { cloudFormation, withdraw } = withdrawing(ours, 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE');
    cloudFormation.newestFirst = [stackEvent('UPDATE_IN_PROGRESS', ours)];
    cloudFormation.cancelUpdateFails = true;
    await expect(withdraw()).resolves.toMatchObject({ left: 'nothing' });
  });

  test.each([
    ['an update of somebody else', 'UPDATE_IN_PROGRESS', someone],
    ["another run of the kit's", 'UPDATE_IN_PROGRESS', { token: 'ecs-tail-sampling-c0ffee-other' }],
    ['an update without a token', 'UPDATE_IN_PROGRESS', {}],
  ])('does not touch %s', async (_name, status, by) => {
    const { cloudFormation, withdraw } = withdrawing(ours, status);
    cloudFormation.newestFirst = [stackEvent(status, by), stackEvent('UPDATE_IN_PROGRESS', ours)];
    await expect(withdraw()).resolves.toMatchObject({
      left: 'nothing',
      state: expect.stringContaining('somebody else'),
    });
    expect(cloudFormation.done).toEqual([]);
  });
});

describe('a plan that is not executed', () => {
  test('is deleted', async () => {
    const { cloudFormation, withdraw } = withdrawing({}, 'UPDATE_COMPLETE');
    cloudFormation.taken = ['release-1'];
    await expect(withdraw()).resolves.toMatchObject({ left: 'nothing' });
    expect(cloudFormation.done).toEqual(['delete change set release-1']);
  });

  test('and was asked to be, unheard, cannot be any more', async () => {
    const { cloudFormation, withdraw } = withdrawing(ours, 'UPDATE_COMPLETE');
    cloudFormation.newestFirst = [stackEvent('UPDATE_IN_PROGRESS', someone)];
    cloudFormation.taken = ['release-1'];
    await expect(withdraw()).resolves.toMatchObject({ left: 'nothing' });
    expect(cloudFormation.done).toEqual(['delete change set release-1']);
  });

  test('takes the shell of its stack with it', async () => {
    const { cloudFormation, withdraw } = withdrawing({ operation: 'create' }, 'REVIEW_IN_PROGRESS', 'none');
    cloudFormation.taken = ['release-1'];
    await expect(withdraw()).resolves.toMatchObject({ left: 'nothing' });
    expect(cloudFormation.done).toEqual(['delete change set release-1', 'delete stack']);
  });

  test("leaves a shell with somebody else's plan", async () => {
    const { cloudFormation, withdraw } = withdrawing({ operation: 'create' }, 'REVIEW_IN_PROGRESS');
    cloudFormation.taken = ['release-1', 'theirs'];
    await withdraw();
    expect(cloudFormation.done).toEqual(['delete change set release-1']);
  });

  test('and is still being made is deleted as soon as it can be', async () => {
    const { cloudFormation, withdraw } = withdrawing({}, 'UPDATE_COMPLETE');
    cloudFormation.taken = ['release-1'];
    cloudFormation.busyChangeSets = 3;
    await expect(withdraw()).resolves.toMatchObject({ left: 'nothing' });
    expect(cloudFormation.done).toEqual(['delete change set release-1']);
  });

  test('but started this very moment is cancelled', async () => {
    const { cloudFormation, withdraw } = withdrawing(ours, 'UPDATE_COMPLETE', 'UPDATE_IN_PROGRESS');
    cloudFormation.busyChangeSets = 1;
    cloudFormation.newestFirst = [];
    const deleteChangeSet = cloudFormation.deleteChangeSet.bind(cloudFormation);
    cloudFormation.deleteChangeSet = (name) => {
      cloudFormation.newestFirst = [stackEvent('UPDATE_IN_PROGRESS', ours)];
      return deleteChangeSet(name);
    };
    await withdraw();
    expect(cloudFormation.done).toEqual(['cancel update']);
  });

  test('whose making was never answered stays in doubt', async () => {
    const { entry, withdraw } = withdrawing({ operation: 'create', isPlanned: false }, 'none');
    await expect(withdraw()).resolves.toMatchObject({ left: 'doubt' });
    entry.note({ isPlanned: true });
    await expect(withdraw()).resolves.toMatchObject({ left: 'nothing' });
  });
});
