import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type LintConfig, type LintRole, lintConfigs } from '../../src/collector/lint.ts';

const shipped = (role: LintRole, file: string): LintConfig => ({
  role,
  path: `configs/${file}`,
  text: readFileSync(`configs/${file}`, 'utf8'),
});
const agent = shipped('agent', 'agent-config.yaml');
const agentToReceiver = shipped('agent', 'agent-config-to-receiver.yaml');
const receiver = shipped('receiver', 'receiver-config.yaml');
const receiverCounting = shipped('receiver', 'receiver-config-with-span-metrics.yaml');
const gateway = shipped('gateway', 'gateway-config.yaml');
const gatewayCounting = shipped('gateway', 'gateway-config-with-span-metrics.yaml');

/** A config whose pipelines and connectors are these. */
const config = (role: LintRole, connectors: string, pipelines: string, exporters = '{}'): LintConfig => ({
  role,
  path: `${role}.yaml`,
  text: `connectors: ${connectors}\nexporters: ${exporters}\nservice:\n  pipelines:\n${pipelines}\n`,
});
const counting = (role: LintRole, id = 'spanmetrics') =>
  config(role, `{ ${id}: {} }`, `    traces: { receivers: [otlp], exporters: [otlp, ${id}] }`);

/** The text of the lines that the findings lead to, as `file: text`. */
const marked = (configs: readonly LintConfig[]) =>
  lintConfigs(configs)
    .flatMap(({ places }) => places)
    .map(({ path, line }) => {
      const text = configs.find((each) => each.path === path)?.text.split('\n')[line - 1];
      return `${path}: ${text?.trim()}`;
    });

describe('span-metrics-once on the shipped configs', () => {
  it.each([
    ['neither', [receiver, gateway]],
    ['receivers only', [receiverCounting, gateway]],
    ['gateways only', [receiver, gatewayCounting]],
    ['receivers only, agents before them', [agentToReceiver, receiverCounting, gateway]],
    ['agents to gateways', [agent, shipped('gateway', 'sampling-config.yaml')]],
  ])('allows them on %s', (_name, configs) => expect(lintConfigs(configs)).toEqual([]));

  it('refuses them on receivers and gateways, with the line of both', () => {
    expect(lintConfigs([gatewayCounting, receiverCounting])).toMatchObject([
      {
        rule: 'span-metrics-once',
        reason: expect.stringMatching(/receivers and on the gateways.* twice/),
        fix: expect.stringMatching(/all but one of receivers, gateways/),
        places: [{ role: 'receiver' }, { role: 'gateway' }],
      },
    ]);
    expect(marked([gatewayCounting, receiverCounting])).toEqual([
      'configs/receiver-config-with-span-metrics.yaml: exporters: [loadbalancing, spanmetrics]',
      'configs/gateway-config-with-span-metrics.yaml: exporters: [spanmetrics]',
    ]);
  });
});

describe('what counts as span metrics', () => {
  const refused = (one: LintConfig, other: LintConfig) => lintConfigs([one, other]).length > 0;

  it.each(['spanmetrics', 'span_metrics', 'spanmetrics/by-route', 'span_metrics/x/y'])(
    'a connector called %s',
    (id) => expect(refused(counting('receiver', id), gatewayCounting)).toBe(true),
  );

  it('one in a traces pipeline of any name', () => {
    const named = config(
      'receiver',
      '{ spanmetrics: {} }',
      '    traces/own: { receivers: [otlp], exporters: [spanmetrics] }',
    );
    expect(refused(named, gatewayCounting)).toBe(true);
  });

  it.each([
    [
      'declared, not used',
      config('receiver', '{ spanmetrics: {} }', '    traces: { receivers: [otlp], exporters: [otlp] }'),
    ],
    [
      'in a pipeline of other telemetry, which no collector starts',
      config(
        'receiver',
        '{ spanmetrics: {} }',
        '    metrics: { receivers: [otlp], exporters: [spanmetrics] }',
      ),
    ],
    [
      'used as a receiver only',
      config(
        'receiver',
        '{ spanmetrics: {} }',
        '    metrics: { receivers: [spanmetrics], exporters: [otlp] }',
      ),
    ],
    [
      'an exporter of that name, which is no connector',
      config(
        'receiver',
        '{}',
        '    traces: { receivers: [otlp], exporters: [spanmetrics] }',
        '{ spanmetrics: {} }',
      ),
    ],
    ['a type that only begins alike', counting('receiver', 'spanmetricsx')],
  ])('not %s', (_name, other) => expect(refused(other, gatewayCounting)).toBe(false));

  it('several connectors of one config once per place', () => {
    const two = config(
      'receiver',
      '{ spanmetrics: {}, spanmetrics/db: {} }',
      '    traces:\n      receivers: [otlp]\n      exporters:\n        - spanmetrics\n        - spanmetrics/db',
    );
    expect(lintConfigs([two, gateway])).toEqual([]);
    expect(marked([two, gatewayCounting]).slice(0, 2)).toEqual([
      'receiver.yaml: - spanmetrics',
      'receiver.yaml: - spanmetrics/db',
    ]);
  });
});

describe('which collectors are on one path', () => {
  const sending = (exporter: string): LintConfig =>
    config(
      'agent',
      '{ spanmetrics: {} }',
      '    traces: { receivers: [otlp], exporters: [to, spanmetrics] }',
      `{ to: ${exporter} }`,
    );

  it('agents and gateways always', () => {
    expect(lintConfigs([counting('agent'), gatewayCounting])).toHaveLength(1);
  });

  it('agents and receivers where the agents send to them', () => {
    const configs = [sending('{ endpoint: grpc-receiver.cx-otel:4317 }'), receiverCounting, gateway];
    expect(marked(configs)).toHaveLength(2);
  });

  it('agents and receivers not where the agents route to the gateways themselves', () => {
    const configs = [sending('{ resolver: { aws_cloud_map: {} } }'), receiverCounting, gateway];
    expect(lintConfigs(configs)).toEqual([]);
  });

  it('all three as one finding', () => {
    const configs = [
      sending('{ endpoint: dns:///grpc-receiver.cx-otel:4317 }'),
      receiverCounting,
      gatewayCounting,
    ];
    expect(lintConfigs(configs)).toMatchObject([{ reason: expect.stringContaining('three times') }]);
    expect(marked(configs)).toHaveLength(3);
  });

  it('not several configs of one role', () => {
    expect(lintConfigs([gatewayCounting, { ...gatewayCounting, path: 'other.yaml' }])).toEqual([]);
  });
});

it('leaves a config that cannot be read to the collector, and still sees the others', () => {
  expect(lintConfigs([{ role: 'receiver', path: 'x', text: 'just words' }, gatewayCounting])).toEqual([]);
  const broken: LintConfig = { role: 'agent', path: 'x', text: 'a: [' };
  expect(lintConfigs([broken, receiverCounting, gatewayCounting])).toHaveLength(1);
});

it('has a section for its rule in docs/lint.md', () => {
  const rules = lintConfigs([receiverCounting, gatewayCounting]).map(({ rule }) => rule);
  for (const rule of rules) expect(readFileSync('docs/lint.md', 'utf8')).toContain(`\n## ${rule}\n`);
});
