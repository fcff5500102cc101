import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isOfType, readCollectorConfig, valueAt } from '../../src/collector/model.ts';
import { missingFromTap } from '../../src/collector/tap.ts';
import { decisionWaitSeconds } from '../../src/collector/timing.ts';

const files = readdirSync('configs').filter((file) => file.endsWith('.yaml'));
const text = (file: string) => readFileSync(`configs/${file}`, 'utf8');
const read = (file: string) => readCollectorConfig(file, text(file));
/** The numbers of a comment: `25,000`. */
const numbers = (...stated: (string | undefined)[]) =>
  stated.flatMap((one) => (one === undefined ? [] : Number(one.replaceAll(',', ''))));

describe.each(files)('configs/%s', (file) => {
  const config = read(file);

  it('refuses data before it runs out of memory: memory_limiter first, wherever data comes in', () => {
    const entries = Object.values(config.pipelines).filter((pipeline) =>
      pipeline.receivers.some((receiver) => !(receiver in config.connectors)),
    );
    for (const pipeline of entries) expect(pipeline.processors[0]).toBe('memory_limiter');
  });

  it('holds no secret', () => {
    const secrets = Object.values(config.exporters).map((exporter) => valueAt(exporter, 'private_key'));
    expect(new Set(secrets.filter((secret) => secret !== undefined))).toEqual(
      new Set([['$', '{env:CORALOGIX_PRIVATE_KEY}'].join('')]),
    );
  });

  it('queues and retries what it sends', () => {
    const senders = Object.entries(config.exporters).filter(([id]) => !isOfType(id, 'debug'));
    for (const [, exporter] of senders) {
      expect(exporter).toMatchObject({
        retry_on_failure: { enabled: true },
        sending_queue: { enabled: true },
      });
    }
  });

  // Collectors from 0.15x on know newer names too, older images only these.
  it('uses the names of components that every collector understands', () => {
    const names = Object.keys({ ...config.receivers, ...config.processors, ...config.exporters });
    expect(names.filter((name) => isOfType(name, 'load_balancing', 'file_log', 'host_metrics'))).toEqual([]);
  });
});

const gateways = ['sampling-config.yaml', 'gateway-config.yaml', 'gateway-config-with-span-metrics.yaml'];

describe.each(gateways)('the sampling of configs/%s', (file) => {
  const config = read(file);
  const setting = (...path: string[]) => Number(valueAt(config.processors, 'tail_sampling', ...path));

  it('has the whole tap', () => expect(missingFromTap(config)).toEqual([]));

  it('has room for every trace of the stated rate until it is decided, twice', () => {
    const rate = setting('expected_new_traces_per_sec');
    expect(setting('num_traces')).toBeGreaterThanOrEqual(2 * rate * (decisionWaitSeconds(config) + 1));
  });

  it('remembers decisions ten times as long as traces, as the processor asks for', () => {
    const wanted = 10 * setting('num_traces');
    expect(setting('decision_cache', 'sampled_cache_size')).toBeGreaterThanOrEqual(wanted);
    expect(setting('decision_cache', 'non_sampled_cache_size')).toBeGreaterThanOrEqual(wanted);
  });

  it('does not sample its own log, where each line of the tap counts', () => {
    expect(config.logs['sampling']).toEqual({ enabled: false });
  });

  it('states the sizes that it has', () => {
    const { rate, traces, cache } =
      /(?<rate>[\d,]+) new traces\/s[\s\S]*?= (?<traces>[\d,]+)\n# {3}their memory[\s\S]*?2 x (?<cache>[\d,]+) trace IDs/.exec(
        text(file),
      )?.groups ?? {};
    expect(numbers(rate)).toEqual([setting('expected_new_traces_per_sec')]);
    expect(numbers(traces)).toEqual([setting('num_traces')]);
    expect(numbers(cache)).toEqual([setting('decision_cache', 'sampled_cache_size')]);
  });
});

describe.each(files)('the sizing of configs/%s', (file) => {
  const header = text(file).split('\n\n')[0] ?? '';

  it('adds up, below where memory_limiter starts to refuse', () => {
    const parts = [...header.matchAll(/= +(\d+) MiB$/gm)].map(([, mebibytes]) => Number(mebibytes));
    const [, memory, sum, percent, limit] =
      /default \w*Memory of (\d+) MiB[\s\S]*together +(\d+) MiB, below the (\d+)% \((\d+) MiB\)/
        .exec(header)
        ?.map(Number) ?? [];
    const limiter = read(file).processors['memory_limiter'];
    const soft =
      Number(valueAt(limiter, 'limit_percentage')) - Number(valueAt(limiter, 'spike_limit_percentage'));
    expect(sum).toBe(parts.reduce((total, part) => total + part, 0));
    expect(percent).toBe(soft);
    expect(limit).toBe(Math.floor(((memory ?? 0) * soft) / 100));
    expect(sum).toBeLessThan(limit ?? 0);
  });

  it('states the queues that it has', () => {
    const stated = /traces that wait[\s\S]*?([\d,]+) spans/.exec(header)?.[1];
    const queues = Object.entries(read(file).exporters).flatMap(([id, exporter]) =>
      isOfType(id, 'loadbalancing', 'otlp') ? [valueAt(exporter, 'sending_queue', 'queue_size')] : [],
    );
    expect(numbers(stated)).toEqual(queues);
  });
});

describe('what several configs have in common', () => {
  // The files stand alone, so that each can be read and changed without the others: the price is text that must not
  // come apart. What differs on purpose is named here.
  const onPurpose = [
    // Sized for less, beside the series.
    'gateway-config-with-span-metrics.yaml tail_sampling',
    // Its queue is for spans, with as many consumers as it takes.
    ...gateways.map((file) => `${file} coralogix`),
    // No disk: queues are in memory.
    'receiver-config.yaml coralogix',
    'receiver-config-with-span-metrics.yaml coralogix',
    // Many senders, more spans.
    'receiver-config.yaml loadbalancing',
    'receiver-config-with-span-metrics.yaml loadbalancing',
    // Connections that end, for the senders' sake.
    'receiver-config.yaml otlp',
    'receiver-config-with-span-metrics.yaml otlp',
    // Identity from a processor instead of the file.
    'agent-config-coralogix-distribution.yaml filelog',
  ];
  const components = files.flatMap((file) => {
    const { receivers, processors, exporters, connectors } = read(file);
    return Object.entries({ ...receivers, ...processors, ...exporters, ...connectors })
      .filter(([id]) => !onPurpose.includes(`${file} ${id}`))
      .map(([id, settings]) => ({ id, file, settings }));
  });
  const shared = [...new Set(components.map(({ id }) => id))].filter(
    (id) => components.filter((each) => each.id === id).length > 1,
  );

  it.each(shared)('%s', (id) => {
    const [first, ...others] = components.filter((each) => each.id === id);
    for (const { file, settings } of others) expect([file, settings]).toEqual([file, first?.settings]);
  });

  it('the gateways of both topologies decide alike', () => {
    const same = [
      'receivers',
      'processors',
      'exporters',
      'connectors',
      'pipelines',
      'logs',
      'metrics',
    ] as const;
    const [sampling, gateway] = [read('sampling-config.yaml'), read('gateway-config.yaml')];
    for (const part of same) expect(gateway[part]).toEqual(sampling[part]);
  });
});

describe('span metrics', () => {
  const counting = files.filter((file) => file.includes('with-span-metrics'));

  it.each(counting)('of configs/%s are of all spans: no sampling before them', (file) => {
    const { pipelines } = read(file);
    const before = Object.values(pipelines).filter(({ exporters }) => exporters.includes('spanmetrics'));
    expect(before.map(({ receivers }) => receivers)).toEqual([['otlp']]);
    expect(before.flatMap(({ processors }) => processors)).not.toContain('tail_sampling');
  });

  // Otherwise a series would carry attributes of whichever instance came first.
  it.each(counting)('of configs/%s keep of the resource what their key has', (file) => {
    const config = read(file);
    const keys = valueAt(config.connectors, 'spanmetrics', 'resource_metrics_key_attributes');
    const statements = valueAt(config.processors, 'transform/span-metrics', 'metric_statements');
    const kept = /"(\^.*\$)"/.exec(String(statements))?.[1]?.replaceAll('\\\\', '\\') ?? '';
    const others = ['host.name', 'service.instance.id', 'verify.run', 'service.name.x'];
    expect((keys as string[]).filter((key) => !new RegExp(kept).test(key))).toEqual([]);
    expect(others.filter((key) => new RegExp(kept).test(key))).toEqual([]);
  });
});

describe('components by name', () => {
  const built = [...readFileSync('local/collector/manifest.yaml', 'utf8').matchAll(/\/(\w+) v/g)].map(
    ([, module]) => module,
  );
  /** Modules are called after the type and the kind, some with words between. */
  const isBuilt = (id: string, kind: string) =>
    built.some((module) => module === `${id.split('/')[0]?.replaceAll('_', '')}${kind}`);
  /** Only in the Coralogix distribution; each config with one cites where Coralogix documents it. */
  const coralogix: Readonly<Record<string, string>> = {
    ecsattributes:
      'https://github.com/coralogix/cloudformation-coralogix-aws/blob/master/opentelemetry/ecs-ec2/components.md',
  };

  it.each(files)('of configs/%s are in the local collector, or documented by Coralogix and cited', (file) => {
    const { receivers, processors, exporters, connectors } = read(file);
    const kinds = { receiver: receivers, processor: processors, exporter: exporters, connector: connectors };
    const missing = Object.entries(kinds).flatMap(([kind, section]) =>
      Object.keys(section).filter((id) => !isBuilt(id, kind)),
    );
    const isOwn = file.includes('coralogix-distribution');
    expect(missing).toEqual(isOwn ? Object.keys(coralogix) : []);
    for (const id of missing) expect(text(file)).toContain(coralogix[id]);
  });
});
