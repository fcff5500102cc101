import type { Clock } from '../kit/clock.ts';
import type { Ledger } from '../kit/ledger.ts';

/** What everything that waits in this folder is given. */
export interface Waiting {
  clock: Clock;
  /** Milliseconds since the epoch after which waiting is a failure. */
  deadline: number;
  signal: AbortSignal;
  /** Takes one line of progress. */
  say: (line: string) => void;
  /** Takes what is begun, before it is, so that it can be stopped whatever happens to us. */
  ledger: Ledger;
  /** Mean seconds between two looks; default 2. */
  intervalSeconds?: number;
}

/** How long to wait, without a word. */
export type Patience = Pick<Waiting, 'clock' | 'deadline' | 'signal'>;

const defaultIntervalSeconds = 2;

/** After this long without anything to say, a reader is told that we still wait. */
const quietMilliseconds = 30_000;

/** The part of a poll's options that all waits here share. */
export function pollOptions({ clock, deadline, signal, intervalSeconds }: Waiting) {
  return { clock, deadline, signal, intervalSeconds: intervalSeconds ?? defaultIntervalSeconds };
}

/** A heartbeat that speaks only when nothing else has for a while; `noted` is called when something has. */
export function quietHeartbeat({ clock, say }: Waiting): {
  heartbeat: (line: string) => void;
  noted: () => void;
} {
  let last = clock.now();
  const noted = () => {
    last = clock.now();
  };
  const heartbeat = (line: string) => {
    if (clock.now() - last < quietMilliseconds) return;
    say(line);
    noted();
  };
  return { heartbeat, noted };
}
