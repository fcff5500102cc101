import { KitError } from './errors.ts';
import type { Limits } from './limits.ts';

/**
 * How long the clean-up may take once the work has ended. GitHub sends SIGTERM 7.5 s after SIGINT, and the
 * account of what is left has to be written before that:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation
 */
const closingMilliseconds = 5_500;

/** How long after its own deadline a step that does not end by itself is ended. */
const graceMilliseconds = 1_000;

/**
 * The time that a process has.
 *
 *   work ──────────── SIGINT, deadline, failure ── clean-up ── 5.5 s later, or SIGTERM ── end
 *        `limits.work` aborts ┘                  `limits.closing` aborts ┘
 */
export class Lifetime {
  readonly #work = new AbortController();
  readonly #closing = new AbortController();
  readonly limits: Limits = { work: this.#work.signal, closing: this.#closing.signal };
  #timer: NodeJS.Timeout | undefined;

  /** Ends the work, and a little later the clean-up. Only the first reason counts. */
  end(reason: unknown): void {
    if (this.#work.signal.aborted) return;
    this.#work.abort(reason);
    this.#timer = setTimeout(() => this.endClosing(), closingMilliseconds);
  }

  /** Leaves what is still open to `post`. */
  endClosing(): void {
    this.end(outOfTime());
    clearTimeout(this.#timer);
    this.#closing.abort(outOfTime());
  }

  /** Runs one step, which is ended a moment after its time when it does not end itself. */
  async bounded<T>(name: string, seconds: number, step: () => Promise<T>): Promise<T> {
    const message = `${name} did not end within ${Math.round(seconds * 10) / 10} s`;
    const late = () => this.end(new KitError(message, { code: 'deadline-exceeded', source: 'aws' }));
    const timer = setTimeout(late, seconds * 1000 + graceMilliseconds);
    let leave: (() => void) | undefined;
    const stuck = new Promise<never>((_, reject) => {
      leave = () => reject(this.#work.signal.reason);
      this.#closing.signal.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([step(), stuck]);
    } finally {
      clearTimeout(timer);
      if (leave) this.#closing.signal.removeEventListener('abort', leave);
    }
  }

  /** Lets the process end: no timer of the lifetime keeps it. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

function outOfTime(): KitError {
  return new KitError('there was no time left', { code: 'deadline-exceeded', source: 'kit' });
}
