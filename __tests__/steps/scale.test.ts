import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ScaleSettings, Settings } from '../../src/inputs/settings.ts';
import { Ledger } from '../../src/kit/ledger.ts';
import { scale } from '../../src/steps/scale.ts';
import { FakeReporter } from '../support/fake-reporter.ts';
import { ScaledStack } from '../support/scaled-stack.ts';

let stack: ScaledStack;
let reporter: FakeReporter;

beforeEach(() => {
  stack = new ScaledStack();
  reporter = new FakeReporter();
  stack.clock.time += 3_600_000;
});

function run(count: number, more: Partial<ScaleSettings> = {}): Promise<void> {
  const settings = {
    ...{ environment: 'staging', region: 'eu-west-1', topology: 'tail-sampling' },
    stacks: [{ component: 'complete', stackName: 'otel', configs: [{ role: 'agent' }, { role: 'gateway' }] }],
    services: {},
    scale: { role: 'gateway', count, timeoutSeconds: 900, ...more },
  } as unknown as Settings;
  const ledger = new Ledger('eu-west-1', () => {});
  const deps = { reporter, ledger, clock: stack.clock, signal: new AbortController().signal };
  return scale(settings, deps, stack.ports());
}

describe('scaling', () => {
  test("changes one parameter and keeps template, the other values and the stack's tags", async () => {
    await run(3);
    expect(stack.created).toEqual([
      expect.objectContaining({
        type: 'UPDATE',
        template: { previous: true },
        tags: {},
        parameters: [
          { name: 'SamplingTaskCount', value: '3' },
          { name: 'CoralogixApiKey' },
          { name: 'S3ConfigBucket' },
          { name: 'AgentS3ConfigKey' },
        ],
      }),
    ]);
    expect(stack.done).toEqual(['execute']);
    expect(reporter.outputs).toMatchObject({ 'has-changes': true, 'task-count': 3 });
    expect(reporter.markdown).toContain('gateway scaled from 1 to 3');
    expect(reporter.markdown).toContain('10.0.0.1, 10.0.0.2, 10.0.0.3');
  });

  test('lasts until new tasks have proven themselves and every agent knows them', async () => {
    const before = stack.clock.now();
    await run(3);
    // 10 s of running, which is longer than the shipped agent config needs: interval 5 s, timeout 3 s.
    expect(stack.clock.now() - before).toBeGreaterThan(10_000);
  });

  test('waits for the interval of a slower resolver', async () => {
    stack.routingConfig = Buffer.from(
      stack.routingConfig.toString().replace(/interval: 5s/, 'interval: 45s'),
    );
    const before = stack.clock.now();
    await run(3);
    expect(stack.clock.now() - before).toBeGreaterThan(45_000);
  });

  test('waits, after a scale-in, for the tasks that leave', async () => {
    await run(3);
    const before = stack.clock.now();
    await run(1);
    expect(reporter.outputs['task-count']).toBe(1);
    expect(stack.clock.now() - before).toBeGreaterThanOrEqual(5_000);
  });

  test('to the number that is there executes nothing and says so', async () => {
    const before = stack.clock.now();
    await run(1);
    expect(stack.done).toEqual([expect.stringMatching(/^delete change set scale-gateway-1-/)]);
    expect(reporter.outputs).toMatchObject({ 'has-changes': false, 'task-count': 1 });
    expect(reporter.lines.join('\n')).toContain('SamplingTaskCount is 1 already: nothing is executed');
    expect(reporter.markdown).toContain('nothing was executed');
    expect(stack.clock.now() - before).toBeLessThan(5_000);
  });

  test('to 0 takes an empty Cloud Map for success', async () => {
    await run(0);
    expect(reporter.outputs).toMatchObject({ 'task-count': 0 });
    expect(reporter.markdown).toContain('| empty |');
  });
});

describe('scaling fails', () => {
  async function failure(count: number, more: Partial<ScaleSettings> = {}) {
    return run(count, more).then(
      () => ({ code: 'passed', message: '' }),
      (error: { code: string; message: string }) => ({ code: error.code, message: error.message }),
    );
  }

  test.each<[string, (stack: ScaledStack) => void, string]>([
    [
      'without a stack',
      (of) => {
        of.status = '';
      },
      'stack-not-found',
    ],
    [
      'on a stack that was planned and never made',
      (of) => {
        of.status = 'REVIEW_IN_PROGRESS';
      },
      'stack-not-found',
    ],
    [
      'while another operation runs',
      (of) => {
        of.status = 'UPDATE_IN_PROGRESS';
      },
      'stack-busy',
    ],
    [
      'on a stack whose creation failed',
      (of) => {
        of.status = 'ROLLBACK_COMPLETE';
      },
      'stack-rolled-back',
    ],
    [
      'on a template whose number of tasks no parameter sets',
      (of) => {
        of.desiredCount = 2;
      },
      'not-scalable',
    ],
    [
      'on a template that does not name its service, and where no agents are found',
      (of) => delete of.outputs['GatewayServiceName'],
      'collectors-not-found',
    ],
    [
      'when the config of the agents is gone',
      (of) => {
        of.parameters['AgentS3ConfigKey'] = 'gone.yaml';
      },
      'object-not-found',
    ],
  ])('%s, before anything is changed', async (_name, spoil, code) => {
    spoil(stack);
    expect(await failure(3)).toMatchObject({ code });
    expect(stack.created).toEqual([]);
  });

  test('when Cloud Map lists a task that is gone, at its deadline', async () => {
    stack.listed = ['1', '2', '3', '9'];
    const { code, message } = await failure(3, { timeoutSeconds: 60 });
    expect(code).toBe('deadline-exceeded');
    expect(message).toContain('Cloud Map lists [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.9]');
  });

  test('when Cloud Map still lists a task though none is wanted', async () => {
    stack.listed = ['1'];
    expect(await failure(0, { timeoutSeconds: 60 })).toMatchObject({ code: 'deadline-exceeded' });
  });

  test('when something sets the number past the stack', async () => {
    stack.desired = 2;
    stack.running = [
      stack.running[0],
      { ...stack.running[0], id: '2', arn: 'arn:2', address: '10.0.0.2' },
    ] as never;
    const { code, message } = await failure(1);
    expect(code).toBe('count-not-in-force');
    expect(message).toContain('service gateway is asked for 2 tasks, though stack otel says 1');
  });

  test('when an unwanted nothing runs: the service was emptied past the stack', async () => {
    stack.desired = 0;
    stack.running = [];
    expect(await failure(1)).toMatchObject({ code: 'service-empty' });
  });

  test('when its time is up before the agents know', async () => {
    stack.routingConfig = Buffer.from(
      stack.routingConfig.toString().replace(/interval: 5s/, 'interval: 300s'),
    );
    const { code, message } = await failure(3, { timeoutSeconds: 60 });
    expect(code).toBe('deadline-exceeded');
    expect(message).toContain('a change is known to every agent after 308 s');
  });
});

test('a new task that cannot write its log is a failure, with its number in force', async () => {
  stack.silent.add('3');
  await expect(run(3)).rejects.toMatchObject({
    code: 'log-unwritable',
    message:
      'task 3 of service gateway cannot write its log: log group /ecs/gateway has no stream ecs/otel-collector/3',
  });
  expect(reporter.outputs['task-count']).toBeUndefined();
});
