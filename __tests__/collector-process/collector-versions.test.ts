import { join } from 'node:path';
import { describe, expect, it, jest, test } from '@jest/globals';
import { failuresIn, total } from '../../src/verify/counters.ts';
import { startBackend } from '../support/backend.ts';
import { startCloudMap } from '../support/cloud-map.ts';
import { startCollector, temporaryFolder } from '../support/collector.ts';
import { ends } from '../support/collector-ends.ts';
import { startProbe } from '../support/probe-process.ts';
import { lastOfSeries } from '../support/series.ts';
import { sendSpans, trace } from '../support/spans.ts';
import { pause, until } from '../support/wait.ts';

jest.setTimeout(90_000);

/** All but the one for Coralogix' own distribution, whose components no collector here has. */
const shipped = [
  'agent-config.yaml',
  'agent-config-to-receiver.yaml',
  'receiver-config.yaml',
  'receiver-config-with-span-metrics.yaml',
  'sampling-config.yaml',
  'gateway-config.yaml',
  'gateway-config-with-span-metrics.yaml',
];
const names = (count: number) => Array.from({ length: count }, (_, index) => `span ${index}`);

describe('the oldest collector that is proven', () => {
  // Of the newest each is started by a test of its own.
  test.each(shipped)('starts with configs/%s, complains of nothing, and ends when asked to', async (file) => {
    using folder = temporaryFolder();
    await using cloudMap = await startCloudMap();
    cloudMap.gateways = ['127.0.0.1:4317'];
    const isAgent = file.startsWith('agent-');
    await using collector = await startCollector({
      end: 'oldest',
      config: `configs/${file}`,
      env: cloudMap.env,
      overlay: isAgent
        ? {
            receivers: { filelog: { include: [join(folder.path, 'none')] } },
            extensions: { file_storage: { directory: join(folder.path, 'state') } },
          }
        : {},
    });
    const complaints = collector.lines().filter((line) => /"level":"(error|fatal)"/.test(line));
    expect(complaints).toEqual([]);
    // It listens to signals a moment after it says that it is ready.
    await pause(1);
    expect(await collector.stop()).toBe(0);
  });

  it('gives the span metrics of each collector an instance of its own, without a feature gate', async () => {
    await using backend = await startBackend();
    await using gateway = await startCollector({
      end: 'oldest',
      config: 'configs/gateway-config-with-span-metrics.yaml',
      overlay: {
        connectors: { spanmetrics: { metrics_flush_interval: '1s' } },
        exporters: { coralogix: backend.overlay },
      },
    });
    await sendSpans(gateway.ports.http, { 'service.name': 'shop' }, trace('GET /basket'));
    await until('span metrics arrived', () => lastOfSeries(backend.metrics(), 'calls').length > 0);
    const [series] = lastOfSeries(backend.metrics(), 'calls');
    expect(series?.attributes['collector.instance.id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe.each(ends)(
  'the counters of a gateway $version, as a probe of that version reads them',
  ({ end }) => {
    it('tell traces that were dropped for their size and policies that could not be evaluated', async () => {
      await using gateway = await startCollector({
        end,
        config: 'configs/sampling-config.yaml',
        overlay: {
          processors: {
            tail_sampling: {
              decision_wait: '1s',
              maximum_trace_size_bytes: 10_000,
              policies: [
                // What it parses is no JSON, whatever the span.
                {
                  name: 'faulty',
                  type: 'ottl_condition',
                  ottl_condition: { error_mode: 'propagate', span: ['ParseJSON("{") != nil'] },
                },
                { name: 'all', type: 'always_sample' },
              ],
            },
          },
          service: { pipelines: { traces: { exporters: ['forward/tap'] } } },
        },
      });
      await using probe = await startProbe(gateway, end);
      const small = Array.from({ length: 5 }, () => trace('GET /basket')).flat();
      const resource = { 'service.name': 'shop', 'verify.run': 'counters' };
      await sendSpans(gateway.ports.http, resource, small);
      for (const giant of [trace(...names(300)), trace(...names(300))]) {
        await sendSpans(gateway.ports.http, resource, giant);
      }
      const count = (name: string) => total(probe.samples(), name);
      await until(
        'five traces decided',
        () => count('processor_tail_sampling_global_count_traces_sampled') >= 5,
        20,
      );
      const faults = failuresIn(new Map([['g1', probe.samples()]]), [
        { role: 'gateway', task: 'g1', target: '' },
      ]);
      expect(faults).toEqual([
        { code: 'traces-too-large', message: expect.stringContaining('dropped 2 traces for their size') },
        { code: 'policy-errors', message: expect.stringContaining('could not evaluate a policy 5 times') },
      ]);
      expect(count('processor_tail_sampling_new_trace_id_received')).toBe(7);
      expect(count('receiver_accepted_spans')).toBe(605);
      const kept = { exporter: 'debug/tap-kept' };
      await until('kept spans counted', () => total(probe.samples(), 'exporter_sent_spans', kept) === 5);
      const byPolicy = { policy: 'all', sampled: 'true' };
      expect(total(probe.samples(), 'processor_tail_sampling_count_traces_sampled', byPolicy)).toBe(5);
      expect(count('process_uptime')).toBeGreaterThan(0);
    });
  },
);
