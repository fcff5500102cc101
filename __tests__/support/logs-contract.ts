import { expect, test } from '@jest/globals';
import { LogStreamReader, type Logs, newestEvents, tailOf } from '../../src/aws/logs.ts';

/** Where the contract writes: a group and streams of its own. */
export interface LogsWorld {
  logs: Logs;
  group: string;
  /** Makes the stream with its first event, or with none. */
  write(stream: string, events: readonly { timestamp: number; message: string }[]): Promise<void>;
}

const lines = (from: number, to: number, start: number) =>
  Array.from({ length: to - from }, (_, index) => ({
    timestamp: start + from + index,
    message: `line ${from + index}`,
  }));
const words = (events: readonly { message: string }[]) => events.map(({ message }) => message);

/** What every implementation of `Logs` has to hold to: run on our fake and on the emulator. */
export function logsContract(world: () => LogsWorld): void {
  // CloudWatch takes events of the last two weeks only.
  const now = Date.now() - 60_000;
  const of = (stream: string) => ({ group: world().group, stream: `${stream}-${now}` });

  test('a stream that does not exist is not there yet', async () => {
    const { logs } = world();
    expect(await logs.page(of('absent'))).toBeUndefined();
    expect(await logs.page({ group: `${world().group}-absent`, stream: 'x' })).toBeUndefined();
    expect(await tailOf(logs, of('absent'), 5)).toEqual([]);
  });

  test('a reader gives each event once, as they are added', async () => {
    const { logs, write } = world();
    const where = of('read');
    const reader = new LogStreamReader(logs, where);
    const before = await reader.read();
    await write(where.stream, lines(0, 5, now));
    const first = await reader.read();
    const nothing = await reader.read();
    await write(where.stream, lines(5, 8, now));
    expect([before, words(first), nothing, words(await reader.read()), await reader.read()]).toEqual([
      [],
      words(lines(0, 5, now)),
      [],
      words(lines(5, 8, now)),
      [],
    ]);
  });

  test('a start leaves out what is older, and nothing else', async () => {
    const { logs, write } = world();
    const where = of('since');
    await write(where.stream, lines(0, 10, now));
    expect(words(await new LogStreamReader(logs, where, now + 7).read())).toEqual([
      'line 7',
      'line 8',
      'line 9',
    ]);
  });

  test('the tail is the newest events, oldest first', async () => {
    const { logs, write } = world();
    const where = of('tail');
    await write(where.stream, lines(0, 10, now));
    expect(words(await tailOf(logs, where, 3))).toEqual(['line 7', 'line 8', 'line 9']);
  });

  test('the tail of a stream that has been quiet is found behind empty pages', async () => {
    const { logs, write } = world();
    const where = of('quiet');
    await write(where.stream, lines(0, 10, now));
    const first = await logs.page({ ...where, newest: 1 });
    expect([first?.events, typeof first?.backwardToken]).toEqual([[], 'string']);
    expect(words(await tailOf(logs, where, 1))).toEqual(['line 9']);
    expect(words(await tailOf(logs, where, 20))).toEqual(words(lines(0, 10, now)));
  });

  test('a stream without events is there, and its tail is nothing', async () => {
    const { logs, write } = world();
    const where = of('empty');
    await write(where.stream, []);
    expect(await newestEvents(logs, where, 1)).toEqual([]);
    expect(await newestEvents(logs, of('absent'), 1)).toBeUndefined();
  });

  test('a group is made once, however often it is asked for', async () => {
    const { logs, group } = world();
    const options = { retentionDays: 14, tags: { 'ecs-tail-sampling': 'test' } };
    await logs.ensureGroup(group, options);
    await logs.ensureGroup(group, options);
  });
}
