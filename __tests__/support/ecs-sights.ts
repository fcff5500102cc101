import type { EcsService, EcsTask } from '../../src/aws/ecs-services.ts';
import type { ServiceSight } from '../../src/stack/service-health.ts';

/** The revision that the stack declares, and the one before it. */
export const declared = 'arn:aws:ecs:eu-west-1:1:task-definition/gateway:2';
export const former = 'arn:aws:ecs:eu-west-1:1:task-definition/gateway:1';

/** The time of every sight; its deployment began five minutes earlier. */
export const now = Date.UTC(2026, 10, 22, 12);
export const since = now - 300_000;

/** A gateway task that has been running for a minute. */
export function task(id: string, extra: Partial<EcsTask> = {}): EcsTask {
  return {
    arn: `arn:aws:ecs:eu-west-1:1:task/cluster/${id}`,
    id,
    taskDefinition: declared,
    group: 'service:gateway',
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    address: `10.0.0.${id}`,
    containerInstanceArn: undefined,
    stopCode: undefined,
    stoppedReason: undefined,
    createdAt: now - 61_000,
    startedAt: now - 60_000,
    stoppedAt: undefined,
    containers: [],
    ...extra,
  };
}

/** One that died a few seconds ago. */
export function deadTask(id: string, extra: Partial<EcsTask> = {}): EcsTask {
  return task(id, {
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    stoppedAt: now - 5_000,
    containers: [
      {
        name: 'otel-collector',
        status: 'STOPPED',
        exitCode: 1,
        reason: undefined,
        image: undefined,
        imageDigest: undefined,
      },
    ],
    ...extra,
  });
}

/** A service of two tasks, all of them as declared. */
export function service(extra: Partial<EcsService> = {}): EcsService {
  return {
    arn: 'arn:aws:ecs:eu-west-1:1:service/cluster/gateway',
    name: 'gateway',
    status: 'ACTIVE',
    scheduling: 'REPLICA',
    taskDefinition: declared,
    desired: 2,
    running: 2,
    pending: 0,
    deployments: [deployment()],
    events: [],
    discoveryServiceIds: ['srv-1'],
    hasPlacementConstraints: false,
    ...extra,
  };
}

export function deployment(extra: Partial<EcsService['deployments'][0]> = {}): EcsService['deployments'][0] {
  return {
    id: 'ecs-svc/1',
    status: 'PRIMARY',
    taskDefinition: declared,
    rolloutState: 'COMPLETED',
    rolloutStateReason: undefined,
    failedTasks: 0,
    createdAt: since + 1000,
    ...extra,
  };
}

export function sight(extra: Partial<ServiceSight> = {}): ServiceSight {
  return {
    service: service(),
    running: [task('1'), task('2')],
    stopped: [],
    instances: undefined,
    registered: [registered('1'), registered('2')],
    ...extra,
  };
}

export function registered(id: string, address: string | undefined = `10.0.0.${id}`) {
  return { id, address, port: undefined };
}
