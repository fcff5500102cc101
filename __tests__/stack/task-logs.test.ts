import { beforeEach, describe, expect, test } from '@jest/globals';
import type { TaskDefinition } from '../../src/aws/ecs-services.ts';
import { KitError } from '../../src/kit/errors.ts';
import { requireTaskLogs } from '../../src/stack/task-logs.ts';
import { task } from '../support/ecs-sights.ts';
import { definition } from '../support/fake-ecs.ts';
import { FakeLogs } from '../support/fake-logs.ts';
import { fakeWaiting } from '../support/waiting.ts';

const group = '/ecs/otel/gateway';
const role = 'arn:aws:iam::1:role/given';
const streamOf = (id: string) => `ecs/otel-collector/${id}`;
const [container] = definition.containers;
if (!container) throw new Error('the fake has no container');

let world: ReturnType<typeof fakeWaiting>;
let logs: FakeLogs;
let declared: TaskDefinition;
let page: FakeLogs['page'];

beforeEach(() => {
  world = fakeWaiting();
  logs = new FakeLogs(world.clock);
  page = (request) => logs.page(request);
  declares({ group, streamPrefix: 'ecs', region: 'eu-west-1' });
});

function declares(log: TaskDefinition['containers'][number]['log']): void {
  declared = { ...definition, executionRoleArn: role, containers: [{ ...container, log } as never] };
}

const says = (id: string, message = 'Everything is ready.') =>
  logs.write(group, streamOf(id), { timestamp: world.clock.now(), message });

function required({ mustSpeak = true, startedAt = world.clock.now() - 20_000 } = {}) {
  const tasks = ['1', '2', '3'].map((id) => task(id, { startedAt }));
  const service = { logicalId: 'G', cluster: 'c', name: 'gateway', desired: 3, taskDefinition: declared.arn };
  const services = [{ ...service, addresses: undefined, digests: [], tasks }];
  const ports = {
    ecs: { taskDefinition: async () => declared },
    logs: { page: (request: Parameters<typeof page>[0]) => page(request) },
  };
  return requireTaskLogs({ stackName: 'otel', services, mustSpeak }, ports, world.waiting);
}

describe('the logs of running tasks', () => {
  test('are there when each has written a line', async () => {
    for (const id of ['1', '2', '3']) says(id);
    expect(await required()).toEqual([]);
  });

  // The log driver's longest pause between two tries is 32 s: a group that was made just after one of them shows then.
  test.each([10, 33])('may be %i seconds late, as a stream is that is tried for again', async (seconds) => {
    for (const id of ['1', '2']) says(id);
    const begun = world.clock.now();
    page = async (request) => {
      if (world.clock.now() > begun + seconds * 1000) says('3');
      return logs.page(request);
    };
    expect(await required()).toEqual([]);
  });

  test('without a stream are a failure within three quarters of a minute that names role, group and stream', async () => {
    says('1');
    const before = world.clock.now();
    await expect(required()).rejects.toMatchObject({
      code: 'log-unwritable',
      source: 'user',
      message: `task 2 of service gateway cannot write its log: log group ${group} has no stream ${streamOf('2')} (and 1 more tasks)`,
      hint: expect.stringContaining(`execution role ${role} logs:CreateLogStream and logs:PutLogEvents on`),
    });
    expect(world.clock.now() - before).toBeLessThanOrEqual(45_000);
  });

  test('without a line are a failure, when all collectors speak', async () => {
    for (const id of ['1', '3']) says(id);
    logs.make(group, streamOf('2'));
    await expect(required()).rejects.toMatchObject({
      code: 'log-unwritable',
      message: `task 2 of service gateway cannot write its log: stream ${streamOf('2')} of log group ${group} is empty`,
    });
  });

  test.each([
    ['collectors that log warnings only', { mustSpeak: false }],
    ['tasks so old that their first lines may have expired', { startedAt: Date.UTC(2026, 9, 1) }],
  ])('need no line of %s', async (_name, how) => {
    for (const id of ['1', '2', '3']) logs.make(group, streamOf(id));
    expect(await required(how)).toEqual([]);
  });

  test.each([
    ['another log driver', undefined],
    ['awslogs without a prefix', { group, streamPrefix: undefined, region: 'eu-west-1' }],
    ['a log in another region', { group, streamPrefix: 'ecs', region: 'us-east-1' }],
  ])('are not asked for with %s', async (_name, log) => {
    declares(log);
    expect(await required()).toEqual([]);
  });

  test("end the run when the stack's own may not be read, and are named when they are others'", async () => {
    page = async () => {
      throw new KitError('not authorized to perform: logs:GetLogEvents', {
        code: 'access-denied',
        source: 'user',
      });
    };
    await expect(required()).rejects.toMatchObject({ code: 'access-denied' });
    declares({ group: '/ecs/by-hand', streamPrefix: 'ecs', region: 'eu-west-1' });
    expect(await required()).toEqual(['1', '2', '3'].map((id) => `/ecs/by-hand:${streamOf(id)}`));
  });

  test('are waited for no longer than the step may', async () => {
    world = fakeWaiting(5);
    await expect(required()).rejects.toMatchObject({ code: 'log-unwritable' });
    expect(world.clock.now()).toBe(world.waiting.deadline);
  });
});
