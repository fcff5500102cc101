import { describe, expect, test } from '@jest/globals';
import { rejoin } from '../../src/stack/rejoin.ts';
import { executionToken } from '../../src/stack/token.ts';
import { FakeEcs } from '../support/fake-ecs.ts';
import { ScriptedCloudFormation, stackIn } from '../support/scripted-cloudformation.ts';
import { event, stackEvent } from '../support/stack-events.ts';
import { fakeWaiting } from '../support/waiting.ts';

const content = 'c0ffee';
const same = { token: executionToken(content, 'arn:changeSet/release/first') };
const other = { token: executionToken('decaf0', 'arn:changeSet/release/second') };
const cancel = { token: 'ecs-tail-sampling-cancel-1' };
const deletion = { token: 'ecs-tail-sampling-delete-1' };
const someone = { token: 'Console-ExecuteChangeSet-1' };

function rejoining(...states: string[]) {
  const { waiting, ledger, lines } = fakeWaiting(600);
  const cloudFormation = new ScriptedCloudFormation();
  cloudFormation.stacks = states.map((state) => (state === 'none' ? undefined : stackIn(state)));
  const ports = { cloudFormation, ecs: new FakeEcs(), logTail: async () => [] };
  return {
    ...{ cloudFormation, ledger, lines },
    rejoin: () => rejoin({ stackName: 'otel', content }, ports, waiting),
  };
}

describe('an operation that is the wanted one', () => {
  const history = [
    stackEvent('UPDATE_COMPLETE', other),
    stackEvent('UPDATE_IN_PROGRESS', other),
    event('Gateways', 'CREATE_COMPLETE'),
  ];

  test('is followed to its success, from the events that are there already', async () => {
    const { cloudFormation, ledger, lines, rejoin } = rejoining('UPDATE_IN_PROGRESS');
    const begun = [event('Gateways', 'UPDATE_IN_PROGRESS', same), stackEvent('UPDATE_IN_PROGRESS', same)];
    cloudFormation.newestFirst = [...begun, ...history];
    let looks = 0;
    const events = cloudFormation.events.bind(cloudFormation);
    cloudFormation.events = () => {
      looks += 1;
      if (looks === 4) cloudFormation.newestFirst.unshift(stackEvent('UPDATE_COMPLETE', same));
      return events();
    };
    await expect(rejoin()).resolves.toBe(true);
    expect(lines.filter((line) => line.includes('Gateways'))).toHaveLength(1);
    expect(cloudFormation.done).toEqual([]);
    expect(ledger.entries()).toEqual([]);
  });

  test('is in the ledger meanwhile, so that it can be cancelled once more', async () => {
    const { cloudFormation, ledger, rejoin } = rejoining('UPDATE_IN_PROGRESS');
    cloudFormation.newestFirst = [stackEvent('UPDATE_IN_PROGRESS', same)];
    await expect(rejoin()).rejects.toMatchObject({ code: 'deadline-exceeded' });
    expect(ledger.entries()[0]?.thing).toMatchObject({ kind: 'change', operation: 'update', ...same });
  });

  test('and fails is a failure', async () => {
    const { cloudFormation, rejoin } = rejoining('UPDATE_IN_PROGRESS');
    cloudFormation.newestFirst = [
      stackEvent('UPDATE_ROLLBACK_COMPLETE', same),
      event('Gateways', 'UPDATE_FAILED', { ...same, reason: 'circuit breaker' }),
      stackEvent('UPDATE_IN_PROGRESS', same),
    ];
    await expect(rejoin()).rejects.toMatchObject({ code: 'deployment-rolled-back' });
  });

  test('and was taken back by the run that began it is waited for, then all goes on', async () => {
    const { cloudFormation, rejoin } = rejoining('UPDATE_IN_PROGRESS');
    cloudFormation.newestFirst = [
      stackEvent('UPDATE_ROLLBACK_COMPLETE', cancel),
      stackEvent('UPDATE_ROLLBACK_IN_PROGRESS', cancel),
      stackEvent('UPDATE_IN_PROGRESS', same),
    ];
    const shown = [stackIn('UPDATE_IN_PROGRESS'), stackIn('UPDATE_ROLLBACK_COMPLETE')];
    cloudFormation.stacks = shown;
    await expect(rejoin()).resolves.toBe(false);
  });
});

describe('what an earlier run of the kit left', () => {
  test.each([
    [
      'a rollback',
      'UPDATE_ROLLBACK_IN_PROGRESS',
      'UPDATE_ROLLBACK_COMPLETE',
      stackEvent('UPDATE_IN_PROGRESS', other),
    ],
    ['a deletion', 'DELETE_IN_PROGRESS', 'none', stackEvent('DELETE_IN_PROGRESS', deletion)],
    [
      'the last clean-up',
      'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'UPDATE_COMPLETE',
      stackEvent('UPDATE_IN_PROGRESS', other),
    ],
  ])('%s is waited for', async (_name, now, then, began) => {
    const { cloudFormation, rejoin } = rejoining(now, now, now, then);
    cloudFormation.newestFirst = [began];
    await expect(rejoin()).resolves.toBe(false);
    expect(cloudFormation.stacks).toHaveLength(1);
    expect(cloudFormation.done).toEqual([]);
  });
});

describe('everything else is left to be refused', () => {
  test.each([
    ['no stack', 'none', undefined],
    ['a stack at rest', 'UPDATE_COMPLETE', stackEvent('UPDATE_IN_PROGRESS', same)],
    ['an operation of somebody else', 'UPDATE_IN_PROGRESS', stackEvent('UPDATE_IN_PROGRESS', someone)],
    ['a rollback of somebody else', 'UPDATE_ROLLBACK_IN_PROGRESS', stackEvent('UPDATE_IN_PROGRESS', someone)],
    ['an operation without a token', 'UPDATE_IN_PROGRESS', stackEvent('UPDATE_IN_PROGRESS')],
    ['another content of the kit', 'UPDATE_IN_PROGRESS', stackEvent('UPDATE_IN_PROGRESS', other)],
    ['an operation without events', 'CREATE_IN_PROGRESS', undefined],
  ])('%s', async (_name, status, began) => {
    const { cloudFormation, rejoin } = rejoining(status);
    cloudFormation.newestFirst = began ? [began] : [];
    await expect(rejoin()).resolves.toBe(false);
    expect(cloudFormation.done).toEqual([]);
  });
});
