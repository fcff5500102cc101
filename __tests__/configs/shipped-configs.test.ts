import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isOfType, readCollectorConfig, valueAt } from '../../src/collector/model.ts';
import { missingFromTap } from '../../src/collector/tap.ts';
import { decisionWaitSeconds } from '../../src/collector/timing.ts';

const files = readdirSync('configs').filter((file) => file.endsWith('.yaml'));
const read = (file: string) => readCollectorConfig(file, readFileSync(`configs/${file}`, 'utf8'));

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

describe('the sampling of configs/sampling-config.yaml', () => {
  const config = read('sampling-config.yaml');
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
});
