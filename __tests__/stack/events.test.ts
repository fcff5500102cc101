import { describe, expect, test } from '@jest/globals';
import type { StackEvent } from '../../src/aws/cloudformation.ts';
import { eventPoller } from '../../src/stack/poller.ts';
import { eventLine } from '../../src/stack/printer.ts';
import { rootCause } from '../../src/stack/root-cause.ts';
import { event, stackEvent } from '../support/stack-events.ts';

/** A history that answers newest first and counts how many events were read. */
class History {
  events: StackEvent[] = [];
  read = 0;

  readonly source = async function* (this: History) {
    for (const each of [...this.events].reverse()) {
      this.read += 1;
      yield each;
    }
  }.bind(this);
}

describe('the event poller', () => {
  test('gives what is new, oldest first, once', async () => {
    const history = new History();
    history.events = [event('Old', 'CREATE_COMPLETE')];
    const poller = eventPoller(history.source);
    await poller.prime();
    const [a, b] = [event('A', 'CREATE_IN_PROGRESS'), event('B', 'CREATE_IN_PROGRESS')];
    history.events.push(a, b);
    expect(await poller.fresh()).toEqual([a, b]);
    expect(await poller.fresh()).toEqual([]);
  });

  test('a stale read neither repeats nor loses anything', async () => {
    const history = new History();
    const poller = eventPoller(history.source);
    const [a, b, c] = [event('A', 'X'), event('B', 'X'), event('C', 'X')];
    history.events = [a, b];
    expect(await poller.fresh()).toEqual([a, b]);
    history.events = [a];
    expect(await poller.fresh()).toEqual([]);
    history.events = [a, b, c];
    expect(await poller.fresh()).toEqual([c]);
  });

  test('an event that turns up late among known ones is still found', async () => {
    const history = new History();
    const poller = eventPoller(history.source);
    const [a, late, b] = [event('A', 'X'), event('Late', 'X'), event('B', 'X')];
    history.events = [a, b];
    await poller.fresh();
    history.events = [a, late, b];
    expect(await poller.fresh()).toEqual([late]);
  });

  test('a long history is not read to its end every time', async () => {
    const history = new History();
    history.events = Array.from({ length: 500 }, (_, index) => event(`R${index}`, 'X'));
    const poller = eventPoller(history.source);
    await poller.prime();
    history.read = 0;
    history.events.push(event('New', 'X'));
    expect(await poller.fresh()).toHaveLength(1);
    expect(history.read).toBeLessThan(50);
  });
});

describe('the root cause', () => {
  const cancelled = (name: string) => event(name, 'CREATE_FAILED', { reason: 'Resource creation cancelled' });
  const tripped = event('Service', 'CREATE_FAILED', {
    reason: 'ECS Deployment Circuit Breaker was triggered',
  });
  const rollback = stackEvent('ROLLBACK_IN_PROGRESS', {
    reason: 'The following resource(s) failed to create: [Service].',
  });

  test.each<[string, StackEvent[], StackEvent | undefined]>([
    ['is the earliest failure', [tripped, event('B', 'CREATE_FAILED', { reason: 'later' })], tripped],
    ['is no cancellation, though those may come first', [cancelled('A'), tripped, cancelled('B')], tripped],
    ['is the resource, not the stack that sums up', [rollback, tripped], tripped],
    [
      'is the resource, even after a failure of the stack',
      [stackEvent('CREATE_FAILED', { reason: 'x' }), tripped],
      tripped,
    ],
    ['is the stack itself when no resource failed', [event('A', 'CREATE_COMPLETE'), rollback], rollback],
    ['is unknown without any failure', [event('A', 'CREATE_COMPLETE')], undefined],
  ])('%s', (_name, events, expected) => {
    expect(rootCause(events)).toBe(expected);
  });
});

test('an event is one line, whatever its reason', () => {
  const line = eventLine(
    event('Service', 'CREATE_FAILED', { reason: 'first\n second', at: Date.UTC(2026, 0, 1, 9, 5, 7) }),
  );
  expect(line).toMatch(/^09:05:07 {2}CREATE_FAILED +Service \(AWS::Test::Resource\): first second$/);
});
