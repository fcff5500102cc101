import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Record } from '../../scripts/conformance/record.ts';
import { runStage } from '../../scripts/conformance/run.ts';
import type { Stage, StageWork } from '../../scripts/conformance/stage.ts';
import { stages } from '../../scripts/conformance/stages.ts';

const question = { id: 'X', what: 'whether', expected: 'that' };
const shared = { short: false, image: 'collector' } as unknown as StageWork;

function stageOf(run: Stage['run']): Stage {
  const title = 'a stage';
  return { number: 0, title, settles: [], makes: '', minutes: 1, dollars: 0, needsInstances: false, run };
}

describe('a stage of a conformance run', () => {
  let folder: string;
  let record: Record;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'conformance-'));
    record = new Record(folder, { target: 'AWS', account: '123456789012', region: 'eu-west-1' });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (stage: Stage, signal = new AbortController().signal) =>
    runStage(stage, { shared, record, say: () => {}, signal });

  test('goes on after a look that throws, and records it as not settled', async () => {
    await run(
      stageOf(async ({ check }) => {
        await check(question, () => Promise.reject(new Error('throttled')));
        await check(question, async () => ({ holds: true, seen: 'that' }));
      }),
    );
    expect(record.content.checks.map(({ settled, holds }) => [settled, holds])).toEqual([
      [false, false],
      [true, true],
    ]);
    expect(record.isDone(0, false)).toBe(true);
  });

  test('is not done when it could not go on', async () => {
    await expect(run(stageOf(() => Promise.reject(new Error('no ground'))))).rejects.toThrow('no ground');
    expect(record.isDone(0, false)).toBe(false);
  });

  test('records nothing of a look during which it was interrupted', async () => {
    const interrupted = new AbortController();
    const stage = stageOf(async ({ check }) => {
      await check(question, async () => {
        interrupted.abort(new Error('stopped by SIGINT'));
        return { holds: false, seen: 'half' };
      });
    });
    await expect(run(stage, interrupted.signal)).rejects.toThrow('stopped by SIGINT');
    expect(record.content.checks).toEqual([]);
  });

  test('that was done before is not run again', async () => {
    let runs = 0;
    const stage = stageOf(async () => {
      runs += 1;
    });
    await run(stage);
    await run(stage);
    expect(runs).toBe(1);
  });
});

describe('the stages', () => {
  test('are numbered as they stand, and each says what it settles, makes, takes and costs', () => {
    expect(stages.map(({ number }) => number)).toEqual(stages.map((_stage, index) => index));
    for (const { title, settles, makes, minutes, dollars } of stages) {
      expect([title, makes]).not.toContain('');
      expect(settles.length).toBeGreaterThan(0);
      expect(minutes).toBeGreaterThan(0);
      expect(dollars).toBeGreaterThanOrEqual(0);
    }
  });

  test('that make no instances are those that cost next to nothing', () => {
    const cheap = stages.filter(({ needsInstances }) => !needsInstances);
    expect(cheap.map(({ number }) => number)).toEqual([0, 1]);
    expect(cheap.every(({ dollars }) => dollars <= 0.1)).toBe(true);
  });
});
