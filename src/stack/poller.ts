import type { StackEvent } from '../aws/cloudformation.ts';

/** Finds what is new in a stack's history; knows nothing of time or of how events look. */
export interface EventPoller {
  /** Takes all that is there now as old. */
  prime(): Promise<void>;
  /** What came since the last call, oldest first. */
  fresh(): Promise<StackEvent[]>;
}

/** Once this many known events have come in a row, older pages hold nothing new. */
const knownRun = 20;

/**
 * Reads newest first and stops in the known part. A stale read shows fewer events than the one before and
 * changes nothing: what it lacks is known, and what is new comes with a later read. Events that turn up late
 * between known ones are still found while they are among the newest.
 */
export function eventPoller(read: () => AsyncIterable<StackEvent>): EventPoller {
  const known = new Set<string>();
  async function collect(): Promise<StackEvent[]> {
    const found: StackEvent[] = [];
    let run = 0;
    for await (const event of read()) {
      if (known.has(event.id)) {
        run += 1;
        if (run >= knownRun) break;
        continue;
      }
      run = 0;
      known.add(event.id);
      found.push(event);
    }
    return found.reverse();
  }
  return {
    async prime() {
      await collect();
    },
    fresh: collect,
  };
}
