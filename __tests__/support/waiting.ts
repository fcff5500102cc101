import { Ledger } from '../../src/kit/ledger.ts';
import type { Waiting } from '../../src/stack/waiting.ts';
import { FakeClock } from './fake-clock.ts';

/** Waiting on a clock that costs nothing, for at most `seconds`. */
export function fakeWaiting(seconds = 600) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const abort = new AbortController();
  const ledger = new Ledger('eu-west-1', () => {});
  const waiting: Waiting = {
    clock,
    deadline: clock.now() + seconds * 1000,
    signal: abort.signal,
    say: (line) => void lines.push(line),
    ledger,
  };
  return { waiting, clock, lines, abort, ledger };
}
