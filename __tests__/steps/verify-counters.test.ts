import { beforeEach, describe, expect, test } from '@jest/globals';
import { healthy } from '../support/fake-collectors.ts';
import { verifySettings } from '../support/fake-world.ts';
import { Verification } from '../support/verification.ts';

let verification: Verification;
beforeEach(() => {
  verification = new Verification();
});

const at = (seconds: number) => verification.world.clock.now() + seconds * 1000;
const count = (series: string, seconds: number, value = 1) =>
  verification.world.probe.count('g1', series, at(seconds), value);
const early = 'processor_tail_sampling_sampling_trace_dropped_too_early{}';

function editConfig(from: string | RegExp, to: string): void {
  const key = 'kit/sampling-config.yaml';
  const text = String(verification.world.objects.get(key));
  expect(text).toMatch(from);
  verification.world.objects.set(key, Buffer.from(text.replace(from, to)));
}

describe('the gateways own counters', () => {
  test.each<[string, () => void, string, RegExp]>([
    ['traces dropped early', () => count(early, 20, 3), 'early-drops', /gateway g1 dropped 3 traces/],
    [
      'traces dropped for their size',
      () => count('processor_tail_sampling_traces_dropped_too_large{}', 20, 2),
      'traces-too-large',
      /gateway g1 dropped 2 traces for their size, whatever the policies say: .*maximum_trace_size_bytes/,
    ],
    [
      'policies that could not be evaluated',
      () => count('processor_tail_sampling_sampling_policy_evaluation_error{}', 20, 4),
      'policy-errors',
      /gateway g1 could not evaluate a policy 4 times/,
    ],
    [
      'spans refused',
      () => count('receiver_refused_spans{receiver=otlp,transport=grpc}', 20, 7),
      'spans-refused',
      /gateway g1 refused 7 spans/,
    ],
    [
      'spans not sent',
      () => count('exporter_send_failed_spans{exporter=coralogix}', 25, 5),
      'export-failed',
      /gateway g1, coralogix: 5 spans could not be sent/,
    ],
    [
      'spans not queued, under the suffix of newer collectors',
      () => count('exporter_enqueue_failed_spans_total{exporter=coralogix}', 25, 5),
      'export-failed',
      /gateway g1, coralogix: 5 spans found its queue full/,
    ],
    [
      'a restart, although all counters are back where they were',
      () => verification.world.probe.restart('g2', at(15)),
      'probe-blind',
      /gateway g2 was restarted/,
    ],
    [
      'a gateway that no longer answers',
      () => verification.world.probe.deaf.set('g2', at(15)),
      'probe-blind',
      /gateway g2 could not be scraped at 10\.0\.0\.2:8888: connection refused/,
    ],
    [
      'a probe that ends early',
      () => {
        verification.world.probe.endsAt = at(15);
      },
      'probe-blind',
      /the probe ended early, EssentialContainerExited/,
    ],
  ])('fail a run that the tap saw pass: %s', async (_name, prepare, code, message) => {
    prepare();
    const failure = await verification.run().catch((error: Error) => error);
    expect(String(failure)).toMatch(message);
    expect((failure as { faults?: { code: string }[] }).faults?.[0]?.code).toBe(code);
    expect(verification.evidenceKeys()).toEqual([]);
    verification.expectCleanedUp();
  });

  test('do not hold the past against a run', async () => {
    count(early, -600, 1000);
    await verification.run();
    expect(verification.evidenceKeys()).toHaveLength(1);
  });

  test.each<[string, () => void, string]>([
    ['a gateway does not answer', () => verification.world.probe.deaf.set('g2', 0), 'gateway-unprobed'],
    [
      'the probe cannot start',
      () => {
        verification.world.probe.endsAt = at(3);
      },
      'probe-failed',
    ],
    [
      'the metrics are shown to the gateway itself only',
      () => editConfig('host: 0.0.0.0', 'host: localhost'),
      'metrics-unreachable',
    ],
  ])('are needed before anything is sent: %s', async (_name, prepare, code) => {
    prepare();
    expect(await verification.outcome()).toEqual([code]);
    expect(verification.world.started).toEqual([]);
    verification.expectCleanedUp();
  });
});

describe('a gateway config without the tap', () => {
  beforeEach(() => editConfig(/debug\/tap-kept/g, 'debug/other'));

  test('is verified by the counters, one cohort after the other', async () => {
    await verification.run();
    const { outputs, markdown, warnings } = verification.reporter;
    expect(JSON.parse(String(outputs.cohorts))).toMatchObject([
      { name: 'normal', generated: 400, arrived: 400, kept: 100, incomplete: 0 },
      { name: 'errors', generated: 40, arrived: 40, kept: 40, incomplete: 0 },
    ]);
    expect(JSON.parse(String(outputs.gateways))).toEqual([
      { task: 'g1', arrived: 220 },
      { task: 'g2', arrived: 220 },
    ]);
    expect(outputs.agents).toBeUndefined();
    expect(markdown).toContain("Counted from the gateways' own counters");
    expect(warnings.join()).toContain('no complete tap');
    const [key = ''] = verification.evidenceKeys();
    expect(JSON.parse(String(verification.world.objects.get(key)))).toMatchObject({
      basis: 'counters',
      path: 'agents',
      agents: null,
    });
    const [first, second] = ['normal', 'errors'].map((cohort) =>
      verification.world.started.filter(({ command }) =>
        command.some((word) => word.includes(`"${cohort}"`)),
      ),
    );
    const over = Math.max(...(first ?? []).map(({ startedAt, seconds }) => startedAt + seconds * 1000));
    expect(Math.min(...(second ?? []).map(({ startedAt }) => startedAt))).toBeGreaterThan(over + 10_000);
    verification.expectCleanedUp();
  });

  const accepted = 'receiver_accepted_spans{receiver=otlp}';
  test.each<[string, () => void, string]>([
    ['other traffic during the run', () => count(accepted, 25, 2), 'other-traffic'],
    [
      'other traces during the run',
      () => {
        count(accepted, 25, 2);
        count('processor_tail_sampling_new_trace_id_received{}', 25);
      },
      'other-traffic',
    ],
    [
      'a trace that went to two gateways',
      () => route(({ index }) => (index === 0 ? ['g1', 'g2'] : index % 2 ? ['g2', 'g2'] : ['g1', 'g1'])),
      'split-trace',
    ],
    [
      'a trace that is lost',
      () => route((trace, gateways) => (trace.index === 3 ? ['', ''] : healthy.route(trace, gateways))),
      'deadline-exceeded',
    ],
    [
      'a span that is lost',
      () =>
        route((trace, gateways) => {
          const [gateway] = healthy.route(trace, gateways);
          return trace.index === 3 && trace.cohort === 'normal' ? [gateway, ''] : [gateway, gateway];
        }),
      'traces-lost',
    ],
    [
      'a kept span that is not sent',
      () => count('exporter_sent_spans{exporter=coralogix}', 30, -1),
      'deadline-exceeded',
    ],
    ['a gateway that gets nothing', () => route(() => ['g1', 'g1']), 'gateway-idle'],
    ['a gateway that was replaced', () => replace(at(25)), 'gateways-changed'],
    ['a restart', () => verification.world.probe.restart('g2', at(30)), 'probe-blind'],
    [
      'everything kept',
      () => (verification.world.behaviour = { ...healthy, isKept: () => true }),
      'share-out-of-interval',
    ],
    ['early drops', () => count(early, 30, 3), 'early-drops'],
  ])('fails with %s', async (_name, prepare, code) => {
    prepare();
    const [first] = await verification.outcome();
    expect(first).toBe(code);
    expect(verification.evidenceKeys()).toEqual([]);
    verification.expectCleanedUp();
  });

  const route = (by: typeof healthy.route) => (verification.world.behaviour = { ...healthy, route: by });
  const replace = (time: number) => {
    verification.world.onLook = () => {
      if (verification.world.clock.now() > time) verification.world.gateways = ['g1', 'g3'];
    };
  };

  test('is not verified at all while other traffic flows', async () => {
    for (let second = 0; second < 60; second += 1) count(accepted, second, 2);
    expect(await verification.outcome()).toEqual(['other-traffic']);
    expect(verification.world.started).toEqual([]);
  });
});

describe('the cohort slow', () => {
  const slow = { name: 'slow', traces: 40, expected: 0.25 } as const;
  const settings = (spanDuration?: string) =>
    verifySettings({ cohorts: [{ ...slow, status: 'Unset', spanDuration }] });
  const flags = () =>
    verification.world.started.flatMap(({ command }) =>
      command.filter((word) => word.startsWith('--span-d')),
    );

  test("lasts longer than the gateways' threshold", async () => {
    await verification.run(settings());
    expect(new Set(flags())).toEqual(new Set(['--span-duration=2500ms']));
  });

  test('lasts as long as the environment says', async () => {
    await verification.run(settings('7s'));
    expect(new Set(flags())).toEqual(new Set(['--span-duration=7s']));
  });

  test.each([
    ['no latency policy', 'type: latency', 'type: other'],
    ['an upper bound', 'threshold_ms: 2000', 'threshold_ms: 2000\n          upper_threshold_ms: 3000'],
    ['a threshold from a variable', 'threshold_ms: 2000', 'threshold_ms: $' + '{env:SLOW}'],
  ])('has to be told how long it lasts: %s', async (_name, from, to) => {
    editConfig(from, to);
    expect(await verification.outcome(settings())).toEqual(['invalid-input']);
    expect(verification.world.all).toEqual([]);
    await expect(verification.run(settings('7s'))).resolves.toBeUndefined();
  });
});

describe('an endpoint past the agents', () => {
  test.each([
    ['grpc-sampling', 'grpc-sampling.cx-otel:4317'],
    ['grpc-gateway', 'grpc-gateway.cx-otel:4317'],
    ['otlp.example.com:443', 'otlp.example.com:443'],
  ])('%s is reported as a bypass, and its evidence says so', async (endpoint, address) => {
    verification.world.behaviour = { ...healthy, route: () => ['g1', 'g1'] };
    await verification.run(verifySettings({ endpoint }));
    expect(
      verification.world.started.every(({ command }) => command.includes(`--otlp-endpoint=${address}`)),
    ).toBe(true);
    expect(verification.reporter.markdown).toContain('Agents and routing were bypassed');
    expect(verification.reporter.outputs.agents).toBeUndefined();
    const [key = ''] = verification.evidenceKeys();
    expect(JSON.parse(String(verification.world.objects.get(key)))).toMatchObject({
      path: 'direct',
      agents: null,
    });
  });
});
