import type { LogPage, Logs, PageRequest } from '../../src/aws/logs.ts';
import type { FakeClock } from './fake-clock.ts';

interface Stored {
  timestamp: number;
  /** When CloudWatch shows it. */
  visibleAt: number;
  message: string;
}

/**
 * CloudWatch Logs with GetLogEvents' habits: tokens are never absent, either end of a stream gives back the
 * token that was sent, pages may be empty, and are so first when a quiet stream is read backwards; events show up
 * later than they were written.
 */
function noEvents({ token }: PageRequest): LogPage {
  return { events: [], forwardToken: token ?? 'f/0', backwardToken: token ?? 'b/0' };
}

const quietMilliseconds = 1000;
/** How many empty pages come before the last event of a quiet stream. */
const emptyPagesOfQuietStream = 2;

export class FakeLogs implements Logs {
  readonly groups: { name: string; retentionDays: number; tags: Readonly<Record<string, string>> }[] = [];
  readonly #clock: FakeClock;
  readonly #streams = new Map<string, Stored[]>();
  readonly #pageSize: number;
  readonly #empty = new Set<string>();
  #emptyPages = new Set<string>();
  /** Called with the time before a page is read. */
  beforePage = (_now: number) => {};

  constructor(clock: FakeClock, pageSize = 10_000) {
    this.#clock = clock;
    this.#pageSize = pageSize;
  }

  write(group: string, stream: string, event: { timestamp: number; message: string; lag?: number }): void {
    const key = `${group}:${stream}`;
    const { timestamp, message, lag = 0 } = event;
    const events = this.#streams.get(key) ?? [];
    events.push({ timestamp, message, visibleAt: timestamp + lag });
    events.sort((a, b) => a.timestamp - b.timestamp);
    this.#streams.set(key, events);
  }

  /** Makes a stream without events. */
  make(group: string, stream: string): void {
    this.#empty.add(`${group}:${stream}`);
  }

  /** Drops lines, as a log driver does whose buffer is full. */
  lose(isLost: (message: string, stream: string) => boolean): void {
    for (const [key, events] of this.#streams) {
      this.#streams.set(
        key,
        events.filter(({ message }) => !isLost(message, key)),
      );
    }
  }

  async page(request: PageRequest): Promise<LogPage | undefined> {
    this.beforePage(this.#clock.now());
    const key = `${request.group}:${request.stream}`;
    const all = this.#streams.get(key)?.filter((event) => event.visibleAt <= this.#clock.now());
    if (all === undefined || all.length === 0) return this.#empty.has(key) ? noEvents(request) : undefined;
    const events = all.filter((event) => event.timestamp >= (request.startTime ?? 0));
    if (request.newest !== undefined) return this.#pageBackwards(events, request, request.newest);
    const from = Number(request.token?.slice(2) ?? 0);
    const page = events.slice(from, from + this.#pageSize);
    // Every second page is empty first, with a token to go on from.
    const visit = `${key}/${from}`;
    if (page.length > 0 && from > 0 && !this.#emptyPages.has(visit)) {
      this.#emptyPages.add(visit);
      return { events: [], forwardToken: `e/${from}`, backwardToken: `b/${from}` };
    }
    return {
      events: page,
      forwardToken: page.length === 0 && request.token ? request.token : `f/${from + page.length}`,
      backwardToken: `b/${from}`,
    };
  }

  /** Tokens: `q/2` after the second empty page, `b/7` before the event at index 7. */
  #pageBackwards(events: readonly Stored[], { token }: PageRequest, limit: number): LogPage {
    const forwardToken = `f/${events.length}`;
    const emptyPages = token?.startsWith('q/') ? Number(token.slice(2)) : 0;
    const isQuiet = (events.at(-1)?.timestamp ?? 0) < this.#clock.now() - quietMilliseconds;
    if (!token?.startsWith('b/') && isQuiet && emptyPages < emptyPagesOfQuietStream) {
      return { events: [], forwardToken, backwardToken: `q/${emptyPages + 1}` };
    }
    const end = token?.startsWith('b/') ? Number(token.slice(2)) : events.length;
    const start = Math.max(0, end - Math.min(limit, this.#pageSize));
    return {
      events: events.slice(start, end),
      forwardToken,
      backwardToken: start === end && token ? token : `b/${start}`,
    };
  }

  async ensureGroup(
    name: string,
    options: { retentionDays: number; tags: Readonly<Record<string, string>> },
  ) {
    if (!this.groups.some((group) => group.name === name)) this.groups.push({ name, ...options });
  }
}
