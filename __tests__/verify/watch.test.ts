import { describe, expect, test } from '@jest/globals';
import { watchTap } from '../../src/verify/watch.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeLogs } from '../support/fake-logs.ts';

/** A line of the tap: one trace with both of its spans, printed and readable at these seconds of the run. */
interface Line {
  trace: number;
  cohort?: string;
  point: 'arrived' | 'kept';
  printed: number;
  readable?: number;
  spans?: number;
}

async function watch(lines: readonly Line[], { expected = 0.25, timeout = 300 } = {}) {
  const clock = new FakeClock(0);
  const logs = new FakeLogs(clock);
  for (const { trace, cohort = 'c', point, printed, readable = printed, spans = 2 } of lines) {
    const id = String(trace).padStart(32, '0');
    const rows = Array.from({ length: spans }, (_, span) => `s ${id} ${String(span).padStart(16, '0')}\n`);
    const msg = `ResourceTraces #0 verify.cohort=${cohort} verify.instance=i verify.run=r\n${rows.join('')}`;
    const message = JSON.stringify({ msg, 'otelcol.component.id': `debug/tap-${point}` });
    logs.write('g', 's', { timestamp: printed * 1000, lag: (readable - printed) * 1000, message });
  }
  const traces = new Set(lines.map(({ trace }) => trace)).size;
  const voice = { info: () => {}, debug: () => {}, warning: () => {} };
  const { reader, unsettled } = await watchTap({
    clock,
    logs,
    voice,
    runId: 'r',
    signal: new AbortController().signal,
    expectsLoss: false,
    deadline: timeout * 1000,
    cohorts: [{ name: 'c', traces, expected }],
    gateways: [{ task: 'g1', where: { group: 'g', stream: 's' }, mark: undefined }],
    decisionWaitSeconds: 10,
  });
  return {
    seconds: clock.now() / 1000,
    kept: reader.tally.keptSpans,
    arrived: reader.tally.arrivedTraces,
    unsettled,
  };
}

const arrived = (trace: number, printed = 0, readable = printed): Line => ({
  trace,
  point: 'arrived',
  printed,
  readable,
});
const kept = (trace: number, printed: number, readable = printed): Line => ({
  trace,
  point: 'kept',
  printed,
  readable,
});

describe('watching the tap, all kept lines are seen', () => {
  test.each<[string, Line[], object]>([
    ['when they come at once', [arrived(1), kept(1, 11)], {}],
    ['when they take as long as logs may take', [arrived(1), kept(1, 12, 21)], {}],
    ['when all lines take half a minute', [arrived(1, 0, 30), kept(1, 12, 42)], {}],
    [
      'when they drip in',
      [arrived(1), arrived(2), arrived(3), kept(1, 12, 20), kept(2, 12, 25), kept(3, 12, 30)],
      {},
    ],
    ['when a trace that must be kept is late', [arrived(1), kept(1, 12, 40)], { expected: 1 }],
    ['when half of a trace is late', [arrived(1), { ...kept(1, 11), spans: 1 }, kept(1, 12, 40)], {}],
    // Lines that turn up behind the place where reading went on: only a whole reading finds them.
    [
      'when older lines turn up behind newer ones',
      [arrived(1), arrived(2), arrived(3), kept(1, 13), kept(2, 12, 21), kept(3, 12, 26)],
      {},
    ],
  ])('%s', async (_name, lines, options) => {
    const spans = new Set(lines.filter(({ point }) => point === 'kept').map(({ trace }) => trace)).size * 2;
    expect(await watch(lines, options)).toMatchObject({ kept: spans, unsettled: undefined });
  });
});

describe('watching the tap ends', () => {
  test('soon after the last decision when nothing is kept', async () => {
    const { seconds, unsettled } = await watch([arrived(1)]);
    expect(unsettled).toBeUndefined();
    expect(seconds).toBeGreaterThanOrEqual(22);
    expect(seconds).toBeLessThan(27);
  });

  test('when what must be kept does not come', async () => {
    const { seconds, unsettled } = await watch([arrived(1)], { expected: 1 });
    expect(unsettled).toBeUndefined();
    expect(seconds).toBeLessThan(60);
  });

  test('when a trace does not arrive, after patience', async () => {
    const { arrived: count, seconds, unsettled } = await watch([arrived(1), { ...kept(2, 11) }]);
    expect([count, unsettled]).toEqual([1, undefined]);
    expect(seconds).toBeGreaterThanOrEqual(60);
    expect(seconds).toBeLessThan(80);
  });

  test('at the deadline, saying what was open', async () => {
    const { unsettled, seconds } = await watch([arrived(1), arrived(2, 200)], { timeout: 30 });
    expect(unsettled).toBe('1 of 2 traces have arrived');
    expect(seconds).toBe(30);
  });
});
