import { describe, expect, test } from '@jest/globals';
import { drawn } from '../../scripts/chaos/random.ts';
import { account } from '../../scripts/chaos/run.ts';
import { deviationsOf, nothing, type Trial } from '../../scripts/chaos/trial.ts';

const revision = 'arn:task-definition/gateway:2';
const state = {
  ...{ status: 'UPDATE_COMPLETE', samplingKey: 'new.yaml' },
  ...{ gateways: [revision], declared: revision },
};
const held: Omit<Trial, 'deviations'> = {
  ...{ kind: 'deploy update', number: 1, at: 3, phase: 'Execute the change set', ended: 0.2 },
  ...{ exitCode: 1, errorCode: 'cancelled', post: { exitCode: 0, seconds: 2 } },
  ...{ left: nothing, status: 'UPDATE_ROLLBACK_COMPLETE' },
  rerun: { exitCode: 0, seconds: 20, left: nothing, state },
};
const log = 'error: the workflow was cancelled\nstack otel: it is in UPDATE_ROLLBACK_COMPLETE';
const expected = { samplingKey: 'new.yaml', gateways: 1 };

function deviations(changes: Partial<typeof held> = {}, said = log): string[] {
  return deviationsOf({ ...held, ...changes }, said, expected);
}

function rerun(changes: Partial<Trial['rerun']>): Partial<typeof held> {
  return { rerun: { ...held.rerun, ...changes } };
}

describe('an interruption', () => {
  test('that left nothing and was made good has no deviation', () => {
    expect(deviations()).toEqual([]);
  });

  test('before the first line needs no code and no account', () => {
    expect(deviations({ phase: '', errorCode: '', exitCode: 130 }, '')).toEqual([]);
  });

  test.each<[string, Partial<typeof held>, string]>([
    ['that the step did not notice', { exitCode: 0 }, 'the interrupted step succeeded'],
    ['that needed a SIGTERM', { ended: 7.6 }, 'the step took 7.6 s to end'],
    ['that ended for another reason', { errorCode: 'aws-error' }, 'ended with aws-error'],
    ['whose post failed', { post: { exitCode: 1, seconds: 240 } }, 'post failed with 1'],
    ['that left a task', { left: { ...nothing, tasks: 1 } }, 'left after post: 1 tasks, 0 task definitions'],
    ['that left the stack at work', { status: 'UPDATE_IN_PROGRESS' }, 'after post the stack is in UPDATE_IN'],
    ['that left a shell', { status: 'REVIEW_IN_PROGRESS' }, 'after post the stack is in REVIEW_IN_PROGRESS'],
    ['whose rerun failed', rerun({ exitCode: 1 }), 'the rerun failed with 1'],
    [
      'whose rerun left a change set',
      rerun({ left: { ...nothing, changeSets: 1 } }),
      'left after the rerun: 0 tasks, 0 task definitions, 1 change sets',
    ],
    [
      'after which the stack is rolled back',
      rerun({ state: { ...state, status: 'UPDATE_ROLLBACK_COMPLETE' } }),
      'after the rerun the stack is in UPDATE_ROLLBACK_COMPLETE',
    ],
    [
      'after which another release runs',
      rerun({ state: { ...state, samplingKey: 'old.yaml' } }),
      'the stack runs old.yaml',
    ],
    [
      'after which a gateway is missing',
      rerun({ state: { ...state, gateways: [] } }),
      'gateways run nothing, not 1 of arn:task-definition/gateway:2',
    ],
    [
      'after which a gateway is of another revision',
      rerun({ state: { ...state, gateways: ['arn:task-definition/gateway:1'] } }),
      'gateways run arn:task-definition/gateway:1',
    ],
  ])('%s is a deviation', (_name, changes, words) => {
    expect(deviations(changes)).toEqual([expect.stringContaining(words)]);
  });

  test('whose log says nothing of what is left is a deviation', () => {
    const words = 'error: the workflow was cancelled';
    expect(deviations({}, words)).toEqual(['the log says nothing of what is left']);
  });
});

describe('the account', () => {
  test('closes with the counts', () => {
    const trials = [
      { ...held, deviations: [] },
      { ...held, deviations: ['post failed with 1'], ...rerun({ left: { ...nothing, tasks: 2 } }) },
    ];
    expect(account(trials, 3).split('\n').at(-1)).toBe(
      '2 of 3 interruptions, 1 reruns at the same end state, 1 deviations; slowest end 0.2 s after SIGINT; left: 2 tasks, 0 task definitions, 0 change sets',
    );
  });
});

describe('the draw', () => {
  test('is the same for the same seed and subject, and lies between 0 and 1', () => {
    const draws = Array.from({ length: 100 }, (_, number) => drawn(1, `scale ${number}`));
    expect(draws).toEqual(Array.from({ length: 100 }, (_, number) => drawn(1, `scale ${number}`)));
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
    expect(new Set(draws).size).toBe(100);
    expect(drawn(2, 'scale 0')).not.toBe(draws[0]);
  });
});
