import type { Clock } from '../../src/kit/clock.ts';

/** Time that passes only where something sleeps. */
export class FakeClock implements Clock {
  time: number;

  constructor(start = Date.UTC(2026, 10, 22, 12)) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.time += milliseconds;
  }
}
