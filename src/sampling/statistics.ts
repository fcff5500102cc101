import quantile from '@stdlib/stats-base-dists-binomial-quantile';

/** Lower and upper bound of a share, both inclusive, each 0 to 1. */
export type Interval = readonly [lower: number, upper: number];

/** What lies outside on both sides together: a correct sampler fails a check once in a thousand runs. */
const outside = 0.001;

/**
 * The central 99.9% interval of Binomial(`count`, `share`), as shares of `count`. Exact: each tail
 * holds at most 0.05%, whatever the skew. A share of 0 or 1 leaves no room at all.
 * With no observation nothing is known, and every share would do.
 */
export function shareInterval(count: number, share: number): Interval {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`not a count of traces: ${count}`);
  if (!(share >= 0 && share <= 1)) throw new RangeError(`not a share between 0 and 1: ${share}`);
  if (share === 0 || share === 1) return [share, share];
  if (count === 0) return [0, 1];
  return [quantile(outside / 2, count, share) / count, quantile(1 - outside / 2, count, share) / count];
}

/** Whether `part` of `count` lies inside the interval; compared as counts, free of rounding. */
export function isInside(part: number, count: number, [lower, upper]: Interval): boolean {
  return part >= Math.round(lower * count) && part <= Math.round(upper * count);
}
