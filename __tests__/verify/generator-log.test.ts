import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { EcsTask } from '../../src/aws/ecs-task.ts';
import { isCompleteLog, isDoomed, isNoteworthy, judgeGenerator } from '../../src/verify/generator-log.ts';

const linesOf = (name: string) => readFileSync(`__tests__/fixtures/${name}`, 'utf8').trimEnd().split('\n');
/** Logs of the real telemetrygen: one that was heard, one that nobody listened to. Both exited 0. */
const heard = linesOf('generator.log');
const unheard = linesOf('generator-unreachable.log');

const container = {
  name: 'telemetrygen',
  status: 'STOPPED',
  exitCode: 0,
  reason: undefined,
  image: undefined,
  imageDigest: undefined,
};
const stopped = {
  lastStatus: 'STOPPED',
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  containers: [container],
} as unknown as EcsTask;
const plan = { cohort: 'normal', instance: 'i-0', traces: 3, spansPerSecond: 20 };
const none = { assertLogs: [], forbidLogs: [] };

test('a generator that was heard is fine', () => {
  expect(judgeGenerator(plan, stopped, heard, none)).toEqual([]);
});

test('one that nobody heard is not, although it exits 0 and reports every trace', () => {
  const faults = judgeGenerator({ ...plan, traces: 300 }, stopped, unheard, none);
  expect(faults).toEqual([
    {
      code: 'generator-failed',
      message: expect.stringMatching(
        /^generator of cohort normal on i-0: .*traces export: .*connection refused.*6 such lines/,
      ),
    },
  ]);
});

describe('a generator fails', () => {
  const without = (text: string) => heard.filter((line) => !line.includes(text));
  test.each<[string, EcsTask | undefined, string[], typeof none | object, RegExp]>([
    [
      'with an exit code',
      { ...stopped, containers: [{ ...container, exitCode: 2, reason: 'killed' }] },
      heard,
      none,
      /exited with 2: killed/,
    ],
    [
      'without an exit code',
      { ...stopped, containers: [{ ...container, exitCode: undefined }] },
      heard,
      none,
      /exited with no code/,
    ],
    [
      'when it never started',
      {
        ...stopped,
        stopCode: 'TaskFailedToStart',
        stoppedReason: 'CannotPullContainerError: manifest unknown',
      },
      heard,
      none,
      /TaskFailedToStart: CannotPullContainerError/,
    ],
    ['when somebody stopped it', { ...stopped, stopCode: 'UserInitiated' }, heard, none, /UserInitiated/],
    ['when it still runs', { ...stopped, lastStatus: 'RUNNING' }, heard, none, /is RUNNING, not STOPPED/],
    ['when ECS forgot it', undefined, heard, none, /no longer knows/],
    ['when its task has no container', { ...stopped, containers: [] }, heard, none, /names no container/],
    [
      'when it sent fewer traces',
      stopped,
      heard.map((line) => line.replace('"traces": 3', '"traces": 2')),
      none,
      /reports 2 of 3 traces/,
    ],
    ['when it reports no count', stopped, without('traces generated'), none, /reports no count of 3 traces/],
    ['when its log ends early', stopped, without('stopping the exporter'), none, /ends early/],
    ['when its log is empty', stopped, [], none, /ends early, after 0 lines/],
    [
      'on an error line',
      stopped,
      [...heard, '2026-11-22T16:12:51.000Z\tERROR\ttraces/traces.go:70\tfailed to stop the exporter'],
      none,
      /failed to stop/,
    ],
    [
      'when an expected line is missing',
      stopped,
      heard,
      { ...none, assertLogs: [/never said/] },
      /no line of its log matches \/never said\//,
    ],
    [
      'on a forbidden line',
      stopped,
      heard,
      { ...none, forbidLogs: [/change to READY/] },
      /matches \/change to READY\/, which is forbidden/,
    ],
  ])('%s', (_name, task, lines, expectations, message) => {
    const faults = judgeGenerator(plan, task, lines, { ...none, ...expectations });
    expect(faults).toHaveLength(1);
    expect(faults[0]?.message).toMatch(message);
  });
});

test('a pattern that remembers its place finds the same line twice', () => {
  // It matches the first line, so that a remembered place would lie behind all there is to match.
  const pattern = /starting gRPC exporter/g;
  const twice = [1, 2].map(() =>
    judgeGenerator(plan, stopped, heard, { assertLogs: [pattern], forbidLogs: [] }),
  );
  expect(twice).toEqual([[], []]);
});

test('of all the chatter, one line is worth reading when all is well', () => {
  expect(heard.filter(isNoteworthy)).toEqual([expect.stringContaining('traces generated')]);
  expect(unheard.filter(isNoteworthy).length).toBe(7);
});

test('the log is complete with its last line', () => {
  expect(isCompleteLog(heard)).toBe(true);
  expect(isCompleteLog(heard.slice(0, -1))).toBe(false);
});

describe('a generator has failed for good', () => {
  const running = { ...stopped, lastStatus: 'RUNNING', stopCode: undefined } as unknown as EcsTask;
  const failed = unheard.filter((line) => line.includes('traces export: '));

  test('as soon as spans got lost, although it goes on', () => {
    expect(isDoomed(running, failed)).toBe(true);
    const [fault, ...others] = judgeGenerator(plan, running, failed, none);
    expect(fault?.message).toMatch(/traces export: /);
    expect(others).toEqual([]);
  });

  test.each(['TaskFailedToStart', 'UserInitiated', 'TerminationNotice'])(
    'when its task ended with %s',
    (stopCode) => {
      const cut = {
        ...stopped,
        stopCode,
        stoppedReason: 'a reason',
        containers: [{ ...container, exitCode: 2 }],
      };
      expect(isDoomed(cut, [])).toBe(true);
      expect(judgeGenerator(plan, cut, [], none).map(({ message }) => message)).toEqual([
        `generator of cohort normal on i-0: its task ended with ${stopCode}: a reason`,
      ]);
    },
  );

  test.each<[string, EcsTask | undefined, string[]]>([
    ['runs', running, []],
    ['ended well', stopped, heard],
    ['ended well, its log on the way', stopped, []],
    ['is not known yet', undefined, []],
  ])('never when it %s', (_name, task, lines) => {
    expect(isDoomed(task, lines)).toBe(false);
  });
});
