import type { Clock } from '../kit/clock.ts';
import { isKitError } from '../kit/errors.ts';
import { type Look, poll } from '../kit/poll.ts';
import type { Voice } from './run.ts';
import { TapReader, type TapReaderOptions } from './tap-reader.ts';

export interface WatchOptions extends TapReaderOptions {
  clock: Clock;
  signal: AbortSignal;
  voice: Voice;
  /** Milliseconds since the epoch. */
  deadline: number;
  /** Traces that the generators were asked for. */
  generated: number;
  decisionWaitSeconds: number;
}

export interface Watched {
  reader: TapReader;
  /** What was still awaited when time ran out; undefined when all came to rest. */
  unsettled: string | undefined;
}

/**
 * From the container's write to a readable event: the awslogs driver sends every five seconds, and
 * CloudWatch takes a few more.
 */
const logLagSeconds = 10;
/** After the decision wait: the sampler's tick and the tap's batch, one second each. */
const decisionTailSeconds = 2;
/** No new line for this long counts as rest; longer than the log driver's five seconds between two sends. */
const quietSeconds = 7;
/** Without any new span for this long, what is missing is not coming. */
const patienceSeconds = 60;

/**
 * Waits until all traces have arrived and every decision is over:
 *
 *   last span arrives ──── decision wait ────┬─ tick, batch ─┬─ log lag ─┬─ quiet ─ read all again ─ done
 *                                            kept lines are printed … and become readable
 *
 * The verdict is taken from one reading of the whole logs, not from the pieces that were read on the
 * way; both must agree, else the wait goes on.
 */
export async function watchTap(options: WatchOptions): Promise<Watched> {
  const watch = new Watch(options);
  const { clock, signal, voice, deadline } = options;
  let unsettled: string | undefined;
  try {
    const about = { what: 'tap', deadline, intervalSeconds: 2, clock, signal, heartbeat: voice.info };
    await poll(about, () => watch.look());
  } catch (error) {
    if (!isKitError(error, 'deadline-exceeded')) throw error;
    unsettled = watch.state;
  }
  watch.reader.end();
  return { reader: watch.reader, unsettled };
}

class Watch {
  reader: TapReader;
  state = 'nothing read yet';
  readonly #options: WatchOptions;
  #changedAt: number;
  #spans = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.reader = new TapReader(options);
    this.#changedAt = options.clock.now();
  }

  async look(): Promise<Look<void>> {
    const { clock, signal } = this.#options;
    await this.reader.read(signal);
    const spans = spansOf(this.reader);
    if (spans !== this.#spans) {
      this.#spans = spans;
      this.#changedAt = clock.now();
    }
    this.state = this.#awaited(clock.now()) ?? '';
    if (this.state !== '') return { done: false, state: this.state };
    const whole = new TapReader(this.#options);
    await whole.read(signal);
    this.reader = whole;
    if (spansOf(whole) === spans) return { done: true, value: undefined };
    this.#spans = spansOf(whole);
    this.#changedAt = clock.now();
    this.state = `two readings of the gateways' logs differ: ${spans} and ${this.#spans} spans`;
    return { done: false, state: this.state };
  }

  /** What is still to come; undefined when nothing is. */
  #awaited(now: number): string | undefined {
    const { generated, decisionWaitSeconds } = this.#options;
    const { tally, lastArrivalAt } = this.reader;
    const arrived = tally.arrivedTraces;
    const quiet = (now - this.#changedAt) / 1000;
    if (arrived < generated && quiet < patienceSeconds) {
      return `${arrived} of ${generated} traces have arrived`;
    }
    const seen = `${arrived} traces have arrived, ${tally.keptSpans} spans are kept`;
    const decided = lastArrivalAt + (decisionWaitSeconds + decisionTailSeconds + logLagSeconds) * 1000;
    if (now < decided) return `${seen}, decisions are open`;
    if (quiet < quietSeconds) return `${seen}, the last ones just now`;
    return undefined;
  }
}

function spansOf({ tally }: TapReader): number {
  return tally.arrivedSpans + tally.keptSpans;
}
