import type { Clock } from './clock.ts';
import { isKitError, KitError } from './errors.ts';

/** What one look found: `done` with a value, or still waiting with the state as a reader would say it. */
export type Look<T> = { done: true; value: T } | { done: false; state: string };

export interface PollOptions {
  /** What is awaited, as the subject of a sentence: "stack otel-staging". */
  what: string;
  /** Milliseconds since the epoch after which waiting is a failure. */
  deadline: number;
  /** Mean seconds between two looks; each wait varies by ±20% so that runs do not march in step. */
  intervalSeconds: number;
  clock: Clock;
  signal?: AbortSignal | undefined;
  /** Called with the state when it changes, and every `heartbeatSeconds` (default 30) when it does not. */
  heartbeat?: (line: string) => void;
  heartbeatSeconds?: number;
  /** What a reader can do when the deadline passes. */
  hint?: string;
  /** The state as far as it is known in the middle of a look; default: that of the look before. */
  known?: () => string;
}

/**
 * Looks until `look` is done and returns its value.
 * @throws KitError `deadline-exceeded`, naming the last state, when the deadline passes first.
 * @throws the signal's reason when aborted; whatever `look` throws, at once.
 */
export async function poll<T>(options: PollOptions, look: () => Promise<Look<T>>): Promise<T> {
  const { what, deadline, clock, signal, heartbeat } = options;
  const started = clock.now();
  const heartbeatMilliseconds = (options.heartbeatSeconds ?? 30) * 1000;
  let said = '';
  let saidAt = 0;
  for (;;) {
    signal?.throwIfAborted();
    const found = await look().catch((error: unknown) => {
      throw withState(error, what, options.known?.() ?? said);
    });
    if (found.done) return found.value;
    const now = clock.now();
    if (now >= deadline)
      throw deadlineExceeded(what, found.state, Math.round((now - started) / 1000), options.hint);
    if (found.state !== said || now - saidAt >= heartbeatMilliseconds) {
      heartbeat?.(`${what}: ${found.state}`);
      said = found.state;
      saidAt = now;
    }
    await clock.sleep(Math.min(jittered(options.intervalSeconds), deadline - now), signal);
  }
}

/** A look that the step's end cut short says what was seen before it. */
function withState(error: unknown, what: string, state: string): unknown {
  if (state === '' || !isKitError(error, 'deadline-exceeded')) return error;
  const { code, source, hint, cause } = error;
  return new KitError(`${error.message}; ${what}: ${state}`, {
    code,
    source,
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}

function jittered(seconds: number): number {
  return seconds * 1000 * (0.8 + Math.random() * 0.4);
}

function deadlineExceeded(what: string, state: string, seconds: number, hint?: string): KitError {
  return new KitError(`${what} did not get there within ${seconds} s; last state: ${state}`, {
    code: 'deadline-exceeded',
    source: 'aws',
    ...(hint === undefined ? {} : { hint }),
  });
}
