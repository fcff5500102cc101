import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { consoleProgress } from '../../scripts/setup/progress.ts';
import { together } from '../../scripts/setup/together.ts';
import { contextIn } from './folder.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('progress', () => {
  const seconds = (count: number) => new Promise<void>((resolve) => setTimeout(resolve, count * 1000));

  async function linesOf(work: () => Promise<void>): Promise<string[]> {
    const lines: string[] = [];
    const step = consoleProgress((line) => lines.push(line)).step('building', work);
    const done = step.catch(() => {});
    await jest.advanceTimersByTimeAsync(60_000);
    await done;
    return lines;
  }

  test('of a long step shows life every 15 seconds and its length at the end', async () => {
    expect(await linesOf(() => seconds(33))).toEqual([
      '[   0.0 s] building …',
      '[  15.0 s] … building: 15.0 s so far',
      '[  30.0 s] … building: 30.0 s so far',
      '[  33.0 s] ✓ building (33.0 s)',
    ]);
  });

  test('of a quick step is one line', async () => {
    expect(await linesOf(() => seconds(0.2))).toEqual(['[   0.0 s] building …']);
  });

  test('of a failed step claims no success and stops its sign of life', async () => {
    const failing = async () => {
      await seconds(20);
      throw new Error('no');
    };
    expect(await linesOf(failing)).toEqual(['[   0.0 s] building …', '[  15.0 s] … building: 15.0 s so far']);
  });
});

describe('things done at the same time', () => {
  test('give their results in order', async () => {
    const done = together<[number, string]>(contextIn('/nowhere'), [async () => 1, async () => 'two']);
    await expect(done).resolves.toEqual([1, 'two']);
  });

  test('are stopped by the first failure, which is the one reported after all have ended', async () => {
    const ended: string[] = [];
    const running = together<[never, never]>(contextIn('/nowhere'), [
      () => Promise.reject(new Error('the disk is full')),
      ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            ended.push('other');
            reject(new Error('aborted'));
          });
        }),
    ]);
    await expect(running).rejects.toThrow('the disk is full');
    expect(ended).toEqual(['other']);
  });
});
