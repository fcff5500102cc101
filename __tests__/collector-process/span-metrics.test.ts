import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Backend, startBackend } from '../support/backend.ts';
import { type CloudMap, startCloudMap } from '../support/cloud-map.ts';
import { type RunningCollector, startCollector } from '../support/collector.ts';
import { lastOfSeries, total } from '../support/series.ts';
import { type SpanToSend, sendSpans, trace } from '../support/spans.ts';
import { pause, until } from '../support/wait.ts';

const flushSeconds = 1;
const spanMetrics = { connectors: { spanmetrics: { metrics_flush_interval: `${flushSeconds}s` } } };

/** Two receivers and two gateways with these configs, as processes, before one backend. */
interface Chain extends AsyncDisposable {
  receivers: readonly RunningCollector[];
  backend: Backend;
}

async function startChain(receiver: string, gateway: string): Promise<Chain> {
  // What was started ends as well when the rest cannot start.
  await using stack = new AsyncDisposableStack();
  const backend = stack.use(await startBackend());
  const cloudMap: CloudMap = stack.use(await startCloudMap());
  const start = async (config: string, overlay: object) =>
    stack.use(
      await startCollector({
        config: `configs/${config}`,
        env: cloudMap.env,
        overlay: { ...(config.includes('with-span-metrics') ? spanMetrics : {}), ...overlay },
      }),
    );
  const decideSoon = { tail_sampling: { decision_wait: '1s' } };
  const gateways = [1, 2].map(() =>
    start(gateway, { processors: decideSoon, exporters: { coralogix: backend.overlay } }),
  );
  cloudMap.gateways = (await together(gateways)).map(({ ports }) => `127.0.0.1:${ports.grpc}`);
  const resolver = { resolver: { aws_cloud_map: { port: null } } };
  const receivers = await together(
    [1, 2].map(() => start(receiver, { exporters: { coralogix: backend.overlay, loadbalancing: resolver } })),
  );
  const started = stack.move();
  return { receivers, backend, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

/** When one cannot start, the others are there to be stopped. */
async function together<T>(starting: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(starting);
  return Promise.all(starting);
}

const lastValues = (backend: Backend, metric: string) => lastOfSeries(backend.metrics(), metric);
const calls = (backend: Backend) => total(lastValues(backend, 'calls'));
const counters = (backend: Backend) =>
  new Set(lastValues(backend, 'calls').map(({ attributes }) => attributes['collector.instance.id']));

const traces = 300;
const spans = 2 * traces;
const shop = { 'service.name': 'shop', 'service.version': '1.2.3' };

/** Each trace has a span through either receiver, and each receiver gets spans of both names. */
async function send({ receivers }: Chain): Promise<void> {
  const all = Array.from({ length: traces }, () => trace('GET /basket', 'SELECT basket'));
  const through = (index: number): SpanToSend[] =>
    all.flatMap((one, number) => one[(number + index) % one.length] ?? []);
  await Promise.all(
    receivers.map(({ ports }, index) =>
      sendSpans(ports.http, { ...shop, 'host.name': `h${index}` }, through(index)),
    ),
  );
}

/** Until every gateway has decided and what it kept has arrived; then a few flushes more. */
async function untilSettled({ backend }: Chain): Promise<void> {
  let before = -1;
  await until('kept traces arrived', async () => {
    const now = backend.spans().length;
    const isSettled = now > 0 && now === before;
    before = now;
    await pause(2);
    return isSettled;
  });
  await pause(3 * flushSeconds);
}

const plain = { receiver: 'receiver-config.yaml', gateway: 'gateway-config.yaml' };
const counting = {
  receiver: 'receiver-config-with-span-metrics.yaml',
  gateway: 'gateway-config-with-span-metrics.yaml',
};

describe.each([
  { where: 'receivers', receiver: counting.receiver, gateway: plain.gateway },
  { where: 'gateways', receiver: plain.receiver, gateway: counting.gateway },
])('span metrics on the $where', ({ receiver, gateway }) => {
  let chain: Chain;

  beforeAll(async () => {
    chain = await startChain(receiver, gateway);
    await send(chain);
    await untilSettled(chain);
  }, 90_000);

  afterAll(async () => {
    await chain?.[Symbol.asyncDispose]();
  });

  it('reach the backend once per span, whatever is kept of the traces', () => {
    expect(calls(chain.backend)).toBe(spans);
    expect(total(lastValues(chain.backend, 'duration'))).toBe(spans);
    const kept = chain.backend.spans().length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(spans / 2);
  });

  it('come from both collectors as series of their own', () => {
    expect(counters(chain.backend).size).toBe(2);
  });

  it('carry what tells services and operations apart, under the names of Coralogix APM', () => {
    const names = new Set(chain.backend.metrics().map(({ name }) => name));
    expect(names).toEqual(new Set(['calls', 'duration']));
    const operations = lastValues(chain.backend, 'calls').map(({ attributes }) => attributes['span.name']);
    expect(new Set(operations)).toEqual(new Set(['GET /basket', 'SELECT basket']));
    // The cx. attributes are the exporter's own.
    for (const { resource } of chain.backend.metrics()) {
      const own = Object.entries(resource).filter(([key]) => !key.startsWith('cx.'));
      expect(Object.fromEntries(own)).toEqual(shop);
    }
  });
});

describe('span metrics on neither', () => {
  it('are none', async () => {
    await using chain = await startChain(plain.receiver, plain.gateway);
    await send(chain);
    await untilSettled(chain);
    expect(chain.backend.metrics()).toEqual([]);
  }, 90_000);
});

describe('span metrics on both', () => {
  it('count each span twice, which is why the rule span-metrics-once refuses them', async () => {
    await using chain = await startChain(counting.receiver, counting.gateway);
    await send(chain);
    await untilSettled(chain);
    expect(calls(chain.backend)).toBe(2 * spans);
  }, 90_000);
});
