import { describe, expect, test } from '@jest/globals';
import { type Health, type ServiceSight, serviceHealth } from '../../src/stack/service-health.ts';
import {
  deadTask,
  declared,
  deployment,
  former,
  now,
  registered,
  service,
  sight,
  since,
  task,
} from '../support/ecs-sights.ts';

function healthOf(changes: Partial<ServiceSight>): Health {
  return serviceHealth(sight(changes), { taskDefinitions: new Set([declared]), now, since });
}

const daemon = service({ scheduling: 'DAEMON', discoveryServiceIds: [] });
const host = { address: undefined };

describe('a service is steady', () => {
  test.each<[string, Partial<ServiceSight>]>([
    ['when all its tasks run our revision and Cloud Map lists exactly them', {}],
    ['without Cloud Map, when it is not registered there', { registered: undefined }],
    ['as a daemon with a task on every instance', { service: daemon, registered: undefined, instances: 2 }],
    [
      'as a daemon that may not use every instance',
      { service: { ...daemon, hasPlacementConstraints: true }, registered: undefined, instances: 3 },
    ],
    [
      'when tasks on the host register under their task ids',
      {
        running: [task('1', host), task('2', host)],
        registered: [registered('2', '10.9.9.9'), registered('1', '10.9.9.9')],
      },
    ],
    ['although one task failed on the way', { stopped: [deadTask('9')] }],
    [
      'although tasks of the former revision were stopped',
      { stopped: [1, 2, 3].map((id) => deadTask(`${id}`, { taskDefinition: former })) },
    ],
    [
      'although tasks were scaled in',
      { stopped: [1, 2, 3].map((id) => deadTask(`${id}`, { stopCode: 'ServiceSchedulerInitiated' })) },
    ],
    [
      'although tasks had failed before the deployment',
      { stopped: [1, 2, 3].map((id) => deadTask(`${id}`, { stoppedAt: since - 1 })) },
    ],
  ])('%s', (_name, changes) => {
    expect(healthOf(changes)).toMatchObject({ verdict: 'steady' });
  });
});

describe('a service is waited for', () => {
  test.each<[string, Partial<ServiceSight>, RegExp]>([
    [
      'while it is still on the former revision',
      { service: service({ taskDefinition: former }) },
      /gateway:1, not the revision/,
    ],
    [
      'while the former deployment drains',
      { service: service({ deployments: [deployment(), deployment({ status: 'ACTIVE' })] }) },
      /2 deployments/,
    ],
    [
      'while the rollout goes on',
      { service: service({ deployments: [deployment({ rolloutState: 'IN_PROGRESS' })] }) },
      /IN_PROGRESS/,
    ],
    [
      'while a task is missing',
      { service: service({ running: 1, pending: 1 }) },
      /1 of 2 tasks running, 1 pending/,
    ],
    ['while the service is on its way out', { service: service({ status: 'DRAINING' }) }, /DRAINING/],
    [
      'while a running task is of the former revision',
      { running: [task('1'), task('2', { taskDefinition: former })] },
      /1 of 2 running tasks/,
    ],
    [
      'while a listed task is not running yet',
      { running: [task('1'), task('2', { lastStatus: 'PENDING' })] },
      /1 of 2 running tasks/,
    ],
    [
      'while a task has just started and may die of its config',
      { running: [task('1'), task('2', { startedAt: now - 3000 })] },
      /1 tasks have just started/,
    ],
    [
      'while a task is so young that it may still die of its first export',
      { running: [task('1'), task('2', { startedAt: now - 12_000 })] },
      /1 tasks have just started/,
    ],
    [
      'while a stale answer shows the deployment before ours',
      {
        service: service({
          taskDefinition: former,
          deployments: [deployment({ taskDefinition: former, createdAt: since - 60_000 })],
        }),
      },
      /gateway:1, not the revision/,
    ],
    [
      'while Cloud Map lacks a task',
      { registered: [registered('1')] },
      /Cloud Map lists \[10\.0\.0\.1\], running are \[10\.0\.0\.1, 10\.0\.0\.2\]/,
    ],
    [
      'while Cloud Map lists a task that is gone',
      { registered: [registered('1'), registered('2'), registered('3')] },
      /Cloud Map lists/,
    ],
    [
      'while Cloud Map lists a task twice',
      { registered: [registered('1'), registered('1'), registered('2')] },
      /Cloud Map lists/,
    ],
    [
      'while Cloud Map has an instance without address',
      { registered: [registered('1'), { ...registered('2'), address: undefined }] },
      /2 without address/,
    ],
    [
      'as a daemon that misses an instance',
      { service: daemon, registered: undefined, instances: 3 },
      /3 active instances/,
    ],
    [
      'as a daemon of a cluster without instances',
      { service: { ...daemon, desired: 0, running: 0 }, running: [], registered: undefined, instances: 0 },
      /0 of 0/,
    ],
  ])('%s', (_name, changes, state) => {
    expect(healthOf(changes)).toMatchObject({ verdict: 'waiting', state: expect.stringMatching(state) });
  });
});

describe('a service that may be empty', () => {
  const emptied = { service: service({ desired: 0, running: 0 }), running: [], registered: [] };
  const healthOfEmptied = (changes: Partial<ServiceSight>) =>
    serviceHealth(sight({ ...emptied, ...changes }), {
      taskDefinitions: new Set([declared]),
      now,
      since,
      mayBeEmpty: true,
    });

  test('is steady without tasks once Cloud Map is empty', () => {
    expect(healthOfEmptied({})).toMatchObject({ verdict: 'steady' });
  });

  test('is waited for while Cloud Map lists a task', () => {
    expect(healthOfEmptied({ registered: [registered('1')] })).toMatchObject({ verdict: 'waiting' });
  });

  test('is waited for while a task is leaving', () => {
    const service_ = service({ desired: 0, running: 1 });
    expect(healthOfEmptied({ service: service_ })).toMatchObject({ verdict: 'waiting' });
  });
});

describe('a service has failed', () => {
  test.each<[string, Partial<ServiceSight>, string]>([
    [
      "when somebody else's deployment took the place of ours, however well it does",
      {
        service: service({
          taskDefinition: former,
          deployments: [deployment({ taskDefinition: former, createdAt: since + 1000 })],
        }),
      },
      'rollout-superseded',
    ],
    [
      'when its tasks fail their health checks, although the scheduler stops them',
      {
        stopped: [1, 2, 3].map((id) =>
          deadTask(`${id}`, {
            stopCode: 'ServiceSchedulerInitiated',
            stoppedReason: 'Task failed container health checks',
          }),
        ),
      },
      'tasks-failing',
    ],
    [
      'when its deployment did',
      {
        service: service({
          deployments: [deployment({ rolloutState: 'FAILED', rolloutStateReason: 'tripped' })],
        }),
      },
      'rollout-failed',
    ],
    [
      'when it wants no tasks at all',
      { service: service({ desired: 0, running: 0 }), running: [], registered: [] },
      'service-empty',
    ],
    [
      'when its tasks start and die, which the circuit breaker may not see',
      { stopped: [deadTask('1'), deadTask('2'), deadTask('3')] },
      'tasks-failing',
    ],
  ])('%s', (_name, changes, code) => {
    expect(healthOf(changes)).toMatchObject({ verdict: 'failed', code });
  });
});
