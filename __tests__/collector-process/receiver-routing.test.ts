import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Backend, startBackend } from '../support/backend.ts';
import { type CloudMap, startCloudMap } from '../support/cloud-map.ts';
import { type RunningCollector, startCollector } from '../support/collector.ts';
import { sendSpans, trace } from '../support/spans.ts';
import { pause, until } from '../support/wait.ts';

const files = ['receiver-config.yaml', 'receiver-config-with-span-metrics.yaml'];

describe.each(files)('routing of configs/%s on the real collector', (file) => {
  let gateways: Backend[];
  let coralogix: Backend;
  let cloudMap: CloudMap;
  let receivers: RunningCollector[];
  const service = { 'service.name': 'shop' };
  const traceIds = (gateway: Backend) => new Set(gateway.spans().map(({ traceId }) => traceId));
  const spanIds = () => new Set(gateways.flatMap((gateway) => gateway.spans().map(({ spanId }) => spanId)));

  beforeAll(async () => {
    gateways = await Promise.all([1, 2, 3].map(() => startBackend()));
    coralogix = await startBackend();
    cloudMap = await startCloudMap();
    // As when the receivers are deployed first: the gateways' discovery service is not made yet.
    cloudMap.gateways = undefined;
    const start = () =>
      startCollector({
        config: `configs/${file}`,
        env: cloudMap.env,
        overlay: {
          exporters: {
            coralogix: coralogix.overlay,
            loadbalancing: { resolver: { aws_cloud_map: { port: null } } },
          },
        },
      });
    receivers = await Promise.all([start(), start()]);
  }, 60_000);

  afterAll(async () => {
    await Promise.all((receivers ?? []).map((receiver) => receiver.stop('SIGKILL')));
    await cloudMap?.[Symbol.asyncDispose]();
    await Promise.all([...(gateways ?? []), coralogix].map((backend) => backend?.[Symbol.asyncDispose]()));
  });

  it('starts before the discovery service exists, and holds traces until it does', async () => {
    for (const { lines } of receivers) expect(lines().join('\n')).toContain('ServiceNotFound');
    await sendSpans(receivers[0]?.ports.http ?? 0, service, trace('early'));
    await pause(1);
    expect(spanIds().size).toBe(0);
    cloudMap.gateways = [];
    await pause(1);
    cloudMap.gateways = gateways.map(({ port }) => `127.0.0.1:${port}`);
    await until('the early span arrived', () => spanIds().size === 1, 40);
  }, 60_000);

  it('sends all spans of a trace to one gateway, whichever receiver took them', async () => {
    const traces = Array.from({ length: 500 }, () => trace('root', 'child'));
    for (const [index, { ports }] of receivers.entries()) {
      await sendSpans(
        ports.http,
        service,
        traces.flatMap((spans) => spans.slice(index, index + 1)),
      );
    }
    await until('all spans arrived', () => spanIds().size === 1001);
    const places = gateways.map(traceIds);
    const split = traces.filter(
      ([span]) => places.filter((ids) => ids.has(span?.traceId ?? '')).length !== 1,
    );
    expect(split).toEqual([]);
    for (const ids of places) expect(ids.size).toBeGreaterThan(100);
  }, 60_000);

  it('sends no trace to Coralogix itself', () => expect(coralogix.spans()).toEqual([]));
});
