import { describe, expect, test } from '@jest/globals';
import { KitError } from '../../src/kit/errors.ts';
import type { OpenChange, OpenRun } from '../../src/kit/ledger.ts';
import { askToClose, type ClosePorts, seeClosed } from '../../src/steps/close.ts';
import { ScriptedCloudFormation, stackIn } from '../support/scripted-cloudformation.ts';
import { stackEvent, stackId } from '../support/stack-events.ts';
import { fakeWaiting } from '../support/waiting.ts';

const token = 'ecs-tail-sampling-c0ffee-uuid';
const change: OpenChange = {
  ...{ kind: 'change', operation: 'update', stackName: 'otel', stackId, changeSet: 'release-1' },
  ...{ isPlanned: true, token },
};
const run: OpenRun = {
  ...{ kind: 'run', cluster: 'cluster', runId: 'run', startedBy: 'verify-run' },
  ...{ definitions: ['generator:1'], registering: [], starting: 0 },
};

function closing(seconds = 240) {
  const { waiting, ledger, clock, lines, abort } = fakeWaiting(seconds);
  const cloudFormation = new ScriptedCloudFormation();
  cloudFormation.newestFirst = [stackEvent('UPDATE_IN_PROGRESS', { token })];
  let running = ['task/1'];
  const ports: ClosePorts = {
    cloudFormation,
    ownTaskDefinitions: async () => [],
    tasks: {
      startedBy: async () => [...running],
      stop: async () => {
        running = [];
      },
      deregister: async () => {},
    },
  };
  return { ledger, ports, cloudFormation, clock, lines, abort, deps: waiting };
}

describe('after SIGINT', () => {
  test('everything is asked to stop, and what is not over stays for post', async () => {
    const { ledger, ports, cloudFormation, deps } = closing();
    cloudFormation.stacks = [stackIn('UPDATE_IN_PROGRESS'), stackIn('UPDATE_ROLLBACK_IN_PROGRESS')];
    ledger.open(change);
    ledger.open(run);
    await expect(askToClose(ledger, ports, deps)).resolves.toEqual([
      'stack otel: the update is being rolled back (UPDATE_ROLLBACK_IN_PROGRESS)',
      'verification run: 1 tasks told to stop, 1 task definitions deregistered',
    ]);
    expect(cloudFormation.done).toEqual(['cancel update']);
    expect(ledger.entries()).toHaveLength(2);
  });

  test('what may not be asked is said, and the rest is asked all the same', async () => {
    const { ledger, ports, cloudFormation, deps } = closing();
    cloudFormation.find = async () => {
      throw new KitError('could not describe stack otel: denied', { code: 'access-denied', source: 'user' });
    };
    ledger.open(change);
    ledger.open(run);
    const states = await askToClose(ledger, ports, deps);
    expect(states[0]).toBe('stack otel: could not describe stack otel: denied');
    expect(states[1]).toContain('1 tasks told to stop');
  });
});

describe('post', () => {
  test('waits until all is over and names what it came to', async () => {
    const { ledger, ports, cloudFormation, deps } = closing();
    const rollingBack = stackIn('UPDATE_ROLLBACK_IN_PROGRESS');
    cloudFormation.stacks = [rollingBack, rollingBack, rollingBack, stackIn('UPDATE_ROLLBACK_COMPLETE')];
    ledger.open({ ...change, isWithdrawn: true });
    ledger.open(run);
    await expect(seeClosed(ledger, ports, deps)).resolves.toEqual([
      'stack otel: it is in UPDATE_ROLLBACK_COMPLETE',
      'verification run: none of its tasks is meant to run, 0 task definitions deregistered',
    ]);
    expect(ledger.entries()).toEqual([]);
    expect(cloudFormation.done).toEqual(['delete change set release-1']);
  });

  test('gives what was never answered ten seconds to turn up', async () => {
    const { ledger, ports, deps, clock } = closing();
    ledger.open({ ...run, starting: 1 });
    const started = clock.now();
    await seeClosed(ledger, ports, deps);
    expect(ledger.entries()).toEqual([]);
    expect(clock.now() - started).toBeGreaterThanOrEqual(10_000);
  });

  test('does not wait for ever, and says what is open still', async () => {
    const { ledger, ports, cloudFormation, deps } = closing(30);
    cloudFormation.stacks = [stackIn('UPDATE_ROLLBACK_IN_PROGRESS')];
    ledger.open({ ...change, isWithdrawn: true });
    await expect(seeClosed(ledger, ports, deps)).resolves.toEqual([
      'stack otel: the update is being rolled back (UPDATE_ROLLBACK_IN_PROGRESS)',
    ]);
    expect(ledger.entries()).toHaveLength(1);
  });

  test('does not ask again what it may not ask, and fails with it', async () => {
    const { ledger, ports, cloudFormation, deps, clock } = closing();
    cloudFormation.find = async () => {
      throw new KitError('could not describe stack otel: denied', { code: 'access-denied', source: 'user' });
    };
    ledger.open(change);
    const started = clock.now();
    await expect(seeClosed(ledger, ports, deps)).resolves.toEqual([
      'stack otel: could not describe stack otel: denied',
    ]);
    expect(clock.now()).toBe(started);
    expect(ledger.entries()).toHaveLength(1);
  });

  test('asks again what failed for a moment', async () => {
    const { ledger, ports, cloudFormation, deps } = closing();
    const find = cloudFormation.find.bind(cloudFormation);
    cloudFormation.stacks = [stackIn('UPDATE_ROLLBACK_COMPLETE')];
    let failures = 2;
    cloudFormation.find = async () => {
      failures -= 1;
      if (failures < 0) return find();
      throw new KitError('throttled', { code: 'throttled', source: 'aws' });
    };
    ledger.open({ ...change, isWithdrawn: true });
    await seeClosed(ledger, ports, deps);
    expect(ledger.entries()).toEqual([]);
  });

  test('sees a deletion to its end', async () => {
    const { ledger, ports, cloudFormation, deps } = closing();
    cloudFormation.stacks = [stackIn('DELETE_IN_PROGRESS'), undefined];
    ledger.open({ kind: 'deletion', stackName: 'otel', stackId });
    await expect(seeClosed(ledger, ports, deps)).resolves.toEqual(['stack otel is in DELETE_COMPLETE']);
    expect(ledger.entries()).toEqual([]);
  });
});
