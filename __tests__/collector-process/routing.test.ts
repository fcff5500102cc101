import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Backend, type ReceivedSpan, startBackend } from '../support/backend.ts';
import { type CloudMap, startCloudMap } from '../support/cloud-map.ts';
import { type RunningCollector, startCollector, temporaryFolder } from '../support/collector.ts';
import { sendTraces } from '../support/telemetrygen.ts';
import { pause, until } from '../support/wait.ts';

const ofBatch = (gateway: Backend, batch: string) =>
  gateway.spans().filter((span) => span.resource['batch'] === batch);
const traceIds = (spans: readonly ReceivedSpan[]) => new Set(spans.map((span) => span.traceId));
const spanIds = (spans: readonly ReceivedSpan[]) => new Set(spans.map((span) => span.spanId));

describe('routing of configs/agent-config.yaml on the real collector', () => {
  const folder = temporaryFolder();
  let first: Backend;
  let second: Backend;
  let cloudMap: CloudMap;
  let agent: RunningCollector;
  const addressOf = (gateway: Backend) => `127.0.0.1:${gateway.port}`;
  const send = (batch: string, traces: number) =>
    sendTraces({ port: agent.ports.grpc, traces, attributes: { batch } });

  beforeAll(async () => {
    first = await startBackend();
    second = await startBackend();
    cloudMap = await startCloudMap();
    agent = await startCollector({
      config: 'configs/agent-config.yaml',
      env: cloudMap.env,
      overlay: {
        receivers: { filelog: { include: [join(folder.path, 'none')] } },
        // Gateways of one machine differ by port, which then comes from Cloud Map.
        exporters: { loadbalancing: { resolver: { aws_cloud_map: { port: null } } } },
        extensions: { file_storage: { directory: join(folder.path, 'state') } },
      },
    });
  }, 60_000);

  afterAll(async () => {
    await agent?.stop('SIGKILL');
    await cloudMap?.[Symbol.asyncDispose]();
    await Promise.all([first, second].map((gateway) => gateway?.[Symbol.asyncDispose]()));
    folder[Symbol.dispose]();
  });

  it('asks for the name that the template registers', () => {
    expect(new Set(cloudMap.questions)).toEqual(new Set(['cx-otel/grpc-gateway']));
  });

  it('holds traces until there is a gateway', async () => {
    await send('early', 50);
    await pause(2);
    cloudMap.gateways = [first, second].map(addressOf);
    const arrived = () => traceIds([...ofBatch(first, 'early'), ...ofBatch(second, 'early')]);
    await until('50 early traces arrived', () => arrived().size === 50, 30);
  }, 50_000);

  it('sends all spans of a trace to one gateway, and traces to both', async () => {
    await send('steady', 400);
    await until(
      '400 traces arrived',
      () => ofBatch(first, 'steady').length + ofBatch(second, 'steady').length === 800,
    );
    const [ofFirst, ofSecond] = [traceIds(ofBatch(first, 'steady')), traceIds(ofBatch(second, 'steady'))];
    expect([...ofFirst].filter((id) => ofSecond.has(id))).toEqual([]);
    expect(Math.min(ofFirst.size, ofSecond.size)).toBeGreaterThan(100);
  }, 40_000);

  // A gateway that leaves stops taking traces before the agents know: until the resolver's next look they are still
  // routed to it.
  it('loses no span when a gateway leaves', async () => {
    const sending = send('leaving', 1500);
    await pause(2);
    await second.stop();
    await pause(2);
    cloudMap.gateways = [addressOf(first)];
    await sending;
    const arrived = () => spanIds([...ofBatch(first, 'leaving'), ...ofBatch(second, 'leaving')]);
    await until('3,000 spans arrived', () => arrived().size === 3000, 40);
    expect(ofBatch(second, 'leaving').length).toBeGreaterThan(0);
    // Retried batches repeat what the other gateway had taken already; more than this, and retries do not wait.
    const received = ofBatch(first, 'leaving').length + ofBatch(second, 'leaving').length;
    expect(received - 3000).toBeLessThan(1500);
  }, 90_000);
});
