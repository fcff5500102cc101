import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildInfo } from '../../src/collector/build-info.ts';
import { readGatewayLine } from '../../src/collector/tap.ts';
import { isInside, shareInterval } from '../../src/sampling/statistics.ts';
import { type Backend, startBackend } from '../support/backend.ts';
import { type RunningCollector, startCollector } from '../support/collector.ts';
import { ends } from '../support/collector-ends.ts';
import { tapped } from '../support/tap.ts';
import { sendTraces } from '../support/telemetrygen.ts';
import { until } from '../support/wait.ts';

/** Where Docker cuts a log line. */
const dockerCut = 16 * 1024;

const run = (cohort: string) => ({
  'verify.run': 'run-0123456789abcdef0123456789abcdef',
  'verify.cohort': cohort,
  'verify.instance': 'i-0123456789abcdef0',
});

describe.each(ends)('configs/sampling-config.yaml on the real collector $version', ({ end, version }) => {
  let backend: Backend;
  let gateway: RunningCollector;
  let exitCode: number | null;
  const arrived = (cohort: string) => tapped(gateway.lines(), 'arrived', cohort);
  const kept = (cohort: string) => tapped(gateway.lines(), 'kept', cohort);

  // 800 traces of the run, among 600 of others.
  beforeAll(async () => {
    backend = await startBackend();
    gateway = await startCollector({
      end,
      config: 'configs/sampling-config.yaml',
      overlay: { exporters: { coralogix: backend.overlay } },
    });
    const port = gateway.ports.grpc;
    await Promise.all([
      sendTraces({ port, traces: 400, attributes: run('normal') }),
      sendTraces({ port, traces: 100, attributes: run('errors'), status: 'Error' }),
      sendTraces({ port, traces: 100, attributes: run('slow'), spanDuration: '2500ms' }),
      // The longest lines there can be: after sampling, each of these spans stands below its own resource.
      sendTraces({ port, traces: 200, attributes: run('single'), status: 'Error', childSpans: 0 }),
      sendTraces({ port, traces: 600, attributes: { 'customer.id': 'secret-of-others' } }),
    ]);
    await until('every trace decided', async () => (await decidedTraces(gateway)) >= 1400, 40);
    exitCode = await gateway.stop();
  }, 90_000);

  afterAll(async () => {
    await gateway?.stop('SIGKILL');
    await backend?.[Symbol.asyncDispose]();
  });

  it('says which build it is', () => {
    expect(gateway.lines().flatMap((line) => buildInfo(line) ?? [])).toEqual([
      { distribution: expect.stringContaining('otelcol'), version, core: version },
    ]);
  });

  it('ends by itself when asked to stop', () => expect(exitCode).toBe(0));

  it('prints every trace of the run before sampling', () => {
    const sizes = ['normal', 'errors', 'slow', 'single'].map((cohort) => arrived(cohort).size);
    expect(sizes).toEqual([400, 100, 100, 200]);
  });

  it('keeps all errors and all slow traces, and the stated share of the rest', () => {
    expect(kept('errors')).toEqual(arrived('errors'));
    expect(kept('slow')).toEqual(arrived('slow'));
    expect(isInside(kept('normal').size, 400, shareInterval(400, 0.25))).toBe(true);
  });

  it('keeps traces whole', () => {
    for (const [id, spans] of kept('normal')) expect([id, spans.size]).toEqual([id, 2]);
  });

  it('sends what the tap says it kept', () => {
    const ofRun = backend.spans().filter((span) => span.resource['verify.cohort'] === 'normal');
    const sent = new Set(ofRun.map((span) => span.traceId));
    expect(sent).toEqual(new Set(kept('normal').keys()));
    expect(ofRun).toHaveLength(2 * sent.size);
  });

  it('prints nothing of other traffic', () => {
    expect(gateway.lines().filter((line) => line.includes('secret-of-others'))).toEqual([]);
    expect(tapped(gateway.lines(), 'arrived', '').size).toBe(0);
  });

  it('prints lines that Docker does not cut', () => {
    const longest = Math.max(...gateway.lines().map((line) => Buffer.byteLength(line)));
    expect(longest).toBeGreaterThan(6 * 1024);
    expect(longest).toBeLessThan(dockerCut);
  });

  it('announces the spans of every line it prints', () => {
    const read = gateway.lines().map(readGatewayLine);
    const announced = read.reduce((sum, line) => sum + (line.kind === 'count' ? line.spans : 0), 0);
    const printed = read.flatMap((line) => (line.kind === 'spans' ? line.blocks : []));
    expect(printed.reduce((sum, block) => sum + block.spans.length, 0)).toBe(announced);
  });
});

async function decidedTraces(collector: RunningCollector): Promise<number> {
  const name = 'otelcol_processor_tail_sampling_global_count_traces_sampled';
  const values = (await collector.metrics()).matchAll(
    new RegExp(`^${name}(?:_total)?\\{.*\\} (\\S+)$`, 'gm'),
  );
  return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
}
