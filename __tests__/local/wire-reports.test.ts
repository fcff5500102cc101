import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sum } from '../../scripts/test/outcome.ts';
import { type WireReport, wireOutcome, wireSummary } from '../../scripts/test/wire-reports.ts';

const clean: WireReport = {
  calls: { 'ecs.RunTask': 3, 'logs.GetLogEvents': 1 },
  resources: { 'AWS::IAM::Role': 2 },
  shapes: { ecs: 10, logs: 4 },
  seconds: { guard: 0.25, services: 7 },
  known: { 'an old one': 5 },
  listed: ['an old one', 'a forgotten one'],
  violations: [],
};
const wrong: WireReport = {
  ...clean,
  shapes: { ecs: 12 },
  violations: [
    {
      side: 'answer',
      call: 'ecs.RunTask',
      member: 'tasks[].colour',
      kind: 'unknown',
      value: 'red',
      constraint: 'it is no member of Task',
      count: 2,
    },
  ],
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'wire-reports-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (pid: number, report: WireReport) =>
  writeFileSync(path.join(folder, `wire-${pid}.json`), JSON.stringify(report));

describe("the guard of the wire's reports in a test run", () => {
  it('pass as one test when calls were checked and nothing was wrong', () => {
    write(1, clean);
    expect(wireOutcome(folder)).toMatchObject({ passed: 1, failed: 0 });
  });

  it('fail when no call was checked: a guard that saw nothing proves nothing', () => {
    expect(wireOutcome(folder)).toMatchObject({ passed: 0, failed: 1 });
    write(1, { ...clean, calls: {} });
    expect(wireOutcome(folder)).toMatchObject({ passed: 0, failed: 1 });
  });

  it('count each violation as a failed test, one of several emulators once', () => {
    write(1, wrong);
    write(2, wrong);
    const { failed, wire } = wireOutcome(folder);
    expect(failed).toBe(1);
    expect(wire?.violations).toMatchObject([{ call: 'ecs.RunTask', count: 4 }]);
    expect(wire?.calls).toEqual({ 'ecs.RunTask': 6, 'logs.GetLogEvents': 2 });
    expect(wire?.shapes).toEqual({ ecs: 12 });
  });

  it('stay with the sum of several checks', () => {
    write(1, wrong);
    const none = { passed: 1, failed: 0, skipped: 0 };
    expect(sum([none, wireOutcome(folder), none])).toMatchObject({ passed: 2, failed: 1, wire: wrong });
    expect(sum([none, none]).wire).toBeUndefined();
  });

  it('close a run with calls, resources, shapes and each violation with its call, member and value', () => {
    const lines = wireSummary(
      new Map([
        ['cloud', clean],
        ['cases', wrong],
      ]),
      true,
    );
    expect(lines).toEqual([
      'the wire, against the models of AWS:',
      'cloud        4 calls of 2 operations, 2 resources of 1 types, 14 shapes, 0 violations, 5 known ones, 0.3 s',
      'cases        4 calls of 2 operations, 2 resources of 1 types, 12 shapes, 1 violations, 5 known ones, 0.3 s',
      '  answer ecs.RunTask tasks[].colour = red: it is no member of Task (2 times)',
      'together     8 calls of 2 operations, 4 resources of 1 types, 16 shapes, 1 violations, 10 known ones, 0.5 s',
      '  a known violation that nothing met: a forgotten one',
      '',
    ]);
  });

  it('name known violations that nothing met only when every check ran', () => {
    expect(wireSummary(new Map([['cloud', clean]]), false).join('\n')).not.toContain('a forgotten one');
    expect(wireSummary(new Map(), true)).toEqual([]);
  });
});
