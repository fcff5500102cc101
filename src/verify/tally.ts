import type { GatewayLine, TapPoint } from '../collector/tap.ts';

/** What the tap says of one trace of the run. */
export interface TracedTrace {
  cohort: string;
  instance: string;
  /** Distinct span ids, so that a span delivered twice by a retry counts once. */
  arrived: Set<string>;
  kept: Set<string>;
  /** The gateways that saw it, before or after sampling. */
  gateways: Set<string>;
}

/** Spans that a gateway's log announces and spans that it names, per point of the tap. */
interface Ledger {
  announced: Record<TapPoint, number>;
  named: Record<TapPoint, number>;
}

/** Counts the run's traces, by trace id, from the gateways' lines; other runs' lines are passed over. */
export class Tally {
  readonly traces = new Map<string, TracedTrace>();
  readonly #runId: string;
  readonly #ledgers = new Map<string, Ledger>();
  #arrivals = 0;
  #keeps = 0;
  #duplicates = 0;

  constructor(runId: string) {
    this.#runId = runId;
  }

  /** Distinct spans seen so far before sampling. */
  get arrivedSpans(): number {
    return this.#arrivals;
  }

  /** Distinct spans seen so far after sampling. */
  get keptSpans(): number {
    return this.#keeps;
  }

  /** Spans that a point of the tap printed more than once. */
  get duplicateSpans(): number {
    return this.#duplicates;
  }

  /** Traces of the run that have been seen before sampling. */
  get arrivedTraces(): number {
    return [...this.traces.values()].filter((trace) => trace.arrived.size > 0).length;
  }

  add(gateway: string, line: GatewayLine): void {
    if (line.kind === 'count') this.#ledger(gateway).announced[line.point] += line.spans;
    if (line.kind !== 'spans') return;
    for (const block of line.blocks) {
      this.#ledger(gateway).named[line.point] += block.spans.length;
      if (block.run !== this.#runId) continue;
      for (const span of block.spans) {
        const trace = this.#trace(span.traceId, block.cohort, block.instance);
        trace.gateways.add(gateway);
        this.#count(trace[line.point], span.spanId, line.point);
      }
    }
  }

  /**
   * Where a gateway's log announces and names different numbers of spans, so that lines are missing.
   * Announcements are all alike, and a collector that samples its log leaves most of them out: then only
   * too many of them prove a gap.
   */
  gaps(samplesLog: boolean): string[] {
    return [...this.#ledgers].flatMap(([gateway, { announced, named }]) =>
      (['arrived', 'kept'] as const)
        .filter((point) => (samplesLog ? announced[point] > named[point] : announced[point] !== named[point]))
        .map(
          (point) =>
            `gateway ${gateway} announced ${announced[point]} ${point} spans and its log names ${named[point]}: lines are missing`,
        ),
    );
  }

  #count(spans: Set<string>, spanId: string, point: TapPoint): void {
    if (spans.has(spanId)) {
      this.#duplicates += 1;
      return;
    }
    spans.add(spanId);
    if (point === 'arrived') this.#arrivals += 1;
    else this.#keeps += 1;
  }

  #trace(traceId: string, cohort: string, instance: string): TracedTrace {
    const known = this.traces.get(traceId);
    if (known !== undefined) return known;
    const trace: TracedTrace = {
      cohort,
      instance,
      arrived: new Set(),
      kept: new Set(),
      gateways: new Set(),
    };
    this.traces.set(traceId, trace);
    return trace;
  }

  #ledger(gateway: string): Ledger {
    const known = this.#ledgers.get(gateway);
    if (known !== undefined) return known;
    const ledger: Ledger = { announced: { arrived: 0, kept: 0 }, named: { arrived: 0, kept: 0 } };
    this.#ledgers.set(gateway, ledger);
    return ledger;
  }
}
