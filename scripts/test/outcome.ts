/** What a check counted. */
export interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
}

export function sum(outcomes: readonly Outcome[]): Outcome {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const outcome of outcomes)
    for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += outcome[key];
  return total;
}
