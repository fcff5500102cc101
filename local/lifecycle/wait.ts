import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** What is being waited for, for the message of a timeout. */
  what: string;
  deadlineSeconds: number;
  everyMs?: number;
  signal?: AbortSignal | undefined;
}

/** Asks until there is an answer. @throws Error when the deadline passes first */
export async function waitFor<T>(ask: () => Promise<T | undefined>, options: WaitOptions): Promise<T> {
  const deadline = Date.now() + options.deadlineSeconds * 1000;
  for (;;) {
    options.signal?.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${options.what}: not after ${options.deadlineSeconds} s`);
    await sleep(options.everyMs ?? 100);
  }
}
