import { beforeEach, describe, expect, test } from '@jest/globals';
import { KitError } from '../../src/kit/errors.ts';
import { healthy, sayAs } from '../support/fake-collectors.ts';
import { verifySettings } from '../support/fake-world.ts';
import { Verification } from '../support/verification.ts';

let verification: Verification;
beforeEach(() => {
  verification = new Verification();
});

describe('a verification that passes', () => {
  test('gives exact counts, evidence and a summary, and leaves nothing behind', async () => {
    await verification.run();
    const cohorts = JSON.parse(String(verification.reporter.outputs.cohorts));
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
    expect(verification.reporter.outputs).toMatchObject({ generated: 440, arrived: 440, kept: 140 });
    expect(JSON.parse(String(verification.reporter.outputs.gateways))).toEqual([
      { task: 'g1', arrived: 220 },
      { task: 'g2', arrived: 220 },
    ]);
    expect(JSON.parse(String(verification.reporter.outputs.agents))).toEqual([
      { instance: 'i-0', arrived: 220 },
      { instance: 'i-1', arrived: 220 },
    ]);
    expect(verification.reporter.markdown).toContain('passed');
    expect(verification.reporter.warnings).toEqual([]);
    verification.expectCleanedUp();
  });

  test('writes its evidence beside the release, under its own hash', async () => {
    await verification.run();
    const [key = ''] = verification.evidenceKeys();
    const {
      'release-id': release,
      'evidence-key': output,
      'evidence-hash': hash,
    } = verification.reporter.outputs;
    expect(key).toBe(`kit/releases/${release}/verified/staging.${String(hash).slice(0, 12)}.json`);
    expect(key).toBe(output);
    expect(JSON.parse(String(verification.world.objects.get(key)))).toMatchObject({
      version: 1,
      run: verification.reporter.outputs['run-id'],
      environment: 'staging',
      release,
      cohorts: JSON.parse(String(verification.reporter.outputs.cohorts)),
    });
  });

  test.each<[string, () => void]>([
    [
      'log lines that come half a minute late',
      () => (verification.world.behaviour = { ...healthy, lagMilliseconds: 30_000 }),
    ],
    [
      'gateways whose clocks are ahead',
      () => (verification.world.behaviour = { ...healthy, skewMilliseconds: 7_200_000 }),
    ],
    [
      'gateways whose clocks are behind',
      () => (verification.world.behaviour = { ...healthy, skewMilliseconds: -1_800_000 }),
    ],
    ['spans printed twice, by a retry', () => (verification.world.behaviour = { ...healthy, prints: 2 })],
    ['room for one generator per instance', () => (verification.world.room = 1)],
    [
      'failed exports before the run began',
      () => verification.failExport(verification.world.clock.now() - 20_000),
    ],
    [
      "a collector's ordinary lines",
      () =>
        sayAs(
          verification.world.logs,
          'g1',
          { at: verification.soon },
          { level: 'warn', msg: 'alias is deprecated' },
        ),
    ],
  ])('holds with %s', async (_name, prepare) => {
    prepare();
    await verification.run();
    expect(verification.reporter.outputs).toMatchObject({ arrived: 440, kept: 140 });
    verification.expectCleanedUp();
  });

  test('sends through every agent, from its own instance', async () => {
    await verification.run();
    const sent = verification.world.started.map(({ instanceId, command }) => [
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
      verification.world.started.every(({ command, instanceId }) =>
        command.includes(`--otlp-attributes=verify.instance="${instanceId}"`),
      ),
    ).toBe(true);
    expect(verification.world.logs.groups).toEqual([
      expect.objectContaining({ name: '/ecs/telemetrygen', retentionDays: 14 }),
    ]);
  });

  test('waits for the resolvers when a gateway has just changed', async () => {
    const ports = verification.world.ports();
    const { tasks } = ports.services;
    const began = verification.world.clock.now();
    ports.services.tasks = async (query) =>
      (await tasks(query)).map((task) => ({ ...task, startedAt: began - 1000 }));
    await verification.run(verifySettings(), ports);
    // The shipped agent looks every 5 s and gives up after 3 s more.
    expect(Math.min(...verification.world.started.map(({ startedAt }) => startedAt))).toBeGreaterThanOrEqual(
      began + 7000,
    );
  });
});

// The probe is the first task; one generator of each of two cohorts runs on each of two instances.
test.each([
  ['probe', 1],
  ['generators', 5],
])('a cancelled workflow stops its %s and takes its task definitions back', async (_name, running) => {
  const ports = verification.world.ports();
  const { describe: look } = ports.tasks;
  ports.tasks.describe = async (cluster, arns) => {
    if (verification.world.all.length === running)
      verification.cancel.abort(new Error('the workflow was cancelled'));
    return look(cluster, arns);
  };
  await expect(verification.run(verifySettings(), ports)).rejects.toThrow('cancelled');
  expect(verification.world.all.filter(({ stopped }) => stopped)).toHaveLength(running);
  verification.expectCleanedUp();
});

test('a start that was never answered is found and stopped', async () => {
  const ports = verification.world.ports();
  const { run: start } = ports.tasks;
  ports.tasks.run = async (request) => {
    await start(request);
    throw new Error('socket hang up');
  };
  await expect(verification.run(verifySettings(), ports)).rejects.toThrow('socket hang up');
  expect(verification.world.all).toHaveLength(1);
  verification.expectCleanedUp();
});

test('a failing clean-up warns and leaves the verdict as it is', async () => {
  const ports = verification.world.ports();
  ports.tasks.deregister = async () => {
    throw new Error('denied');
  };
  await verification.run(verifySettings(), ports);
  expect(verification.reporter.warnings).toEqual(['clean-up: denied', 'clean-up: denied']);
  expect(verification.reporter.outputs['evidence-key']).toBeDefined();
});

test.each([
  ['comes back', 20, 'passed'],
  ['stays away', 1000, 'instance-disconnected'],
])(
  "an instance's ECS agent that reconnects is waited for, until it counts as lost: it %s",
  async (_name, seconds, code) => {
    const ports = verification.world.ports();
    const { run: start } = ports.tasks;
    const back = verification.world.clock.now() + seconds * 1000;
    ports.tasks.run = async (request) => {
      if (request.instanceId === 'i-1' && verification.world.clock.now() < back) {
        throw new KitError('task not placed on instance i-1: AGENT', {
          code: 'instance-disconnected',
          source: 'aws',
        });
      }
      return start(request);
    };
    const outcome = await verification.run(verifySettings(), ports).then(
      () => 'passed',
      (error) => error.code,
    );
    expect(outcome).toBe(code);
    verification.expectCleanedUp();
  },
);
