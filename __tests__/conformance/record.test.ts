import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Record } from '../../scripts/conformance/record.ts';
import { reportOf } from '../../scripts/conformance/report.ts';

const whose = { target: 'AWS', account: '123456789012', region: 'eu-west-1' } as const;
const check = {
  stage: 0,
  id: 'C3',
  what: 'a name | that is taken',
  expected: 'refused',
  settled: true,
  at: '2026-01-01T00:00:00Z',
  seconds: 1,
};

describe('the record of a conformance run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'conformance-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is read again by the next run, which knows what may have been left', () => {
    const first = new Record(folder, whose);
    first.begin(0, false);
    first.keep('stack', 'conformance-otel');
    first.keep('stack', 'conformance-otel');
    const second = new Record(folder, whose);
    expect(second.content.made).toEqual([{ kind: 'stack', name: 'conformance-otel' }]);
    expect(second.isDone(0, false)).toBe(false);
    second.gone({ kind: 'stack', name: 'conformance-otel' });
    expect(new Record(folder, whose).content.made).toEqual([]);
  });

  test('takes a stage for done only when it was finished, and in no shorter a form', () => {
    const record = new Record(folder, whose);
    record.begin(1, true);
    record.end(1, 20);
    expect(record.isDone(1, true)).toBe(true);
    expect(record.isDone(1, false)).toBe(false);
    record.begin(1, false);
    expect(record.isDone(1, true)).toBe(false);
  });

  test('forgets what an unfinished attempt at a stage saw, and nothing of the others', () => {
    const record = new Record(folder, whose);
    record.begin(0, false);
    record.check({ ...check, holds: true, seen: 'first' });
    record.check({ ...check, stage: 1, holds: true, seen: 'of another stage' });
    record.begin(0, false);
    expect(record.content.checks.map(({ seen }) => seen)).toEqual(['of another stage']);
  });

  test.each([
    ['account', { account: '210987654321' }],
    ['region', { region: 'eu-central-1' }],
    ['target', { target: 'local cloud' as const }],
  ])('of another %s is not mixed with this one', (field, other) => {
    new Record(folder, whose).write();
    expect(() => new Record(folder, { ...whose, ...other })).toThrow(`is of ${field}`);
  });

  test('holds what was seen otherwise and what could not be asked apart', () => {
    const record = new Record(folder, whose);
    record.begin(0, false);
    record.check({ ...check, holds: true, seen: 'refused' });
    record.check({ ...check, holds: false, seen: 'made' });
    record.check({ ...check, holds: false, settled: false, seen: 'could not be asked: throttled' });
    record.end(0, 3);
    record.left(['stack conformance-otel DELETE_FAILED']);
    const report = reportOf(record);
    expect(report).toContain('1 as expected, 1 otherwise, 1 not settled.');
    expect(report).toContain('| C3 | a name \\| that is taken | refused | made | otherwise |');
    expect(report).toContain('- stack conformance-otel DELETE_FAILED');
    expect(JSON.parse(readFileSync(path.join(folder, 'conformance.json'), 'utf8'))).toMatchObject({
      version: 1,
      leftovers: ['stack conformance-otel DELETE_FAILED'],
    });
  });
});
