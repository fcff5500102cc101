import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  GetLogEventsCommand,
  type GetLogEventsCommandInput,
  PutRetentionPolicyCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { KitError } from '../kit/errors.ts';
import { clientConfig } from './client-config.ts';
import { asking } from './errors.ts';

export interface LogStream {
  group: string;
  stream: string;
}

export interface LogEvent {
  /** Milliseconds since the epoch, as the container's log driver stamped it. */
  timestamp: number;
  message: string;
}

export interface LogPage {
  events: readonly LogEvent[];
  /** Where the next page starts; the token that was sent means: this is the end for now. */
  forwardToken: string | undefined;
  /** Where the page before starts; the token that was sent means: this is the beginning. */
  backwardToken: string | undefined;
}

export interface PageRequest extends LogStream {
  /** Events before it are left out; milliseconds since the epoch. */
  startTime?: number | undefined;
  token?: string | undefined;
  /** Reads backwards instead of from the head: at most this many events, the newest of those before the token. */
  newest?: number | undefined;
}

export interface LogGroupOptions {
  retentionDays: number;
  tags: Readonly<Record<string, string>>;
}

/** What the kit asks of CloudWatch Logs. */
export interface Logs {
  /** One page of a stream, which may be empty; undefined while the stream (or its group) does not exist. */
  page(request: PageRequest): Promise<LogPage | undefined>;
  /** Makes the group when it is absent; retention and tags are set on a new group only. */
  ensureGroup(name: string, options: LogGroupOptions): Promise<void>;
}

export function cloudWatchLogs(region: string): Logs {
  const client = new CloudWatchLogsClient(clientConfig(region));
  return {
    page: (request) => page(client, request),
    ensureGroup: (name, options) => ensureGroup(client, name, options),
  };
}

async function page(client: CloudWatchLogsClient, request: PageRequest): Promise<LogPage | undefined> {
  const input: GetLogEventsCommandInput = {
    logGroupName: request.group,
    logStreamName: request.stream,
    startFromHead: request.newest === undefined,
    ...(request.newest === undefined ? {} : { limit: request.newest }),
    ...(request.startTime === undefined ? {} : { startTime: request.startTime }),
    ...(request.token === undefined ? {} : { nextToken: request.token }),
  };
  return asking(`read log stream ${request.stream} of ${request.group}`, async () => {
    try {
      const found = await client.send(new GetLogEventsCommand(input));
      const events = (found.events ?? []).map((event) => ({
        timestamp: event.timestamp ?? 0,
        message: event.message ?? '',
      }));
      return { events, forwardToken: found.nextForwardToken, backwardToken: found.nextBackwardToken };
    } catch (error) {
      // A stream is made with a container's first line, so that a fresh task has none for a while.
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  });
}

async function ensureGroup(
  client: CloudWatchLogsClient,
  name: string,
  options: LogGroupOptions,
): Promise<void> {
  const made = await asking(`create log group ${name}`, async () => {
    try {
      await client.send(new CreateLogGroupCommand({ logGroupName: name, tags: { ...options.tags } }));
      return true;
    } catch (error) {
      if (error instanceof ResourceAlreadyExistsException) return false;
      throw error;
    }
  });
  if (!made) return;
  const retention = new PutRetentionPolicyCommand({
    logGroupName: name,
    retentionInDays: options.retentionDays,
  });
  await asking(`set the retention of log group ${name}`, () => client.send(retention));
}

/** Pages until the search for a last event is given up: at the API's 25 a second, some twenty seconds. */
const mostPages = 500;

/**
 * The last `count` events of a stream, oldest first; undefined while the stream does not exist. Read backwards, a page
 * may be empty though there are events before it, as a rule for a stream that has been quiet for a while; only the
 * token that was sent is the beginning. https://github.com/boto/boto3/issues/3718
 * @throws KitError `log-end-not-found` when no event was found within 500 pages, nor the beginning
 */
export async function newestEvents(
  logs: Pick<Logs, 'page'>,
  where: LogStream,
  count: number,
): Promise<readonly LogEvent[] | undefined> {
  let found: readonly LogEvent[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await logs.page({ ...where, newest: count, token });
    if (page === undefined) return undefined;
    found = [...page.events, ...found];
    const isBeginning = page.backwardToken === undefined || page.backwardToken === token;
    if (isBeginning || found.length >= count) return found.slice(-count);
    token = page.backwardToken;
  }
  if (found.length > 0) return found;
  throw endNotFound(where);
}

function endNotFound({ group, stream }: LogStream): KitError {
  return new KitError(
    `the last line of log stream ${stream} of ${group} was not found: the newest ${mostPages} pages are empty`,
    {
      code: 'log-end-not-found',
      source: 'aws',
      hint: 'the stream has been quiet for very long; replace its task, or run again once it has written',
    },
  );
}

/** The same, and nothing while the stream does not exist. */
export async function tailOf(
  logs: Pick<Logs, 'page'>,
  where: LogStream,
  lines: number,
): Promise<readonly LogEvent[]> {
  return (await newestEvents(logs, where, lines)) ?? [];
}

/**
 * Reads a stream piece by piece, each event once. GetLogEvents marks its end by giving back the token
 * that was sent; empty pages before that are normal, and the same token later brings what is new
 * (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html).
 */
export class LogStreamReader {
  readonly where: LogStream;
  readonly #logs: Logs;
  readonly #startTime: number | undefined;
  #token: string | undefined;
  #found = false;

  constructor(logs: Logs, where: LogStream, startTime?: number) {
    this.#logs = logs;
    this.where = where;
    this.#startTime = startTime;
  }

  /** Whether the stream has been seen to exist. */
  get found(): boolean {
    return this.#found;
  }

  /** All events since the last call, up to what the stream holds now. */
  async read(signal?: AbortSignal): Promise<LogEvent[]> {
    const events: LogEvent[] = [];
    for (;;) {
      signal?.throwIfAborted();
      const page = await this.#logs.page({ ...this.where, startTime: this.#startTime, token: this.#token });
      if (page === undefined) return events;
      this.#found = true;
      events.push(...page.events);
      const end = page.forwardToken === undefined || page.forwardToken === this.#token;
      this.#token = page.forwardToken ?? this.#token;
      if (end) return events;
    }
  }
}
