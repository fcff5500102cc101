import { describe, expect, test } from '@jest/globals';
import type { StackEvent } from '../../src/aws/cloudformation.ts';
import { followOperation } from '../../src/stack/monitor.ts';
import { event, stackEvent, stackId } from '../support/stack-events.ts';
import { fakeWaiting } from '../support/waiting.ts';

const ours = { token: 'ours' };

/** Plays a history: `looks[n]` is what look number n finds new. The first look is the one before the start. */
function played(looks: readonly (readonly StackEvent[])[]) {
  const history: StackEvent[] = [];
  const seen: StackEvent[] = [];
  let look = 0;
  const { waiting, lines, abort } = fakeWaiting();
  const onLook = { text: undefined as string | undefined, do: () => {} };
  const cloudFormation = {
    async *events() {
      history.push(...(looks[look] ?? []));
      look += 1;
      yield* [...history].reverse();
    },
  };
  const ports = {
    cloudFormation,
    onEvent: async (each: StackEvent) => void seen.push(each),
    onLook: async () => {
      onLook.do();
      return onLook.text;
    },
  };
  const follow = () => followOperation({ stackId, token: 'ours' }, async () => {}, ports, waiting);
  return { follow, seen, lines, abort, onLook, looks: () => look };
}

describe('following an operation', () => {
  test('ends with the terminal event of our operation, after printing all of it', async () => {
    const [start, done, end] = [
      stackEvent('UPDATE_IN_PROGRESS', ours),
      event('Service', 'UPDATE_COMPLETE', ours),
      stackEvent('UPDATE_COMPLETE', ours),
    ];
    const { follow, seen } = played([[], [start], [], [done, end]]);
    await expect(follow()).resolves.toEqual({ status: 'UPDATE_COMPLETE', events: [start, done, end] });
    expect(seen).toEqual([start, done, end]);
  });

  test('is not fooled by the end of the operation before, seen late', async () => {
    const before = stackEvent('UPDATE_COMPLETE', { token: 'theirs' });
    const { follow } = played([
      [],
      [before],
      [stackEvent('UPDATE_IN_PROGRESS', ours)],
      [stackEvent('UPDATE_ROLLBACK_COMPLETE', ours)],
    ]);
    await expect(follow()).resolves.toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
  });

  test('a cleanup is not the end', async () => {
    const { follow, looks } = played([
      [],
      [stackEvent('UPDATE_IN_PROGRESS', ours), stackEvent('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', ours)],
      [],
      [stackEvent('UPDATE_COMPLETE', ours)],
    ]);
    await follow();
    expect(looks()).toBe(4);
  });

  test("a rollback under somebody's cancellation token is ours, what follows it is not", async () => {
    const { follow, seen } = played([
      [],
      [stackEvent('UPDATE_IN_PROGRESS', ours)],
      [
        stackEvent('UPDATE_ROLLBACK_IN_PROGRESS', { token: 'cancel' }),
        stackEvent('UPDATE_ROLLBACK_COMPLETE', { token: 'cancel' }),
        stackEvent('UPDATE_IN_PROGRESS', { token: 'next' }),
        stackEvent('UPDATE_COMPLETE', { token: 'next' }),
      ],
    ]);
    await expect(follow()).resolves.toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(seen).toHaveLength(3);
  });

  test('fails at the deadline with the resources in work and what they say', async () => {
    const { follow, onLook, lines } = played([
      [],
      [stackEvent('CREATE_IN_PROGRESS', ours), event('Gateway', 'CREATE_IN_PROGRESS', ours)],
    ]);
    onLook.text = 'unable to place a task';
    await expect(follow()).rejects.toMatchObject({
      code: 'deadline-exceeded',
      message: expect.stringMatching(/in progress: Gateway; unable to place a task$/),
    });
    expect(lines.length).toBeGreaterThan(5);
  });

  test('takes in what came last when it is stopped', async () => {
    const late = event('Service', 'UPDATE_FAILED', ours);
    const { follow, seen, abort, onLook } = played([[], [stackEvent('UPDATE_IN_PROGRESS', ours)], [late]]);
    onLook.do = () => abort.abort(new Error('cancelled'));
    const following = follow();
    await expect(following).rejects.toThrow('cancelled');
    expect(seen).toContain(late);
  });
});
