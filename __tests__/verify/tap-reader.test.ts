import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { countsOf } from '../../src/verify/counts.ts';
import { TapReader } from '../../src/verify/tap-reader.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeLogs } from '../support/fake-logs.ts';

/** A real gateway's log: 3 normal traces through i-0aa, 2 errors through i-0bb, 2 of others; its backend is away. */
const real = readFileSync('__tests__/fixtures/gateway.log', 'utf8').trimEnd().split('\n');
const arrivedLine = real.findIndex(
  (line) => line.includes('"msg":"ResourceTraces') && line.includes('tap-arrived'),
);
const keptLine = real.findIndex(
  (line) => line.includes('"msg":"ResourceTraces') && line.includes('tap-kept'),
);

interface Setting {
  lines?: readonly string[];
  runId?: string;
  mark?: number;
  gateways?: readonly string[];
}

/** Lines get the times 1, 2, 3, …; each gateway has all of them. */
async function read({
  lines = real,
  runId = 'r1',
  mark,
  gateways = ['g1'],
}: Setting = {}): Promise<TapReader> {
  const logs = new FakeLogs(new FakeClock());
  const sources = gateways.map((task) => ({ task, where: { group: 'g', stream: task }, mark }));
  for (const task of gateways) {
    for (const [index, message] of lines.entries()) logs.write('g', task, { timestamp: index + 1, message });
  }
  const reader = new TapReader({ logs, runId, gateways: sources });
  await reader.read();
  reader.end();
  return reader;
}

const replaced = (index: number, ...by: string[]) => real.toSpliced(index, 1, ...by);
const without = (index: number) => real.toSpliced(index, 1);
const plan = (cohort: string, instance: string, traces: number) => ({
  cohort,
  instance,
  traces,
  spansPerSecond: 1,
});
const request = {
  cohorts: [
    { name: 'normal', traces: 3, expected: 0.25 },
    { name: 'errors', traces: 2, expected: 1 },
  ],
  plans: [plan('normal', 'i-0aa', 3), plan('errors', 'i-0bb', 2)],
  gateways: ['g1'],
  destination: { path: 'agents' as const, bypassed: [] },
};

describe('the tap of a real gateway', () => {
  test('is counted by trace, cohort, gateway and agent', async () => {
    const { tally, unreadable, silent } = await read();
    expect(countsOf(tally, request)).toEqual({
      basis: 'tap',
      path: 'agents',
      bypassed: [],
      receivers: undefined,
      cohorts: [
        expect.objectContaining({
          name: 'normal',
          generated: 3,
          arrived: 3,
          arrivedInPart: 0,
          kept: 0,
          incomplete: 0,
        }),
        expect.objectContaining({
          name: 'errors',
          generated: 2,
          arrived: 2,
          arrivedInPart: 0,
          kept: 2,
          incomplete: 0,
        }),
      ],
      gateways: [{ task: 'g1', arrived: 5 }],
      agents: [
        { instance: 'i-0aa', arrived: 3 },
        { instance: 'i-0bb', arrived: 2 },
      ],
      split: [],
      foreign: 0,
      keptUnseen: 0,
      duplicateSpans: 0,
    });
    expect([tally.gaps(false), unreadable, silent]).toEqual([[], [], []]);
  });

  test("leaves other runs' traces alone", async () => {
    const { tally } = await read({ runId: 'r2' });
    expect([tally.traces.size, tally.arrivedSpans, tally.keptSpans, tally.gaps(false)]).toEqual([
      0,
      0,
      0,
      [],
    ]);
  });

  test('counts a batch that is printed twice once, and says so', async () => {
    const { tally } = await read({ lines: [...real, ...real] });
    const { cohorts, duplicateSpans } = countsOf(tally, request);
    expect(cohorts.map(({ arrived, kept }) => [arrived, kept])).toEqual([
      [3, 0],
      [2, 2],
    ]);
    expect([tally.arrivedSpans, duplicateSpans]).toEqual([10, 14]);
  });

  test('shows traces that two gateways saw', async () => {
    const { tally } = await read({ gateways: ['g1', 'g2'] });
    const counts = countsOf(tally, { ...request, gateways: ['g1', 'g2'] });
    expect(counts.split).toHaveLength(5);
    expect(counts.gateways.map(({ arrived }) => arrived)).toEqual([5, 5]);
  });

  test('shows traces that none of the generators sent', async () => {
    const { tally } = await read();
    const plans = [plan('normal', 'i-0aa', 3), plan('errors', 'i-0cc', 2)];
    const { foreign, agents } = countsOf(tally, { ...request, plans });
    expect([foreign, agents]).toEqual([
      2,
      [
        { instance: 'i-0aa', arrived: 3 },
        { instance: 'i-0cc', arrived: 0 },
      ],
    ]);
  });

  test('shows traces that are kept and never arrived', async () => {
    const { tally } = await read({ lines: without(arrivedLine) });
    expect(countsOf(tally, request).keptUnseen).toBe(2);
  });

  test('shows kept traces that lack a span, or have another one', async () => {
    const kept = String(real[keptLine]);
    const [row = '', spanId = ''] = /lets-go [0-9a-f]{32} ([0-9a-f]{16})\\n/.exec(kept) ?? [];
    const lacking = await read({ lines: replaced(keptLine, kept.replace(row, '')) });
    const foreign = await read({ lines: replaced(keptLine, kept.replace(spanId, 'f'.repeat(16))) });
    const incomplete = [lacking, foreign].map(({ tally }) => countsOf(tally, request).cohorts[1]?.incomplete);
    expect(incomplete).toEqual([1, 1]);
  });
});

describe('a line in pieces', () => {
  const line = String(real[arrivedLine]);
  const cut = (at: number) => [line.slice(0, at), line.slice(at)];

  test.each([
    ['early', 20],
    ['within a row', 400],
    ['late', line.length - 5],
  ])('is put together: cut %s', async (_name, at) => {
    const { tally, unreadable } = await read({ lines: replaced(arrivedLine, ...cut(at)) });
    expect([tally.arrivedTraces, unreadable]).toEqual([5, []]);
  });

  test.each<[string, string[], RegExp]>([
    ['its end is lost', [String(cut(400)[0])], /a line is cut/],
    ['its middle is lost', [line.slice(0, 200), line.slice(-200)], /a line is cut/],
    ['a row is garbled', [line.replace(/okey-dokey-0 [0-9a-f]+ /, 'okey-dokey-0 ?? ')], /no span/],
  ])('is a fault when %s', async (_name, pieces, reason) => {
    const { unreadable } = await read({ lines: replaced(arrivedLine, ...pieces) });
    expect(unreadable).toEqual([expect.stringMatching(reason)]);
  });

  test('is a fault when its start is lost', async () => {
    const { unreadable, tally } = await read({ lines: replaced(arrivedLine, line.slice(10)) });
    expect(unreadable).toEqual(['gateway g1: a line is cut at its start']);
    expect(tally.gaps(false)).toEqual([
      expect.stringContaining('announced 10 arrived spans and its log names 0'),
    ]);
  });

  test('that is still open at the end of the log is a fault', async () => {
    const { unreadable } = await read({ lines: [...real, String(cut(400)[0])] });
    expect(unreadable).toHaveLength(1);
  });
});

describe('lines that are missing', () => {
  const announcement = arrivedLine - 1;
  test.each<[string, number, boolean, boolean]>([
    ['a batch', arrivedLine, false, true],
    ['a batch, where the collector samples its log', arrivedLine, true, true],
    ['an announcement', announcement, false, true],
    ['an announcement, where the collector samples its log', announcement, true, false],
  ])('%s', async (_name, index, samplesLog, isGap) => {
    const { tally } = await read({ lines: without(index) });
    expect(tally.gaps(samplesLog).length > 0).toBe(isGap);
  });
});

describe('what the collector says', () => {
  test('about failed exports is kept, equal lines as one, retries included', async () => {
    const { failedExports } = await read();
    expect(failedExports.map(({ component, message, times }) => [component, message, times])).toEqual([
      ['coralogix', 'Exporting failed. Will retry the request after interval.', 4],
      ['coralogix', 'Exporting failed. Dropping data.', 1],
    ]);
  });

  test.each([
    ['Exporting failed. Rejecting data.', 'sending queue is full'],
    ['Error sending spans to destination', 'anything'],
    ['Dropping data because sending_queue is full. Try increasing queue_size.', ''],
  ])('counts as a failed export: %s', async (msg, error) => {
    const { failedExports } = await read({ lines: [JSON.stringify({ level: 'warn', msg, error })] });
    expect(failedExports).toHaveLength(1);
  });

  test('before the run is not its concern', async () => {
    const { failedExports, complaints, tally } = await read({ mark: real.length });
    expect([failedExports, complaints, tally.traces.size]).toEqual([[], [], 0]);
  });

  test('as a warning is a complaint, which no verdict rests on', async () => {
    const msg = 'Memory usage is above soft limit. Refusing data.';
    const { complaints, failedExports } = await read({ lines: [JSON.stringify({ level: 'warn', msg })] });
    expect([complaints.map(({ message }) => message), failedExports]).toEqual([[msg], []]);
  });
});

test('a gateway without a log is named', async () => {
  const logs = new FakeLogs(new FakeClock());
  const reader = new TapReader({
    logs,
    runId: 'r1',
    gateways: [{ task: 'g9', where: { group: 'g', stream: 's' }, mark: undefined }],
  });
  await reader.read();
  expect(reader.silent).toEqual(['g9']);
});
