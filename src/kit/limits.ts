import { AsyncLocalStorage } from 'node:async_hooks';
import { KitError } from './errors.ts';

/** Until when the work of a process may ask AWS for something. */
export interface Limits {
  /** Ends the work: the workflow was cancelled or the deadline has passed. */
  work: AbortSignal;
  /** Ends the clean-up after it. */
  closing: AbortSignal;
}

interface Current extends Limits {
  /** The one that counts now. */
  signal: AbortSignal;
}

// Ambient, because each and every call has to be bounded, and a signal that has to be handed on by every
// function is one that somebody forgets.
const current = new AsyncLocalStorage<Current>();

/** Everything that `work` asks for ends with `limits.work`. */
export function within<T>(limits: Limits, work: () => Promise<T>): Promise<T> {
  return current.run({ ...limits, signal: limits.work }, work);
}

/** Everything that `work` asks for may go on after the end of the work, until the end of the clean-up. */
export function closing<T>(work: () => Promise<T>): Promise<T> {
  const limits = current.getStore();
  return limits ? current.run({ ...limits, signal: limits.closing }, work) : work();
}

/**
 * Waits for an answer, but not beyond the limit: a request that is never answered must not hold the process.
 * @throws KitError with the code of the limit's reason, naming what was not answered.
 */
export async function answered<T>(what: string, request: () => Promise<T>): Promise<T> {
  const signal = current.getStore()?.signal;
  if (!signal) return request();
  if (signal.aborted) throw unanswered(what, undefined, signal.reason);
  const started = Date.now();
  let give: (() => void) | undefined;
  const limit = new Promise<never>((_, reject) => {
    give = () => reject(unanswered(what, Date.now() - started, signal.reason));
    signal.addEventListener('abort', give, { once: true });
  });
  try {
    return await Promise.race([request(), limit]);
  } finally {
    if (give) signal.removeEventListener('abort', give);
  }
}

function unanswered(what: string, milliseconds: number | undefined, reason: unknown): unknown {
  // A cancellation needs no account of what was going on; a deadline does.
  if (!(reason instanceof KitError) || reason.code !== 'deadline-exceeded') return reason;
  const state =
    milliseconds === undefined
      ? `about to ${what}`
      : `no answer for ${Math.round(milliseconds / 100) / 10} s to the request to ${what}`;
  return new KitError(`${reason.message}; last state: ${state}`, {
    code: reason.code,
    source: reason.source,
    cause: reason.cause,
    ...(reason.hint === undefined ? {} : { hint: reason.hint }),
  });
}
