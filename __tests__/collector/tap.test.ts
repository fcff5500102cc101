import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseDocument } from 'yaml';
import { readCollectorConfig } from '../../src/collector/model.ts';
import { missingFromTap, readGatewayLine, samplesItsLog } from '../../src/collector/tap.ts';

/** The log of a real collector with the shipped config: 3 normal traces, 2 errors, 2 others; its backend is away. */
const lines = readFileSync('__tests__/fixtures/gateway.log', 'utf8').trimEnd().split('\n');
const shipped = readFileSync('configs/sampling-config.yaml', 'utf8');

describe('a line of a gateway', () => {
  const read = lines.map(readGatewayLine);
  const batches = read.filter((line) => line.kind === 'spans');

  test('names every span of the run before and after sampling', () => {
    const found = batches.map(({ point, blocks }) => [
      point,
      blocks.map(({ run, cohort, instance, spans }) => [run, cohort, instance, spans.length]),
    ]);
    expect(found).toEqual([
      [
        'arrived',
        [
          ['r1', 'normal', 'i-0aa', 6],
          ['r1', 'errors', 'i-0bb', 4],
        ],
      ],
      [
        'kept',
        [
          ['r1', 'errors', 'i-0bb', 2],
          ['r1', 'errors', 'i-0bb', 2],
        ],
      ],
    ]);
  });

  test('keeps trace and span ids apart', () => {
    expect(batches[0]?.blocks[0]?.spans[0]).toEqual({
      traceId: '2edc8bc82c51d91644cd615c49baf44a',
      spanId: '46da063f87959fd0',
    });
  });

  test('announces how many spans each batch has', () => {
    const counts = read.filter((line) => line.kind === 'count');
    expect(counts).toEqual([
      { kind: 'count', point: 'arrived', spans: 10 },
      { kind: 'count', point: 'kept', spans: 4 },
    ]);
  });

  test("quotes the collector's other lines", () => {
    expect(read).toContainEqual({
      kind: 'log',
      level: 'info',
      message: 'Exporting failed. Will retry the request after interval.',
      error: 'rpc error: code = Unavailable desc = name resolver error: produced zero addresses',
      component: 'coralogix',
    });
  });

  const tapLine = (msg: unknown, more = {}) =>
    JSON.stringify({ level: 'info', msg, 'otelcol.component.id': 'debug/tap-kept', ...more });
  const spanRow = `GET /a b ${'0a'.repeat(16)} ${'1b'.repeat(8)} http.route=/a text=with spaces`;

  test.each([
    [
      'a span name with spaces and attributes',
      tapLine(`ResourceTraces #0 verify.run=r\nScopeTraces #0 x\n${spanRow}\n`),
      'spans',
    ],
    ['a resource without attributes', tapLine(`ResourceTraces #0\nScopeTraces #0\n${spanRow}`), 'spans'],
    [
      'a row that is no span',
      tapLine('ResourceTraces #0 verify.run=r\nScopeTraces #0 x\nGET 123\n'),
      'unreadable',
    ],
    [
      'an upper-case id, which no collector prints',
      tapLine(`ResourceTraces #0\n${spanRow.toUpperCase()}\n`),
      'unreadable',
    ],
    ['an announcement without a number', tapLine('Traces', { spans: '4' }), 'unreadable'],
    [
      'the same words from another exporter',
      JSON.stringify({ msg: 'ResourceTraces #0\nnothing', 'otelcol.component.id': 'debug' }),
      'log',
    ],
    ['a line that is cut', tapLine('ResourceTraces #0').slice(0, -5), 'text'],
    ['a crash', 'panic: runtime error: invalid memory address or nil pointer dereference', 'text'],
    ['an empty line', '', 'text'],
    ['JSON that is no object', '42', 'text'],
  ])('%s', (_name, line, kind) => {
    expect(readGatewayLine(line).kind).toBe(kind);
  });
});

describe('the tap in a config', () => {
  const edited = (path: string[], value?: unknown) => {
    const document = parseDocument(shipped);
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, value);
    return readCollectorConfig('gateway.yaml', document.toString());
  };
  const pipelines = ['service', 'pipelines'];
  const logs = ['service', 'telemetry', 'logs'];

  test('is complete in the shipped one, which prints every line', () => {
    const config = readCollectorConfig('sampling-config.yaml', shipped);
    expect(missingFromTap(config)).toEqual([]);
    expect(samplesItsLog(config)).toBe(false);
  });

  test("a collector's default is to leave out lines that are alike", () => {
    expect(samplesItsLog(edited([...logs, 'sampling']))).toBe(true);
  });

  test.each<[string, string[], unknown, RegExp]>([
    ['no tail sampling', [...pipelines, 'traces', 'processors'], ['batch'], /tail_sampling/],
    [
      'no exporter of what arrived',
      ['exporters', 'debug/tap-arrived'],
      undefined,
      /exporter debug\/tap-arrived/,
    ],
    [
      'another verbosity',
      ['exporters', 'debug/tap-kept', 'verbosity'],
      'detailed',
      /debug\/tap-kept .*normal/,
    ],
    ['no pipeline before sampling', [...pipelines, 'traces/tap-arrived'], undefined, /no pipeline ends in/],
    [
      'another receiver',
      [...pipelines, 'traces/tap-arrived', 'receivers'],
      ['zipkin'],
      /not read receiver otlp/,
    ],
    [
      'no way from the sampler',
      [...pipelines, 'traces', 'exporters'],
      ['coralogix'],
      /not export to forward\/tap/,
    ],
    ['no pipeline after sampling', [...pipelines, 'traces/tap-kept'], undefined, /leads from forward\/tap/],
    ['a log for human eyes', [...logs, 'encoding'], 'console', /encoding is not json/],
    ['a log of warnings only', [...logs, 'level'], 'warn', /level is warn/],
    ['no telemetry section', ['service', 'telemetry'], undefined, /encoding is not json/],
  ])('is missed: %s', (_name, path, value, message) => {
    expect(missingFromTap(edited(path, value)).join('; ')).toMatch(message);
  });
});
