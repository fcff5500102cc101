import { mergeWireReports, type WireReport } from './wire-reports.ts';

/** What a check counted. */
export interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  /** What the guard of the wire saw of the check's emulators; absent where it has none. */
  wire?: WireReport;
}

export function sum(outcomes: readonly Outcome[]): Outcome {
  const total: Outcome = { passed: 0, failed: 0, skipped: 0 };
  for (const outcome of outcomes)
    for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += outcome[key];
  const wire = outcomes.flatMap((outcome) => outcome.wire ?? []);
  return wire.length > 0 ? { ...total, wire: mergeWireReports(wire) } : total;
}
