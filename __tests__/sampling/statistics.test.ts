import { describe, expect, test } from '@jest/globals';
import { isInside, shareInterval } from '../../src/sampling/statistics.ts';

/** P(X <= k) for X ~ Binomial(n, p), summed term by term in logarithms: slow, and independent of the code under test. */
function distribution(k: number, n: number, p: number): number {
  let logTerm = n * Math.log1p(-p);
  let sum = Math.exp(logTerm);
  for (let i = 1; i <= k; i += 1) {
    logTerm += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(logTerm);
  }
  return sum;
}

describe('the central 99.9% interval of a share', () => {
  test.each([
    ['a quarter of 2,000', 2000, 0.25],
    ['30% of 2,000', 2000, 0.3],
    ['a half of 10', 10, 0.5],
    ['1% of 5,000', 5000, 0.01],
    ['99.5% of 1,000', 1000, 0.995],
    ['a tenth of 100,000', 100_000, 0.1],
  ])('leaves at most 0.05%% on each side, and not a count more: %s', (_name, count, share) => {
    const [lower, upper] = shareInterval(count, share).map((bound) => Math.round(bound * count));
    if (lower === undefined || upper === undefined) throw new Error('no interval');
    expect(lower === 0 ? 0 : distribution(lower - 1, count, share)).toBeLessThan(0.0005);
    expect(distribution(lower, count, share)).toBeGreaterThanOrEqual(0.0005);
    expect(distribution(upper, count, share)).toBeGreaterThanOrEqual(0.9995);
    expect(upper === 0 ? 0 : distribution(upper - 1, count, share)).toBeLessThan(0.9995);
  });

  test.each([
    ['a quarter of 2,000, by R: qbinom(c(.0005, .9995), 2000, .25)', 2000, 0.25, [437 / 2000, 565 / 2000]],
    ['everything must be kept', 200, 1, [1, 1]],
    ['nothing may be kept', 200, 0, [0, 0]],
    ['nothing arrived: every share would do', 0, 0.25, [0, 1]],
    ['one trace says nothing', 1, 0.5, [0, 1]],
  ])('%s', (_name, count, share, interval) => {
    expect(shareInterval(count, share)).toEqual(interval);
  });

  test.each([
    ['a share above 1', 10, 1.01],
    ['a share below 0', 10, -0.1],
    ['no number', 10, Number.NaN],
    ['half a trace', 0.5, 0.5],
    ['fewer than no traces', -1, 0.5],
  ])('refuses %s', (_name, count, share) => {
    expect(() => shareInterval(count, share)).toThrow(RangeError);
  });

  test('its bounds belong to it, their neighbours do not', () => {
    const interval = shareInterval(2000, 0.25);
    expect([436, 437, 565, 566].map((kept) => isInside(kept, 2000, interval))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('rounding moves no bound, whatever the count', () => {
    for (let count = 1; count <= 3000; count += 1) {
      const [lower, upper] = shareInterval(count, 1 / 3);
      const bounds = [Math.round(lower * count), Math.round(upper * count)];
      expect(bounds.every((kept) => isInside(kept, count, [lower, upper]))).toBe(true);
    }
  });
});
