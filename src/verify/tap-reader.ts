import { type LogStream, LogStreamReader, type Logs } from '../aws/logs.ts';
import { type GatewayLine, looksLikeTap, readGatewayLine } from '../collector/tap.ts';
import { type Joined, LineJoiner } from './line-joiner.ts';
import { Tally } from './tally.ts';

/** A gateway and where its log is. */
export interface GatewayLog {
  /** Task id. */
  task: string;
  where: LogStream;
  /**
   * When its last line before the run was printed, by its own clock; later lines are the run's. Undefined
   * for a gateway that came afterwards.
   */
  mark: number | undefined;
}

/** Equal lines of one gateway, in the collector's own words. */
export interface CollectorWords {
  gateway: string;
  component: string;
  message: string;
  error: string;
  times: number;
}

export interface TapReaderOptions {
  logs: Logs;
  runId: string;
  gateways: readonly GatewayLog[];
}

/** Words by which a collector says that data did not get out, retries included. */
const failedExport = /^Exporting failed|sending queue is full|Dropping data|Sending spans to destination/i;

/** Reads the gateways' logs from their marks on, each line once, and counts what the tap printed. */
export class TapReader {
  readonly tally: Tally;
  /** Lines of the tap that could not be understood. */
  readonly unreadable: string[] = [];
  readonly #sources: (GatewayLog & { reader: LogStreamReader; joiner: LineJoiner })[];
  readonly #failures = new Map<string, CollectorWords>();
  readonly #complaints = new Map<string, CollectorWords>();
  /** When the newest line was printed that named a span of the run before sampling. */
  lastArrivalAt = 0;

  constructor(options: TapReaderOptions) {
    this.tally = new Tally(options.runId);
    this.#sources = options.gateways.map((gateway) => ({
      ...gateway,
      reader: new LogStreamReader(options.logs, gateway.where, gateway.mark),
      joiner: new LineJoiner(),
    }));
  }

  /** Exports that failed during the run. */
  get failedExports(): readonly CollectorWords[] {
    return [...this.#failures.values()];
  }

  /** Other warnings and errors of the run's time: no verdict, but often the reason for one. */
  get complaints(): readonly CollectorWords[] {
    return [...this.#complaints.values()];
  }

  /** Gateways whose log stream does not exist. */
  get silent(): readonly string[] {
    return this.#sources.filter(({ reader }) => !reader.found).map(({ task }) => task);
  }

  /** Reads what has come since the last call. */
  async read(signal?: AbortSignal): Promise<void> {
    for (const { task, mark, reader, joiner } of this.#sources) {
      for (const { timestamp, message } of await reader.read(signal)) {
        if (mark !== undefined && timestamp <= mark) continue;
        for (const joined of joiner.push(message)) this.#take(task, joined, timestamp);
      }
    }
  }

  /** Closes the account: a line still in pieces is one that will not be completed. */
  end(): void {
    for (const { task, joiner } of this.#sources) {
      for (const joined of joiner.end()) this.#take(task, joined, 0);
    }
  }

  #take(task: string, joined: Joined, timestamp: number): void {
    if ('broken' in joined) {
      if (looksLikeTap(joined.broken)) this.#unreadable(task, `a line is cut: ${joined.broken.slice(-80)}`);
      return;
    }
    const line = readGatewayLine(joined.line);
    const before = this.tally.arrivedSpans;
    this.tally.add(task, line);
    if (this.tally.arrivedSpans > before) this.lastArrivalAt = Math.max(this.lastArrivalAt, timestamp);
    if (line.kind === 'unreadable') this.#unreadable(task, line.reason);
    if (line.kind === 'text' && looksLikeTap(joined.line))
      this.#unreadable(task, 'a line is cut at its start');
    if (line.kind === 'log') this.#listen(task, line);
  }

  #unreadable(task: string, reason: string): void {
    this.unreadable.push(`gateway ${task}: ${reason}`);
  }

  #listen(gateway: string, line: Extract<GatewayLine, { kind: 'log' }>): void {
    const failed = failedExport.test(line.message) || failedExport.test(line.error);
    if (!failed && line.level !== 'warn' && line.level !== 'error') return;
    const words = failed ? this.#failures : this.#complaints;
    const key = JSON.stringify([gateway, line.component, line.message, line.error]);
    const known = words.get(key);
    if (known !== undefined) known.times += 1;
    else {
      const { component, message, error } = line;
      words.set(key, { gateway, component, message, error, times: 1 });
    }
  }
}
