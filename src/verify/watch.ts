import { isKitError } from '../kit/errors.ts';
import { type Look, poll } from '../kit/poll.ts';
import type { CohortPlan } from './plan.ts';
import type { Pace } from './run.ts';
import { TapReader, type TapReaderOptions } from './tap-reader.ts';

export interface WatchOptions extends TapReaderOptions, Pace {
  /** What was asked of the generators. */
  cohorts: readonly CohortPlan[];
  decisionWaitSeconds: number;
  /** Whether the generators did not do their work, so that missing traces are not worth waiting for. */
  expectsLoss: boolean;
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
/** Without any new span for this long, what has not arrived is not coming. */
const arrivalPatienceSeconds = 60;
/** The same after generators that failed: what they did send is on its way at most this long. */
const lossPatienceSeconds = 12;
/** Past its time by this long, a decision that ought to be there is not coming. */
const decisionPatienceSeconds = 30;

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
  readonly #generated: number;
  #changedAt: number;
  #arrivalSeenAt = 0;
  #arrived = 0;
  #spans = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#generated = options.cohorts.reduce((sum, cohort) => sum + cohort.traces, 0);
    this.reader = new TapReader(options);
    this.#changedAt = options.clock.now();
  }

  async look(): Promise<Look<void>> {
    const { signal } = this.#options;
    await this.reader.read(signal);
    this.#notice();
    this.state = this.#awaited() ?? '';
    if (this.state !== '') return { done: false, state: this.state };
    const spans = this.#spans;
    this.reader = new TapReader(this.#options);
    await this.reader.read(signal);
    this.#notice();
    if (this.#spans === spans) return { done: true, value: undefined };
    this.state = `two readings of the gateways' logs differ: ${spans} and ${this.#spans} spans`;
    return { done: false, state: this.state };
  }

  #notice(): void {
    const { arrivedSpans, keptSpans } = this.reader.tally;
    const now = this.#options.clock.now();
    if (arrivedSpans !== this.#arrived) this.#arrivalSeenAt = now;
    if (arrivedSpans + keptSpans !== this.#spans) this.#changedAt = now;
    this.#arrived = arrivedSpans;
    this.#spans = arrivedSpans + keptSpans;
  }

  /** What is still to come; undefined when nothing is. */
  #awaited(): string | undefined {
    const now = this.#options.clock.now();
    const { tally, lastArrivalAt } = this.reader;
    const arrived = tally.arrivedTraces;
    const quiet = (now - this.#changedAt) / 1000;
    const patience = this.#options.expectsLoss ? lossPatienceSeconds : arrivalPatienceSeconds;
    if (arrived < this.#generated && quiet < patience) {
      return `${arrived} of ${this.#generated} traces have arrived`;
    }
    const seen = `${arrived} traces have arrived, ${tally.keptSpans} spans are kept`;
    // Where lines take longer than usual, those of the decisions will as well; clocks may differ.
    const printedAt = Math.min(lastArrivalAt, this.#arrivalSeenAt);
    const readable = Math.max(printedAt + logLagSeconds * 1000, this.#arrivalSeenAt);
    const due = readable + (this.#options.decisionWaitSeconds + decisionTailSeconds) * 1000;
    if (arrived > 0 && now < due) return `${seen}, decisions are open`;
    if (quiet < quietSeconds) return `${seen}, the last ones just now`;
    const overdue = (now - Math.max(this.#changedAt, due)) / 1000;
    if (overdue < decisionPatienceSeconds && this.#lacksSomething()) return `${seen}, some are missing`;
    return undefined;
  }

  /** Whether a trace is kept in part, or not at all though its cohort must be kept. */
  #lacksSomething(): boolean {
    const { cohorts } = this.#options;
    const mustBeKept = new Set(cohorts.filter(({ expected }) => expected === 1).map(({ name }) => name));
    return [...this.reader.tally.traces.values()].some(
      ({ cohort, arrived, kept }) => kept.size < arrived.size && (kept.size > 0 || mustBeKept.has(cohort)),
    );
  }
}
