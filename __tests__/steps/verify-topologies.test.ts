import { describe, expect, test } from '@jest/globals';
import { healthy } from '../support/fake-collectors.ts';
import { verifySettings } from '../support/fake-world.ts';
import { Verification } from '../support/verification.ts';

const endpointsOf = ({ world }: Verification) =>
  world.started.map(({ instanceId, command }) => [
    instanceId,
    command.find((word) => word.startsWith('--otlp-endpoint='))?.slice('--otlp-endpoint='.length),
  ]);

describe('a central cluster', () => {
  const settings = verifySettings({ endpoint: 'receivers' }, 'central-cluster');

  test('is verified through the name of the receivers and each receiver, from every instance', async () => {
    const verification = new Verification('central-cluster');
    await verification.run(settings);
    expect(endpointsOf(verification)).toEqual([
      ['i-0', 'grpc-receiver.cx-otel:4317'],
      ['i-1', '10.0.1.1:4317'],
      ['i-0', '10.0.1.2:4317'],
      ['i-1', 'grpc-receiver.cx-otel:4317'],
    ]);
    const { outputs, markdown, warnings } = verification.reporter;
    expect(outputs).toMatchObject({ generated: 440, arrived: 440, kept: 140 });
    expect(outputs.agents).toBeUndefined();
    const spans = JSON.parse(String(outputs.receivers)) as { task: string; spans: number }[];
    expect(spans.map(({ task }) => task)).toEqual(['r1', 'r2']);
    expect(spans.reduce((sum, each) => sum + each.spans, 0)).toBe(880);
    expect(spans.every((each) => each.spans > 0)).toBe(true);
    expect(markdown).toContain('| Receiver (task) | spans taken |');
    expect(markdown).not.toContain('bypassed');
    expect(warnings).toEqual([]);
    verification.expectCleanedUp();
  });

  test('has its receivers probed beside its gateways', async () => {
    const verification = new Verification('central-cluster');
    verification.world.probe.deaf.set('r2', 0);
    const failure = await verification.run(settings).catch((error: Error) => error);
    expect(String(failure)).toContain('receiver r2 could not be scraped at 10.0.1.2:8888');
  });

  test.each([
    ['exporter_send_failed_spans{exporter=loadbalancing}', 'export-failed', 'could not be sent'],
    ['exporter_enqueue_failed_spans{exporter=loadbalancing}', 'export-failed', 'found its queue full'],
    ['receiver_refused_spans{receiver=otlp}', 'spans-refused', 'refused 7 spans'],
  ])('fails when a receiver drops spans, whoever sent them: %s', async (series, code, words) => {
    const verification = new Verification('central-cluster');
    verification.world.probe.count('r2', series, verification.world.clock.now() + 20_000, 7);
    const failure = await verification.run(settings).catch((error: Error) => error);
    expect((failure as { faults?: { code: string }[] }).faults?.map((fault) => fault.code)).toEqual([code]);
    expect(String(failure)).toContain('receiver r2');
    expect(String(failure)).toContain(words);
    expect(verification.evidenceKeys()).toEqual([]);
  });

  test('fails when a gateway gets nothing: the receivers do not route to it', async () => {
    const verification = new Verification('central-cluster');
    verification.world.behaviour = { ...healthy, route: () => ['g1', 'g1'] };
    expect(await verification.outcome(settings)).toEqual(['gateway-idle']);
  });

  test('is counted by the gateways alone where there is no tap', async () => {
    const verification = new Verification('central-cluster');
    const key = 'kit/gateway-config.yaml';
    const text = String(verification.world.objects.get(key)).replaceAll('debug/tap-arrived', 'debug/other');
    verification.world.objects.set(key, Buffer.from(text));
    await verification.run(settings);
    expect(verification.reporter.outputs).toMatchObject({ arrived: 440, kept: 140 });
  });

  test('waits for the receivers to resolve the gateways', async () => {
    const verification = new Verification('central-cluster');
    const ports = verification.world.ports();
    const { tasks } = ports.services;
    const began = verification.world.clock.now();
    ports.services.tasks = async (query) =>
      (await tasks(query)).map((task) => ({ ...task, startedAt: began - 1000 }));
    await verification.run(settings, ports);
    const first = Math.min(...verification.world.started.map(({ startedAt }) => startedAt));
    expect(first).toBeGreaterThanOrEqual(began + 7000);
    expect(verification.reporter.lines.join('\n')).toContain('every receiver has resolved the gateways');
  });

  test.each([
    ['no receiver is asked for', () => [], 'receivers-unavailable'],
    ['a receiver is not of the stack', () => ['r1'], 'release-not-running'],
  ])('is not verified when %s', async (_name, receivers, code) => {
    const verification = new Verification('central-cluster');
    verification.world.receivers = receivers();
    if (code === 'release-not-running') verification.world.stack('otel').revisions = ['gateway:1'];
    expect(await verification.outcome(settings)).toEqual([code]);
  });

  test('sent to past its receivers says so', async () => {
    const verification = new Verification('central-cluster');
    await verification.run(verifySettings({ endpoint: 'grpc-gateway' }, 'central-cluster'));
    const words = 'Receivers and routing were bypassed';
    expect(verification.reporter.warnings.join()).toContain(words);
    expect(verification.reporter.markdown).toContain(`**${words}**: traces went to the gateways directly`);
    const [key = ''] = verification.evidenceKeys();
    const evidence = JSON.parse(String(verification.world.objects.get(key)));
    expect(evidence).toMatchObject({ path: 'direct', bypassed: ['receivers', 'routing'] });
  });
});

describe('individual stacks', () => {
  test('are verified together, through the agents, with evidence beside the release of each', async () => {
    const verification = new Verification('individual');
    await verification.run(verifySettings({}, 'individual'));
    expect(endpointsOf(verification).every(([, endpoint]) => endpoint === 'localhost:4317')).toBe(true);
    const keys = verification.evidenceKeys();
    expect(keys).toHaveLength(4);
    const { outputs, markdown } = verification.reporter;
    expect(String(outputs['evidence-key']).split(',')).toEqual(keys);
    const [evidence, ...others] = keys.map((key) => JSON.parse(String(verification.world.objects.get(key))));
    expect(evidence).toMatchObject({ path: 'agents', bypassed: [], release: outputs['release-id'] });
    expect(others.every((other) => JSON.stringify(other) === JSON.stringify(evidence))).toBe(true);
    const stacks = evidence.stacks as { component: string; stack: string; release: string }[];
    expect(stacks.map(({ component }) => component)).toEqual(['namespace', 'agent', 'receiver', 'gateway']);
    expect(keys).toEqual(
      stacks.map(({ release }) => expect.stringContaining(`releases/${release}/verified/`)),
    );
    expect(markdown).toContain('Stacks `otel-namespace`, `otel-agent`, `otel-receiver`, `otel-gateway`');
    verification.expectCleanedUp();
  });

  test('name a receiver that nothing came to, as not proven', async () => {
    const verification = new Verification('individual');
    await verification.run(verifySettings({}, 'individual'));
    expect(verification.reporter.markdown).toContain('Nothing came to `r2`: this run proves nothing about');
  });

  test('sent to past the agents say so', async () => {
    const verification = new Verification('individual');
    await verification.run(verifySettings({ endpoint: 'receivers' }, 'individual'));
    expect(verification.reporter.markdown).toContain(
      '**Agents were bypassed**: traces went to the receivers directly. This proves routing and sampling only',
    );
  });

  test('run agents in another cluster than the rest', async () => {
    const verification = new Verification('individual');
    Object.assign(verification.world.stack('otel-agent').outputs, { ClusterName: 'applications' });
    await verification.run(verifySettings({}, 'individual'));
    expect(new Set(verification.world.all.map(({ cluster }) => cluster))).toEqual(new Set(['applications']));
  });

  test('fail when one of them is deployed anew during the run', async () => {
    const verification = new Verification('individual');
    const began = verification.world.clock.now();
    verification.world.onLook = () => {
      if (verification.world.clock.now() > began + 20_000)
        verification.world.objects.set('kit/agent-config-to-receiver.yaml', Buffer.from('changed'));
    };
    expect(await verification.outcome(verifySettings({}, 'individual'))).toEqual(['release-changed']);
  });

  test.each([
    ['otel-receiver', 'ReceiverServiceName'],
    ['otel-agent', 'AgentGrpcPort'],
    ['otel-gateway', 'GatewayServiceName'],
  ])('are verified also when stack %s lacks the output %s', async (stack, output) => {
    const verification = new Verification('individual');
    delete verification.world.stack(stack).outputs[output];
    await verification.run(verifySettings({}, 'individual'));
    expect(verification.evidenceKeys()).toHaveLength(4);
    expect(verification.reporter.outputs).toMatchObject({ promotable: true });
  });
});
