import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { KitError } from '../../src/kit/errors.ts';
import { Lifetime } from '../../src/kit/lifetime.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const cancelled = new KitError('cancelled', { code: 'cancelled', source: 'user' });
const never = () => new Promise<never>(() => {});

describe('the time of a process', () => {
  test('leaves the clean-up 5.5 s after the end of the work', () => {
    const lifetime = new Lifetime();
    const { limits } = lifetime;
    lifetime.end(cancelled);
    expect(limits.work.reason).toBe(cancelled);
    jest.advanceTimersByTime(5_400);
    expect(limits.closing.aborted).toBe(false);
    jest.advanceTimersByTime(200);
    expect(limits.closing.aborted).toBe(true);
  });

  test('keeps its first reason', () => {
    const lifetime = new Lifetime();
    const { limits } = lifetime;
    lifetime.end(cancelled);
    lifetime.end(new Error('second'));
    expect(limits.work.reason).toBe(cancelled);
  });

  test('is over at once when it is told so a second time', () => {
    const lifetime = new Lifetime();
    const { limits } = lifetime;
    lifetime.end(cancelled);
    lifetime.endClosing();
    expect(limits.closing.aborted).toBe(true);
  });

  test('ends a step that does not end itself a second after its deadline', async () => {
    const lifetime = new Lifetime();
    const step = lifetime.bounded('deploy', 30, never);
    const outcome = expect(step).rejects.toMatchObject({
      code: 'deadline-exceeded',
      message: 'deploy did not end within 30 s',
    });
    await jest.advanceTimersByTimeAsync(30_900);
    expect(lifetime.limits.work.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(200);
    expect(lifetime.limits.work.aborted).toBe(true);
    await jest.advanceTimersByTimeAsync(5_500);
    await outcome;
  });

  test('lets a step that reacts end by itself, with its own words', async () => {
    const lifetime = new Lifetime();
    const { work } = lifetime.limits;
    const step = lifetime.bounded(
      'deploy',
      30,
      () => new Promise((_, reject) => work.addEventListener('abort', () => reject(new Error('own words')))),
    );
    const outcome = expect(step).rejects.toThrow('own words');
    await jest.advanceTimersByTimeAsync(31_100);
    await outcome;
    expect(lifetime.limits.closing.aborted).toBe(false);
  });

  test('is not ended by the deadline of a step that is over', async () => {
    const lifetime = new Lifetime();
    await expect(lifetime.bounded('deploy', 30, async () => 'done')).resolves.toBe('done');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(lifetime.limits.work.aborted).toBe(false);
  });
});
