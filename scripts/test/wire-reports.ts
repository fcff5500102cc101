import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Outcome } from './outcome.ts';

/** What the guard of the wire writes for one emulator; `local/extension/wire/report.py` has the meaning. */
export interface WireReport {
  /** Checked calls by `service.Operation`. */
  calls: Record<string, number>;
  /** Checked resources by type. */
  resources: Record<string, number>;
  /** Shapes that the checked calls can reach, by service. */
  shapes: Record<string, number>;
  /** Processor time of the checks, and how long the calls took without them, those side by side added. */
  seconds: { guard: number; services: number };
  /** Hits of each known violation that occurred. */
  known: Record<string, number>;
  /** Ids of all known violations, hit or not. */
  listed: string[];
  violations: WireViolation[];
}

export interface WireViolation {
  side: 'request' | 'answer' | 'resource';
  call: string;
  member: string;
  kind: string;
  value: string;
  constraint: string;
  count: number;
}

/** The reports that the emulators of one check have left in a folder. */
function readWireReports(folder: string): WireReport[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^wire-\d+\.json$/.test(name))
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as WireReport);
}

/** Reports as one: counts added, shapes at their most, a violation of several emulators once. */
export function mergeWireReports(reports: readonly WireReport[]): WireReport {
  const violations = new Map<string, WireViolation>();
  for (const found of reports.flatMap((report) => report.violations)) {
    const key = [found.side, found.call, found.member, found.kind].join('\0');
    const known = violations.get(key);
    violations.set(key, known ? { ...known, count: known.count + found.count } : found);
  }
  return {
    calls: combined(reports.map(({ calls }) => calls)),
    resources: combined(reports.map(({ resources }) => resources)),
    shapes: combined(
      reports.map(({ shapes }) => shapes),
      Math.max,
    ),
    seconds: { guard: 0, services: 0, ...combined(reports.map(({ seconds }) => seconds)) },
    known: combined(reports.map(({ known }) => known)),
    listed: [...new Set(reports.flatMap(({ listed }) => listed))],
    violations: [...violations.values()],
  };
}

/**
 * What the emulators of a check say, as one test more: it passes when calls were checked and none of them, nor any
 * resource, was a violation.
 */
export function wireOutcome(folder: string): Outcome {
  const wire = mergeWireReports(readWireReports(folder));
  const failed = wire.violations.length + (total(wire.calls) === 0 ? 1 : 0);
  return { passed: failed === 0 ? 1 : 0, failed, skipped: 0, wire };
}

/** The line for the end of a run, and a line for each violation. */
function wireLines(name: string, report: WireReport): string[] {
  const counts = [
    `${total(report.calls)} calls of ${Object.keys(report.calls).length} operations`,
    `${total(report.resources)} resources of ${Object.keys(report.resources).length} types`,
    `${total(report.shapes)} shapes`,
    `${report.violations.length} violations`,
    `${total(report.known)} known ones`,
    `${report.seconds.guard.toFixed(1)} s`,
  ];
  const each = report.violations.map(
    ({ side, call, member, value, constraint, count }) =>
      `  ${side} ${call} ${member} = ${value}: ${constraint} (${count} times)`,
  );
  return [`${name.padEnd(12)} ${counts.join(', ')}`, ...each];
}

/**
 * What the guard saw in a run, by check and together.
 * @param whole whether every check ran: then known violations that were never met are named, since they can go
 */
export function wireSummary(reports: ReadonlyMap<string, WireReport>, whole: boolean): string[] {
  if (reports.size === 0) return [];
  const together = mergeWireReports([...reports.values()]);
  const lines = [...reports].flatMap(([name, report]) => wireLines(name, report));
  const unmet = whole ? together.listed.filter((id) => !(id in together.known)) : [];
  return [
    'the wire, against the models of AWS:',
    ...lines,
    ...wireLines('together', together).slice(0, 1),
    ...unmet.map((id) => `  a known violation that nothing met: ${id}`),
    '',
  ];
}

function combined(
  maps: readonly Record<string, number>[],
  join: (one: number, other: number) => number = (one, other) => one + other,
): Record<string, number> {
  const result: Record<string, number> = {};
  for (const map of maps)
    for (const [key, count] of Object.entries(map)) result[key] = join(result[key] ?? 0, count);
  return result;
}

function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
