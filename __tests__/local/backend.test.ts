import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deliveredTraces, readLogs, readMetrics, readTraces } from '../../local/backend.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'backend-'));
  for (const signal of ['traces', 'logs', 'metrics']) write(signal, []);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(signal: string, requests: unknown[], rest = ''): void {
  const lines = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
  writeFileSync(path.join(folder, `${signal}.jsonl`), lines + rest);
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

function traces(run: string, ...traceIds: string[]) {
  const spans = traceIds.map((traceId) => ({ traceId, spanId: 'b1', name: 'GET /', attributes: [] }));
  return {
    resourceSpans: [{ resource: { attributes: [text('verify.run', run)] }, scopeSpans: [{ spans }] }],
  };
}

describe('what the backend stand-in received', () => {
  test('is read as spans with the attributes of their resource', async () => {
    const attributes = [
      text('http.route', '/'),
      { key: 'http.status', value: { intValue: '200' } },
      { key: 'sampled', value: { boolValue: true } },
      { key: 'tags', value: { arrayValue: { values: [{ stringValue: 'a' }] } } },
    ];
    const span = { traceId: 'a1', spanId: 'b1', parentSpanId: 'b0', name: 'GET /', attributes };
    const resource = { attributes: [text('service.name', 'shop')] };
    write('traces', [{ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] }]);
    expect(await readTraces(folder)).toEqual([
      {
        traceId: 'a1',
        spanId: 'b1',
        parentSpanId: 'b0',
        name: 'GET /',
        resource: { 'service.name': 'shop' },
        attributes: {
          'http.route': '/',
          'http.status': '200',
          sampled: 'true',
          tags: '{"values":[{"stringValue":"a"}]}',
        },
      },
    ]);
  });

  test('counts each trace of a run once, and none of another run', async () => {
    write('traces', [traces('one', 'a1', 'a1', 'a2'), traces('two', 'a3'), traces('one', 'a2')]);
    expect(await deliveredTraces(folder, 'one')).toEqual(new Set(['a1', 'a2']));
  });

  test('leaves out a last line that is still being written', async () => {
    write('traces', [traces('one', 'a1')], '{"resourceSpans":[{"resour');
    expect(await readTraces(folder)).toHaveLength(1);
  });

  test('takes a last line that is whole but not yet ended', async () => {
    write('traces', [traces('one', 'a1')], JSON.stringify(traces('one', 'a2')));
    expect(await readTraces(folder)).toHaveLength(2);
  });

  test('fails on a damaged line in the middle rather than counting less', async () => {
    writeFileSync(
      path.join(folder, 'traces.jsonl'),
      `{"resourceSpans":[\n${JSON.stringify(traces('one', 'a1'))}\n`,
    );
    await expect(readTraces(folder)).rejects.toThrow(SyntaxError);
  });

  test('is read as log lines', async () => {
    const logRecords = [{ body: { stringValue: 'hello' }, attributes: [text('log.file.name', 'x.log')] }];
    const resource = { attributes: [text('host.name', 'ip-1')] };
    write('logs', [{ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }]);
    const expected = {
      body: 'hello',
      resource: { 'host.name': 'ip-1' },
      attributes: { 'log.file.name': 'x.log' },
    };
    expect(await readLogs(folder)).toEqual([expected]);
  });

  test('is read as metrics with their number of points, of whatever kind', async () => {
    const metrics = [
      { name: 'cpu', gauge: { dataPoints: [{}, {}] } },
      { name: 'requests', sum: { dataPoints: [{}] } },
    ];
    write('metrics', [{ resourceMetrics: [{ resource: {}, scopeMetrics: [{ metrics }] }] }]);
    expect(await readMetrics(folder)).toEqual([
      { name: 'cpu', resource: {}, points: 2 },
      { name: 'requests', resource: {}, points: 1 },
    ]);
  });
});
