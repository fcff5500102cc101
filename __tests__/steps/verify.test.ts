import { beforeEach, describe, expect, test } from '@jest/globals';
import type { KitError } from '../../src/kit/errors.ts';
import { verify } from '../../src/steps/verify.ts';
import { VerificationFailed } from '../../src/verify/failed.ts';
import { healthy, sayAs } from '../support/fake-collectors.ts';
import { FakeReporter } from '../support/fake-reporter.ts';
import { FakeWorld, verifySettings } from '../support/fake-world.ts';

let world: FakeWorld;
let reporter: FakeReporter;
let cancel: AbortController;

beforeEach(() => {
  world = new FakeWorld();
  reporter = new FakeReporter();
  cancel = new AbortController();
});

function run(settings = verifySettings()): Promise<void> {
  return verify(settings, { reporter, clock: world.clock, signal: cancel.signal }, world.ports());
}

/** The codes of all faults, or the code of the error that ended the step before a verdict. */
async function failure(settings = verifySettings()): Promise<string[]> {
  const error = await run(settings).then(
    () => undefined,
    (thrown: unknown) => thrown as KitError,
  );
  if (error instanceof VerificationFailed) return error.faults.map(({ code }) => code);
  return [error?.code ?? 'passed'];
}

const evidenceKeys = () => [...world.objects.keys()].filter((key) => key.includes('/verified/'));

/** What holds however a run ends. */
function expectCleanedUp(): void {
  expect(world.running()).toEqual([]);
  expect([...world.definitions.values()].filter((status) => status === 'ACTIVE')).toEqual([]);
}

describe('a verification that passes', () => {
  test('gives exact counts, evidence and a summary, and leaves nothing behind', async () => {
    await run();
    const cohorts = JSON.parse(String(reporter.outputs.cohorts));
    expect(cohorts).toEqual([
      expect.objectContaining({
        name: 'normal',
        generated: 400,
        arrived: 400,
        kept: 100,
        incomplete: 0,
        expected: 0.25,
      }),
      expect.objectContaining({
        name: 'errors',
        generated: 40,
        arrived: 40,
        kept: 40,
        incomplete: 0,
        interval: [1, 1],
      }),
    ]);
    expect(reporter.outputs).toMatchObject({ generated: 440, arrived: 440, kept: 140 });
    expect(JSON.parse(String(reporter.outputs.gateways))).toEqual([
      { task: 'g1', arrived: 220 },
      { task: 'g2', arrived: 220 },
    ]);
    expect(JSON.parse(String(reporter.outputs.agents))).toEqual([
      { instance: 'i-0', arrived: 220 },
      { instance: 'i-1', arrived: 220 },
    ]);
    expect(reporter.markdown).toContain('passed');
    expect(reporter.warnings).toEqual([]);
    expectCleanedUp();
  });

  test('writes its evidence beside the release, under its own hash', async () => {
    await run();
    const [key = ''] = evidenceKeys();
    const { 'release-id': release, 'evidence-key': output, 'evidence-hash': hash } = reporter.outputs;
    expect(key).toBe(`kit/releases/${release}/verified/staging.${String(hash).slice(0, 12)}.json`);
    expect(key).toBe(output);
    expect(JSON.parse(String(world.objects.get(key)))).toMatchObject({
      version: 1,
      run: reporter.outputs['run-id'],
      environment: 'staging',
      release,
      cohorts: JSON.parse(String(reporter.outputs.cohorts)),
    });
  });

  test.each<[string, () => void]>([
    [
      'log lines that come half a minute late',
      () => (world.behaviour = { ...healthy, lagMilliseconds: 30_000 }),
    ],
    [
      'gateways whose clocks are ahead',
      () => (world.behaviour = { ...healthy, skewMilliseconds: 7_200_000 }),
    ],
    [
      'gateways whose clocks are behind',
      () => (world.behaviour = { ...healthy, skewMilliseconds: -1_800_000 }),
    ],
    ['spans printed twice, by a retry', () => (world.behaviour = { ...healthy, prints: 2 })],
    ['room for one generator per instance', () => (world.room = 1)],
    ['failed exports before the run began', () => fail(world.clock.now() - 20_000)],
    [
      "a collector's ordinary lines",
      () => sayAs(world.logs, 'g1', { at: soon() }, { level: 'warn', msg: 'alias is deprecated' }),
    ],
  ])('holds with %s', async (_name, prepare) => {
    prepare();
    await run();
    expect(reporter.outputs).toMatchObject({ arrived: 440, kept: 140 });
    expectCleanedUp();
  });

  test('sends through every agent, from its own instance', async () => {
    await run();
    const sent = world.started.map(({ instanceId, command }) => [
      instanceId,
      command.includes('--otlp-endpoint=localhost:4317'),
    ]);
    expect(sent.sort()).toEqual([
      ['i-0', true],
      ['i-0', true],
      ['i-1', true],
      ['i-1', true],
    ]);
    expect(
      world.started.every(({ command, instanceId }) =>
        command.includes(`--otlp-attributes=verify.instance="${instanceId}"`),
      ),
    ).toBe(true);
    expect(world.logs.groups).toEqual([
      expect.objectContaining({ name: '/ecs/telemetrygen', retentionDays: 14 }),
    ]);
  });

  test('waits for the resolvers when a gateway has just changed', async () => {
    const ports = world.ports();
    const { tasks } = ports.services;
    const began = world.clock.now();
    ports.services.tasks = async (query) =>
      (await tasks(query)).map((task) => ({ ...task, startedAt: began - 1000 }));
    await verify(verifySettings(), { reporter, clock: world.clock, signal: cancel.signal }, ports);
    // The shipped agent looks every 5 s and gives up after 3 s more.
    expect(Math.min(...world.started.map(({ startedAt }) => startedAt))).toBeGreaterThanOrEqual(began + 7000);
  });
});

const soon = () => world.clock.now() + 5000;
const fail = (at: number) =>
  sayAs(
    world.logs,
    'g1',
    { at },
    {
      msg: 'Exporting failed. Will retry the request after interval.',
      error: 'no route to host',
      'otelcol.component.id': 'coralogix',
    },
  );

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
            : healthy.route({ index } as never, world.gateways),
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
    ['an export fails meanwhile', () => fail(soon()), ['export-failed']],
    ['a generator exits with an error', () => (world.exitCode = 1), Array(4).fill('generator-failed')],
    [
      "a generator's image prints something else",
      () => (world.generatorLog = () => ['hello']),
      Array(4).fill('generator-failed'),
    ],
  ])('when %s', async (_name, prepare, codes) => {
    prepare();
    expect(await failure()).toEqual(codes);
    expect(evidenceKeys()).toEqual([]);
    expect(reporter.outputs['evidence-hash']).toBeUndefined();
    expect(reporter.outputs.cohorts).toBeDefined();
    expect(reporter.markdown).toContain(codes[0]);
    expectCleanedUp();
  });

  const lose = (isLost: (trace: Parameters<typeof healthy.isKept>[0]) => boolean) =>
    route((trace, gateways) => (isLost(trace) ? ['', ''] : healthy.route(trace, gateways)));
  const route = (by: typeof healthy.route) => (world.behaviour = { ...healthy, route: by });
  const keep = (isKept: typeof healthy.isKept) => (world.behaviour = { ...healthy, isKept });

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
    const ports = world.ports();
    const { deregister } = ports.tasks;
    ports.tasks.deregister = async (arn) => {
      let dropped = 0;
      world.logs.lose(
        (message, stream) => stream.includes('g1') && isLost(message, stream) && dropped++ === 0,
      );
      await deregister(arn);
    };
    const error = await verify(
      verifySettings(),
      { reporter, clock: world.clock, signal: cancel.signal },
      ports,
    ).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(VerificationFailed);
    expect(error.faults[0].code).toBe(code);
  });

  test.each<[string, () => void]>([
    ['went', () => (world.gateways = ['g1'])],
    ['was replaced', () => (world.gateways = ['g1', 'g3'])],
    ['came', () => (world.gateways = ['g1', 'g2', 'g3'])],
  ])('when a gateway %s during the run', async (_name, change) => {
    const began = world.clock.now();
    world.onLook = () => {
      if (world.clock.now() > began + 20_000) change();
    };
    expect(await failure()).toContain('gateways-changed');
    expect(evidenceKeys()).toEqual([]);
  });

  test('when another config is deployed during the run', async () => {
    const began = world.clock.now();
    world.onLook = () => {
      if (world.clock.now() > began + 20_000)
        world.objects.set('kit/sampling-config.yaml', Buffer.from('changed'));
    };
    expect(await failure()).toEqual(['release-changed']);
  });

  test('when time runs out with the last decisions open, although all is well so far', async () => {
    expect(await failure(verifySettings({ timeoutSeconds: 20 }))).toContain('deadline-exceeded');
    expectCleanedUp();
  });
});

describe('a verification refuses to begin', () => {
  test.each<[string, () => void, string]>([
    ['without the tap', () => edit('sampling-config.yaml', 'debug/tap-kept', 'debug/other'), 'tap-missing'],
    [
      'with a config that is no YAML',
      () => world.objects.set('kit/sampling-config.yaml', Buffer.from('{a: [')),
      'config-unreadable',
    ],
    ['with a config that is gone', () => world.objects.delete('kit/agent-config.yaml'), 'object-not-found'],
    [
      'with agents that do not route by trace',
      () => edit('agent-config.yaml', 'loadbalancing', 'otlp/other'),
      'config-unreadable',
    ],
    [
      'without outputs of the stack',
      () => (world.outputs = { ClusterName: 'apps' }),
      'stack-outputs-missing',
    ],
    ['without instances', () => (world.instances = []), 'instances-unavailable'],
    [
      'with an instance whose ECS agent is away',
      () => (world.instances = [{ arn: 'ci', instanceId: 'i-0', agentConnected: false }]),
      'instances-unavailable',
    ],
    ['with no gateway asked for', () => (world.desired = 0), 'gateways-unavailable'],
    ['with fewer gateways than asked for', () => (world.desired = 3), 'deadline-exceeded'],
    ['without room for a generator', () => (world.room = 0), 'instance-full'],
  ])('%s', async (_name, prepare, code) => {
    prepare();
    expect(await failure()).toEqual([code]);
    expect(evidenceKeys()).toEqual([]);
    expectCleanedUp();
  });

  function edit(name: string, from: string, to: string): void {
    const text = String(world.objects.get(`kit/${name}`));
    world.objects.set(`kit/${name}`, Buffer.from(text.replaceAll(from, to)));
  }

  test('when a gateway is of a revision that the stack did not make', async () => {
    const ports = world.ports();
    ports.cloudFormation.resources = async () => [];
    const error = await verify(
      verifySettings(),
      { reporter, clock: world.clock, signal: cancel.signal },
      ports,
    ).catch((thrown) => thrown);
    expect(error.code).toBe('release-not-running');
  });
});

test('a cancelled workflow stops its generators and takes its task definition back', async () => {
  const began = world.clock.now();
  const ports = world.ports();
  const { describe: look } = ports.tasks;
  ports.tasks.describe = async (cluster, arns) => {
    if (world.clock.now() > began + 3000) cancel.abort(new Error('the workflow was cancelled'));
    return look(cluster, arns);
  };
  await expect(
    verify(verifySettings(), { reporter, clock: world.clock, signal: cancel.signal }, ports),
  ).rejects.toThrow('cancelled');
  expect(world.started.some(({ stopped }) => stopped)).toBe(true);
  expectCleanedUp();
});

test('a start that was never answered is found and stopped', async () => {
  const ports = world.ports();
  const { run: start } = ports.tasks;
  ports.tasks.run = async (request) => {
    await start(request);
    throw new Error('socket hang up');
  };
  await expect(
    verify(verifySettings(), { reporter, clock: world.clock, signal: cancel.signal }, ports),
  ).rejects.toThrow('socket hang up');
  expect(world.started).toHaveLength(1);
  expectCleanedUp();
});

test('a failing clean-up warns and leaves the verdict as it is', async () => {
  const ports = world.ports();
  ports.tasks.deregister = async () => {
    throw new Error('denied');
  };
  await verify(verifySettings(), { reporter, clock: world.clock, signal: cancel.signal }, ports);
  expect(reporter.warnings).toEqual(['clean-up: denied']);
  expect(reporter.outputs['evidence-key']).toBeDefined();
});
