import { beforeEach, describe, expect, test } from '@jest/globals';
import { type FakeTrace, healthy } from '../support/fake-collectors.ts';
import { verifySettings } from '../support/fake-world.ts';
import { Verification } from '../support/verification.ts';

let verification: Verification;
beforeEach(() => {
  verification = new Verification();
});

describe('a verification fails', () => {
  test.each<[string, () => void, string[]]>([
    [
      'one trace is lost',
      () => lose(({ index, cohort }) => cohort === 'normal' && index === 7),
      ['traces-lost'],
    ],
    [
      'a single span is lost',
      () =>
        route(({ cohort, index }, [g]) =>
          cohort === 'normal' && index === 4
            ? [String(g), '']
            : healthy.route({ index } as never, verification.world.gateways),
        ),
      ['traces-lost', 'incomplete-traces'],
    ],
    [
      'nothing arrives at all',
      () => lose(() => true),
      ['traces-lost', 'traces-lost', 'gateway-idle', 'gateway-idle', 'agent-idle', 'agent-idle'],
    ],
    [
      'one agent is deaf',
      () => lose(({ instance }) => instance === 'i-1'),
      ['traces-lost', 'traces-lost', 'agent-idle'],
    ],
    ['one gateway gets nothing', () => route(() => ['g1', 'g1']), ['gateway-idle']],
    [
      'the spans of a trace go to two gateways',
      () => route(({ index }) => (index === 0 ? ['g1', 'g2'] : index % 2 ? ['g2', 'g2'] : ['g1', 'g1'])),
      ['split-trace'],
    ],
    [
      'one error trace is dropped',
      () =>
        keep(
          ({ cohort, index }) =>
            healthy.isKept({ cohort, index } as never) && !(cohort === 'errors' && index === 3),
        ),
      ['share-out-of-interval'],
    ],
    ['everything is kept', () => keep(() => true), ['share-out-of-interval']],
    ['nothing is kept', () => keep(() => false), ['share-out-of-interval', 'share-out-of-interval']],
    ['an export fails meanwhile', () => verification.failExport(verification.soon), ['export-failed']],
    [
      'a generator exits with an error',
      () => (verification.world.exitCode = 1),
      Array(4).fill('generator-failed'),
    ],
    [
      "a generator's image prints something else",
      () => (verification.world.generatorLog = () => ['hello']),
      Array(4).fill('generator-failed'),
    ],
  ])('when %s', async (_name, prepare, codes) => {
    prepare();
    expect(await verification.outcome()).toEqual(codes);
    expect(verification.evidenceKeys()).toEqual([]);
    expect(verification.reporter.outputs['evidence-hash']).toBeUndefined();
    expect(verification.reporter.outputs.cohorts).toBeDefined();
    expect(verification.reporter.markdown).toContain(codes[0]);
    verification.expectCleanedUp();
  });

  const lose = (isLost: (trace: FakeTrace) => boolean) =>
    route((trace, gateways) => (isLost(trace) ? ['', ''] : healthy.route(trace, gateways)));
  const route = (by: typeof healthy.route) => (verification.world.behaviour = { ...healthy, route: by });
  const keep = (isKept: typeof healthy.isKept) => (verification.world.behaviour = { ...healthy, isKept });

  test.each<[string, (message: string, stream: string) => boolean, string]>([
    [
      'kept lines',
      (message) =>
        message.includes('tap-kept') && message.includes('ResourceTraces') && message.includes('normal'),
      'tap-unreadable',
    ],
    ['announcements', (message) => message.includes('"msg":"Traces"'), 'tap-unreadable'],
    [
      'arrived lines',
      (message) => message.includes('tap-arrived') && message.includes('ResourceTraces'),
      'tap-unreadable',
    ],
  ])('when the log driver drops %s of a gateway', async (_name, isLost, code) => {
    const ports = verification.world.ports();
    const { run: start } = ports.tasks;
    ports.tasks.run = async (request) => {
      const arn = await start(request);
      let dropped = verification.world.started.length < 4 ? 1 : 0;
      verification.world.logs.lose(
        (message, stream) => stream.includes('g1') && isLost(message, stream) && dropped++ === 0,
      );
      return arn;
    };
    const [first] = await verification.outcome(verifySettings(), ports);
    expect(first).toBe(code);
  });

  test.each<[string, () => void]>([
    ['went', () => (verification.world.gateways = ['g1'])],
    ['was replaced', () => (verification.world.gateways = ['g1', 'g3'])],
    ['came', () => (verification.world.gateways = ['g1', 'g2', 'g3'])],
  ])('when a gateway %s during the run', async (_name, change) => {
    const began = verification.world.clock.now();
    verification.world.onLook = () => {
      if (verification.world.clock.now() > began + 20_000) change();
    };
    expect(await verification.outcome()).toContain('gateways-changed');
    expect(verification.evidenceKeys()).toEqual([]);
  });

  test('when the log of a gateway is removed meanwhile', async () => {
    verification.world.behaviour = { ...healthy, route: () => ['g1', 'g1'] };
    const ports = verification.world.ports();
    const { run: start } = ports.tasks;
    ports.tasks.run = async (request) => {
      if (request.container === 'telemetrygen')
        verification.world.logs.lose((_message, stream) => stream.endsWith('g2'));
      return start(request);
    };
    expect(await verification.outcome(verifySettings(), ports)).toEqual(['tap-unreadable', 'gateway-idle']);
  });

  test('when another config is deployed during the run', async () => {
    const began = verification.world.clock.now();
    verification.world.onLook = () => {
      if (verification.world.clock.now() > began + 20_000)
        verification.world.objects.set('kit/sampling-config.yaml', Buffer.from('changed'));
    };
    expect(await verification.outcome()).toEqual(['release-changed']);
  });

  test('when time runs out with the last decisions open, although all is well so far', async () => {
    expect(await verification.outcome(verifySettings({ timeoutSeconds: 20 }))).toContain('deadline-exceeded');
    verification.expectCleanedUp();
  });
});

describe('a verification refuses to begin', () => {
  test.each<[string, () => void, string]>([
    [
      'with a config that is no YAML',
      () => verification.world.objects.set('kit/sampling-config.yaml', Buffer.from('{a: [')),
      'config-unreadable',
    ],
    [
      'with a config that is gone',
      () => verification.world.objects.delete('kit/agent-config.yaml'),
      'object-not-found',
    ],
    [
      'with agents that do not route by trace',
      () => edit('agent-config.yaml', 'loadbalancing', 'otlp/other'),
      'config-unreadable',
    ],
    [
      'without outputs of the stack, and with a gateway that does not sample',
      () => {
        verification.world.stack('otel').outputs = {};
        edit('sampling-config.yaml', 'tail_sampling', 'batch/other');
      },
      'collectors-not-found',
    ],
    ['without instances', () => (verification.world.instances = []), 'instances-unavailable'],
    [
      'with an instance whose ECS agent is away',
      () => (verification.world.instances = [{ arn: 'ci', instanceId: 'i-0', agentConnected: false }]),
      'instances-unavailable',
    ],
    [
      'without the log of a gateway',
      () => verification.world.logs.lose((_message, stream) => stream.endsWith('g2')),
      'tap-unreadable',
    ],
    ['with no gateway asked for', () => (verification.world.desired = 0), 'gateways-unavailable'],
    ['with fewer gateways than asked for', () => (verification.world.desired = 3), 'deadline-exceeded'],
    ['without room for a generator', () => (verification.world.room = 0), 'instance-full'],
  ])('%s', async (_name, prepare, code) => {
    prepare();
    expect(await verification.outcome()).toEqual([code]);
    expect(verification.evidenceKeys()).toEqual([]);
    verification.expectCleanedUp();
  });

  function edit(name: string, from: string, to: string): void {
    const text = String(verification.world.objects.get(`kit/${name}`));
    verification.world.objects.set(`kit/${name}`, Buffer.from(text.replaceAll(from, to)));
  }

  test('when a gateway is of a revision that the stack did not make', async () => {
    const ports = verification.world.ports();
    ports.cloudFormation.resources = async () => [];
    const error = await verification.run(verifySettings(), ports).catch((thrown) => thrown);
    expect(error.code).toBe('release-not-running');
  });
});
