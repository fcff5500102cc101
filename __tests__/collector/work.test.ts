import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readCollectorConfig, readMergedConfig } from '../../src/collector/model.ts';
import { grpcPortOf, workOf } from '../../src/collector/work.ts';

const shipped = (file: string) => readCollectorConfig(file, readFileSync(`configs/${file}`, 'utf8'));

function config(pipeline: object, more: object = {}) {
  return readCollectorConfig('c', JSON.stringify({ service: { pipelines: { traces: pipeline } }, ...more }));
}

describe('what a collector does', () => {
  test.each([
    ['agent-config.yaml', { receives: true, routes: true, samples: false }],
    ['agent-config-to-receiver.yaml', { receives: true, routes: false, samples: false }],
    ['receiver-config-with-span-metrics.yaml', { receives: true, routes: true, samples: false }],
    ['gateway-config.yaml', { receives: true, routes: false, samples: true }],
  ])('is what the pipelines of %s say', (file, expected) => {
    expect(workOf(shipped(file))).toEqual(expected);
  });

  test('is not what is defined and not used', () => {
    const unused = { processors: { tail_sampling: {} }, exporters: { loadbalancing: {} } };
    const work = workOf(config({ receivers: ['otlp'], processors: [], exporters: ['coralogix'] }, unused));
    expect(work).toEqual({ receives: true, routes: false, samples: false });
  });

  test('is no routing of traces when each service goes to one collector', () => {
    const exporters = { loadbalancing: { routing_key: 'service' } };
    const pipeline = { receivers: ['otlp'], exporters: ['loadbalancing'] };
    expect(workOf(config(pipeline, { exporters })).routes).toBe(false);
    expect(workOf(config(pipeline)).routes).toBe(true);
  });

  test('may be both', () => {
    const pipeline = { receivers: ['otlp'], processors: ['tail_sampling/a'], exporters: ['load_balancing'] };
    expect(workOf(config(pipeline))).toEqual({ receives: true, routes: true, samples: true });
  });
});

describe('the port for traces', () => {
  const pipeline = { receivers: ['otlp/in'], exporters: ['x'] };
  test.each([
    [{ grpc: { endpoint: '0.0.0.0:14317' } }, 14317],
    [{ grpc: null }, 4317],
    [{ http: {} }, undefined],
    [{ grpc: { endpoint: `0.0.0.0:\${env:PORT}` } }, undefined],
  ])('of %j is %s', (protocols, expected) => {
    expect(grpcPortOf(config(pipeline, { receivers: { 'otlp/in': { protocols } } }))).toBe(expected);
  });
});

describe('several configs', () => {
  test('are merged as the collector does, with the variables of the container in place', () => {
    const parts = [
      {
        name: 'a',
        text: 'service: {telemetry: {logs: {level: info}}, pipelines: {traces: {receivers: [a, b]}}}',
      },
      {
        name: 'b',
        text: `service: {telemetry: {logs: {level: "\${LEVEL}"}}, pipelines: {traces: {receivers: [c]}}}`,
      },
    ];
    const merged = readMergedConfig(parts, { LEVEL: 'warn' });
    expect(merged).toMatchObject({ name: 'a + b', logs: { level: 'warn' } });
    expect(merged.pipelines['traces']?.receivers).toEqual(['c']);
  });

  test('that are no YAML do not show the values of variables', () => {
    const parts = [{ name: 'a', text: `exporters: {coralogix: {private_key: \${KEY}\n` }];
    expect(() => readMergedConfig(parts, { KEY: 'cxtp_secret' })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('cxtp_secret') }),
    );
  });

  test('keep what is a number a number', () => {
    const text = `processors: {p: {threshold_ms: "\${env:MS:-250}", all: "\${env:ON}"}}\nservice: {pipelines: {traces: {}}}`;
    expect(readMergedConfig([{ name: 'a', text }], { ON: 'true' }).processors).toEqual({
      p: { threshold_ms: 250, all: true },
    });
  });
});
