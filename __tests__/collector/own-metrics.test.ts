import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readCollectorConfig } from '../../src/collector/model.ts';
import { metricsPort, probeConfig, readProbeLine } from '../../src/collector/own-metrics.ts';

/** The log of a real probe of a real gateway, and of an address where nothing listens. */
const lines = readFileSync('__tests__/fixtures/probe.log', 'utf8').trimEnd().split('\n');

const config = (metrics: string) =>
  readCollectorConfig(
    'gateway.yaml',
    `service: {pipelines: {traces: {receivers: [otlp]}}, telemetry: {metrics: ${metrics}}}`,
  );
const pull = (host: string, port: string) =>
  config(`{readers: [{pull: {exporter: {prometheus: {host: ${host}, port: ${port}}}}}]}`);
const variable = "'$" + "{env:METRICS_PORT:-8888}'";

describe("the port of a gateway's own metrics", () => {
  test.each([
    ['from a reader', pull('0.0.0.0', '9999'), {}, 9999],
    ['from a variable of its container', pull('0.0.0.0', variable), { METRICS_PORT: '7777' }, 7777],
    ['from the default of a variable', pull('0.0.0.0', variable), {}, 8888],
    ['from the older address', config("{address: '0.0.0.0:1234'}"), {}, 1234],
    ['from the older address without a host', config("{address: ':1234'}"), {}, 1234],
    [
      'from the default of a reader',
      config('{readers: [{pull: {exporter: {prometheus: {host: 0.0.0.0}}}}]}'),
      {},
      8888,
    ],
  ])('is told %s', (_name, gateway, environment, port) => {
    expect(metricsPort(gateway, environment)).toBe(port);
  });

  test.each([
    ['nothing is said', config('{}'), /localhost only/],
    ['they stay inside', pull('localhost', '8888'), /localhost only/],
    ['the older address stays inside', config("{address: '127.0.0.1:8888'}"), /127\.0\.0\.1 only/],
    ['there are none', config('{level: none}'), /level is none/],
    ['they are pushed elsewhere', config('{readers: [{periodic: {}}]}'), /no reader/],
    ['the port is no number', pull('0.0.0.0', 'http'), /port cannot be told/],
  ])('is refused where %s', (_name, gateway, message) => {
    expect(() => metricsPort(gateway, {})).toThrow(message);
  });
});

describe("the probe's log", () => {
  const read = lines.map(readProbeLine);

  test('gives what each gateway counted', () => {
    const scrapes = read.flatMap((line) => (line.kind === 'scrape' ? line.scrapes : []));
    const heard = scrapes.find(({ up, samples }) => up && samples.length > 2);
    expect(heard?.target).toMatch(/^172\.30\.\d+\.\d+:8888$/);
    expect(heard?.samples).toContainEqual(
      expect.objectContaining({
        name: 'receiver_accepted_spans',
        labels: expect.objectContaining({ receiver: 'otlp' }),
      }),
    );
    expect(heard?.samples).toContainEqual(
      expect.objectContaining({
        name: 'processor_tail_sampling_count_traces_sampled',
        labels: expect.objectContaining({ policy: 'rest', sampled: 'true' }),
      }),
    );
    expect(heard?.samples.every(({ value }) => Number.isFinite(value))).toBe(true);
  });

  test('says which one did not answer, and why', () => {
    const failure = read.find(({ kind }) => kind === 'failure');
    expect(failure).toEqual({
      kind: 'failure',
      target: '127.0.0.1:4999',
      error: expect.stringContaining('connection refused'),
    });
    const silent = read.flatMap((line) => (line.kind === 'scrape' ? line.scrapes : [])).find(({ up }) => !up);
    expect(silent?.samples).toEqual([]);
  });

  test('is asked for by a config that scrapes exactly the given addresses', () => {
    const { receivers } = JSON.parse(probeConfig(['10.0.0.1:8888', '10.0.0.2:8888'], 2));
    const [job] = receivers.prometheus.config.scrape_configs;
    expect(job.static_configs).toEqual([{ targets: ['10.0.0.1:8888', '10.0.0.2:8888'] }]);
  });
});
