import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { durationSeconds, readCollectorConfig } from '../../src/collector/model.ts';
import { decisionWaitSeconds, resolverSeconds } from '../../src/collector/timing.ts';

describe('a duration', () => {
  test.each([
    ['seconds', '10s', 10],
    ['minutes and seconds', '1m30s', 90],
    ['a fraction', '1.5h', 5400],
    ['milliseconds, which are not minutes', '500ms', 0.5],
    ['zero without a unit', '0', 0],
    ['a number, in nanoseconds', 2e9, 2],
    ['a default of the environment', `$\{env:WAIT:-7s}`, 7],
    ['no default of the environment', `$\{env:WAIT}`, undefined],
    ['a number without a unit', '10', undefined],
    ['words', 'ten seconds', undefined],
    ['nothing', undefined, undefined],
  ])('%s', (_name, text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });
});

const gateway = (processors: string, used: string) =>
  readCollectorConfig(
    'gateway.yaml',
    `processors: ${processors}\nservice: {pipelines: {traces: {processors: ${used}}}}`,
  );
const agent = (exporters: string, used: string) =>
  readCollectorConfig(
    'agent.yaml',
    `exporters: ${exporters}\nservice: {pipelines: {traces: {exporters: ${used}}}}`,
  );
const cloudMap = (settings: string) => `{loadbalancing: {resolver: {aws_cloud_map: ${settings}}}}`;

describe('what a config says about time', () => {
  test('the shipped ones', () => {
    const shipped = (name: string) => readCollectorConfig(name, readFileSync(`configs/${name}`, 'utf8'));
    expect(decisionWaitSeconds(shipped('sampling-config.yaml'))).toBe(10);
    expect(resolverSeconds(shipped('agent-config.yaml'))).toBe(13);
  });

  test.each([
    ["the processor's default", '{tail_sampling: {}}', '[tail_sampling]', 30],
    [
      'the longest one in use',
      '{tail_sampling/a: {decision_wait: 5s}, tail_sampling/b: {decision_wait: 1m}}',
      '[tail_sampling/a, tail_sampling/b]',
      60,
    ],
    [
      'only those in use',
      '{tail_sampling/a: {decision_wait: 5s}, tail_sampling/b: {decision_wait: 1m}}',
      '[tail_sampling/a]',
      5,
    ],
  ])('decision wait: %s', (_name, processors, used, seconds) => {
    expect(decisionWaitSeconds(gateway(processors, used))).toBe(seconds);
  });

  test.each([
    ['no sampler in use', '{tail_sampling: {}}', '[batch]'],
    ['a value nobody can tell', `{tail_sampling: {decision_wait: "$\{env:WAIT}"}}`, '[tail_sampling]'],
  ])('decision wait: refuses %s', (_name, processors, used) => {
    expect(() => decisionWaitSeconds(gateway(processors, used))).toThrow(/cannot be judged/);
  });

  test.each([
    ['interval and timeout', cloudMap('{interval: 10s, timeout: 2s}'), '[loadbalancing]', 17],
    ['their defaults', cloudMap('{}'), '[loadbalancing]', 40],
    [
      'the new name of the exporter',
      '{load_balancing/x: {resolver: {aws_cloud_map: {interval: 1s, timeout: 1s}}}}',
      '[load_balancing/x]',
      7,
    ],
    ['DNS', '{loadbalancing: {resolver: {dns: {hostname: gateways}}}}', '[loadbalancing]', 66],
    ['a fixed list', '{loadbalancing: {resolver: {static: {hostnames: [a]}}}}', '[loadbalancing]', 0],
  ])('resolver: %s', (_name, exporters, used, seconds) => {
    expect(resolverSeconds(agent(exporters, used))).toBe(seconds);
  });

  test.each([
    ['no routing by trace', '{otlp: {}}', '[otlp]'],
    ['an unknown resolver', '{loadbalancing: {resolver: {k8s: {}}}}', '[loadbalancing]'],
  ])('resolver: refuses %s', (_name, exporters, used) => {
    expect(() => resolverSeconds(agent(exporters, used))).toThrow(/cannot be judged/);
  });

  test.each([
    ['no YAML', '{a: ['],
    ['a list', '[1]'],
    ['no pipelines', 'receivers: {}'],
  ])('a text is refused that is no config: %s', (_name, text) => {
    expect(() => readCollectorConfig('x.yaml', text)).toThrow(/x\.yaml cannot be read/);
  });
});
