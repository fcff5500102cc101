import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Ring, ringBefore, ringFrom0157 } from '../../scripts/docs/ring.ts';
import { type CloudMap, startCloudMap } from '../support/cloud-map.ts';
import { type RunningCollector, startCollector, temporaryFolder } from '../support/collector.ts';
import type { CollectorEnd } from '../support/collector-ends.ts';
import { type SpanToSend, sendSpans, trace } from '../support/spans.ts';
import { tapped } from '../support/tap.ts';
import { until } from '../support/wait.ts';

jest.setTimeout(90_000);

const traces = 1200;
const perRequest = 200;

/** Gateways of one machine differ by port, which then comes from Cloud Map; and what is waited for comes sooner. */
const loadbalancing = {
  resolver: { aws_cloud_map: { port: null, interval: '1s' } },
  retry_on_failure: { initial_interval: '500ms', max_interval: '1s' },
};

/** Two spans each, the first of them an error. */
type Pair = readonly [SpanToSend, SpanToSend];

/**
 * Two agents of the two versions before the same two gateways, one of either version as well. Half of each trace goes
 * through one agent and half through the other, as where applications on two instances work on one request while the
 * agents are being replaced.
 */
describe('routers from before 0.157 and from after it, side by side', () => {
  const folder = temporaryFolder();
  let cloudMap: CloudMap;
  let gateways: RunningCollector[];
  let routers: Record<CollectorEnd, RunningCollector>;
  let pairs: Record<'mixed' | 'old' | 'single', readonly Pair[]>;
  const addresses = () => gateways.map(({ ports }) => `127.0.0.1:${ports.grpc}`);
  const rings = () => ({
    oldest: new Ring(ringBefore, addresses()),
    newest: new Ring(ringFrom0157, addresses()),
  });

  const startRouter = (end: CollectorEnd) =>
    startCollector({
      end,
      config: 'configs/agent-config.yaml',
      env: cloudMap.env,
      overlay: {
        receivers: { filelog: { include: [join(folder.path, 'none')] } },
        exporters: { loadbalancing },
        extensions: { file_storage: { directory: join(folder.path, end) } },
      },
    });
  /** Only what is decided matters: nothing is sent on, and soon. */
  const startGateway = (end: CollectorEnd) =>
    startCollector({
      end,
      config: 'configs/sampling-config.yaml',
      overlay: {
        processors: { tail_sampling: { decision_wait: '2s' } },
        service: { pipelines: { traces: { exporters: ['forward/tap'] } } },
      },
    });
  const arrivedAt = (gateway: RunningCollector | undefined, cohort: string) =>
    tapped(gateway?.lines() ?? [], 'arrived', cohort);
  const spansIn = (found: ReadonlyMap<string, ReadonlySet<string>>) =>
    [...found.values()].reduce((sum, { size }) => sum + size, 0);
  const arrived = (cohort: string) =>
    gateways.reduce((sum, gateway) => sum + spansIn(arrivedAt(gateway, cohort)), 0);

  async function send(cohort: keyof typeof pairs, first: CollectorEnd, second: CollectorEnd): Promise<void> {
    const resource = { 'service.name': 'shop', 'verify.run': 'ring', 'verify.cohort': cohort };
    for (let at = 0; at < pairs[cohort].length; at += perRequest) {
      const some = pairs[cohort].slice(at, at + perRequest);
      const half = (index: 0 | 1) => some.map((pair) => pair[index]);
      await Promise.all([
        sendSpans(routers[first].ports.http, resource, half(0)),
        sendSpans(routers[second].ports.http, resource, half(1)),
      ]);
    }
    const spans = 2 * pairs[cohort].length;
    await until(`${spans} ${cohort} spans arrived`, () => arrived(cohort) === spans, 30);
  }

  beforeAll(async () => {
    const made = (count: number) =>
      Array.from({ length: count }, (): Pair => {
        const [first, second] = trace('POST /order', 'INSERT order');
        if (!first || !second) throw new Error('a trace of two spans');
        return [{ ...first, status: { code: 2 } }, second];
      });
    pairs = { mixed: made(traces), old: made(200), single: made(200) };
    cloudMap = await startCloudMap();
    gateways = await Promise.all([startGateway('oldest'), startGateway('newest')]);
    cloudMap.gateways = addresses();
    const [oldest, newest] = await Promise.all([startRouter('oldest'), startRouter('newest')]);
    routers = { oldest, newest };
    await send('mixed', 'oldest', 'newest');
    await send('old', 'oldest', 'oldest');
  });

  afterAll(async () => {
    const started = [...(gateways ?? []), ...Object.values(routers ?? {})];
    await Promise.all(started.map((each) => each.stop('SIGKILL')));
    await cloudMap?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('choose the gateway of every trace as the two rings of scripts/docs/ring.ts do', () => {
    const { oldest, newest } = rings();
    const expected = addresses().map(
      (address) =>
        new Set(
          pairs.mixed.flatMap(([first, second]) => [
            ...(oldest.gatewayOf(first.traceId) === address ? [first.spanId] : []),
            ...(newest.gatewayOf(second.traceId) === address ? [second.spanId] : []),
          ]),
        ),
    );
    const found = gateways.map(
      (gateway) => new Set([...arrivedAt(gateway, 'mixed').values()].flatMap((spans) => [...spans])),
    );
    expect(found).toEqual(expected);
  });

  it('split half of the traces that pass both, before two gateways', () => {
    const [one, other] = gateways.map((gateway) => arrivedAt(gateway, 'mixed'));
    const split = [...(one?.keys() ?? [])].filter((id) => other?.has(id));
    console.log(`split by routers of two versions: ${split.length} of ${traces} traces`);
    expect(split.length / traces).toBeGreaterThan(0.42);
    expect(split.length / traces).toBeLessThan(0.58);
  });

  it('split no trace that passes routers of one version only', () => {
    const [one, other] = gateways.map((gateway) => arrivedAt(gateway, 'old'));
    expect([...(one?.keys() ?? [])].filter((id) => other?.has(id))).toEqual([]);
    expect(spansIn(one ?? new Map()) + spansIn(other ?? new Map())).toBe(400);
  });

  it('cost three quarters of the split error traces the half that shows no error', async () => {
    const { oldest, newest } = rings();
    const splitIds = pairs.mixed
      .map(([{ traceId }]) => traceId)
      .filter((id) => oldest.gatewayOf(id) !== newest.gatewayOf(id));
    const errors = pairs.mixed.map(([first]) => first.spanId);
    const keptSpans = () => {
      const found = gateways.flatMap((gateway) => [...tapped(gateway.lines(), 'kept', 'mixed').values()]);
      return new Set(found.flatMap((spans) => [...spans]));
    };
    let kept = keptSpans();
    const allErrorsKept = () => {
      kept = keptSpans();
      return errors.every((id) => kept.has(id));
    };
    await until('every error decided', allErrorsKept, 30);
    const others = new Map(pairs.mixed.map(([, second]) => [second.traceId, second.spanId]));
    const torn = splitIds.filter((id) => !kept.has(others.get(id) ?? ''));
    console.log(`error traces that lost a half: ${torn.length} of ${splitIds.length} that were split`);
    expect(torn.length / splitIds.length).toBeGreaterThan(0.65);
    expect(torn.length / splitIds.length).toBeLessThan(0.85);
    // Whole traces lose nothing.
    const whole = pairs.mixed.filter(([{ traceId }]) => !splitIds.includes(traceId));
    expect(whole.filter(([, second]) => !kept.has(second.spanId))).toEqual([]);
  });

  it('split nothing before a single gateway, whatever their versions', async () => {
    cloudMap.gateways = addresses().slice(0, 1);
    const before = cloudMap.questions.length;
    await until('both routers asked again', () => cloudMap.questions.length >= before + 4);
    await send('single', 'oldest', 'newest');
    expect(spansIn(arrivedAt(gateways[0], 'single'))).toBe(400);
  });
});
