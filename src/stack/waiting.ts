import type { Clock } from '../kit/clock.ts';

/** What everything that waits in this folder is given. */
export interface Waiting {
  clock: Clock;
  /** Milliseconds since the epoch after which waiting is a failure. */
  deadline: number;
  signal: AbortSignal;
  /** Takes one line of progress. */
  say: (line: string) => void;
  /** Mean seconds between two looks; default 3. */
  intervalSeconds?: number;
}

export const defaultIntervalSeconds = 3;
