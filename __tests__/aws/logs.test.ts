import { describe, expect, test } from '@jest/globals';
import { LogStreamReader, type Logs, tailOf } from '../../src/aws/logs.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeLogs } from '../support/fake-logs.ts';

const where = { group: '/ecs/x', stream: 'ecs/x/1' };

function world(pageSize?: number) {
  const clock = new FakeClock(1000);
  const logs = new FakeLogs(clock, pageSize);
  const write = (from: number, to: number) => {
    for (let at = from; at < to; at += 1)
      logs.write(where.group, where.stream, { timestamp: at, message: `line ${at}` });
  };
  return { clock, logs, write };
}
const numbers = (events: readonly { timestamp: number }[]) => events.map(({ timestamp }) => timestamp);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe('a reader of a log stream', () => {
  test.each([
    ['in one page', 10_000],
    ['in pages of 3, empty ones between them', 3],
    ['in pages of 1', 1],
  ])('gives every event once, as they come: %s', async (_name, pageSize) => {
    const { clock, logs, write } = world(pageSize);
    const reader = new LogStreamReader(logs, where);
    write(0, 10);
    const first = await reader.read();
    const none = await reader.read();
    write(10, 17);
    const second = await reader.read();
    clock.time += 1;
    expect([numbers(first), numbers(none), numbers(second), numbers(await reader.read())]).toEqual([
      range(0, 10),
      [],
      range(10, 17),
      [],
    ]);
  });

  test('sees events when they become visible, not before', async () => {
    const { clock, logs } = world();
    logs.write(where.group, where.stream, { timestamp: 900, message: 'early' });
    logs.write(where.group, where.stream, { timestamp: 950, message: 'late', lag: 5000 });
    const reader = new LogStreamReader(logs, where);
    const before = numbers(await reader.read());
    clock.time += 6000;
    expect([before, numbers(await reader.read())]).toEqual([[900], [950]]);
  });

  test('takes a stream that is not there for one that is not there yet', async () => {
    const { logs, write } = world();
    const reader = new LogStreamReader(logs, where);
    expect([await reader.read(), reader.found]).toEqual([[], false]);
    write(0, 2);
    expect([numbers(await reader.read()), reader.found]).toEqual([[0, 1], true]);
  });

  test('starts where it is told to', async () => {
    const { logs, write } = world(2);
    write(0, 9);
    expect(numbers(await new LogStreamReader(logs, where, 4).read())).toEqual(range(4, 9));
  });

  test('stops when it is aborted', async () => {
    const { logs, write } = world();
    write(0, 3);
    await expect(
      new LogStreamReader(logs, where).read(AbortSignal.abort(new Error('cancelled'))),
    ).rejects.toThrow('cancelled');
  });

  test('does not go on forever where a service gives no token', async () => {
    const logs = { page: async () => ({ events: [], forwardToken: undefined }) } as unknown as Logs;
    expect(await new LogStreamReader(logs, where).read()).toEqual([]);
  });
});

test('the tail is the last lines, oldest first, and nothing of a stream that is not there', async () => {
  const { logs, write } = world();
  const before = await tailOf(logs, where, 3);
  write(0, 10);
  expect([before, numbers(await tailOf(logs, where, 3))]).toEqual([[], [7, 8, 9]]);
});
