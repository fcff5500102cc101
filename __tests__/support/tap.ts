import { readGatewayLine, type TapPoint } from '../../src/collector/tap.ts';

/** Distinct span ids by trace id. */
export type Traces = Map<string, Set<string>>;

/** What a collector's log says of a cohort's traces at one point of the tap. Throws where a line cannot be read. */
export function tapped(lines: readonly string[], point: TapPoint, cohort: string): Traces {
  const traces: Traces = new Map();
  for (const line of lines) {
    const read = readGatewayLine(line);
    if (read.kind === 'unreadable') throw new Error(read.reason);
    if (read.kind !== 'spans' || read.point !== point) continue;
    for (const block of read.blocks.filter((each) => each.cohort === cohort)) {
      for (const { traceId, spanId } of block.spans) {
        traces.set(traceId, (traces.get(traceId) ?? new Set()).add(spanId));
      }
    }
  }
  return traces;
}
