import type { Task } from '@aws-sdk/client-ecs';

export interface TaskContainer {
  name: string;
  status: string;
  exitCode: number | undefined;
  reason: string | undefined;
  image: string | undefined;
  imageDigest: string | undefined;
}

export interface EcsTask {
  arn: string;
  /** The last part of the arn; also the name of its Cloud Map instance and the end of its log streams. */
  id: string;
  taskDefinition: string;
  /** `service:<name>` for tasks of a service. */
  group: string | undefined;
  lastStatus: string;
  desiredStatus: string;
  /** Its own IPv4 address, in awsvpc mode. */
  address: string | undefined;
  containerInstanceArn: string | undefined;
  /** TaskFailedToStart, EssentialContainerExited, ServiceSchedulerInitiated, UserInitiated, … */
  stopCode: string | undefined;
  stoppedReason: string | undefined;
  /** Milliseconds since the epoch, as are the next two. */
  createdAt: number | undefined;
  startedAt: number | undefined;
  stoppedAt: number | undefined;
  containers: readonly TaskContainer[];
}

/** A task in the kit's words. */
export function taskOf(task: Task): EcsTask {
  const arn = task.taskArn ?? '';
  return {
    arn,
    id: arn.split('/').at(-1) ?? arn,
    taskDefinition: task.taskDefinitionArn ?? '',
    group: task.group,
    lastStatus: task.lastStatus ?? '',
    desiredStatus: task.desiredStatus ?? '',
    address: addressOf(task),
    containerInstanceArn: task.containerInstanceArn || undefined,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason || undefined,
    createdAt: task.createdAt?.getTime(),
    startedAt: task.startedAt?.getTime(),
    stoppedAt: (task.stoppedAt ?? task.stoppingAt)?.getTime(),
    containers: (task.containers ?? []).map((each) => ({
      name: each.name ?? '',
      status: each.lastStatus ?? '',
      exitCode: each.exitCode,
      reason: each.reason || undefined,
      image: each.image,
      imageDigest: each.imageDigest,
    })),
  };
}

/** What the scheduler says of a task that it stops for its health; all else it does on purpose. */
const unhealthy = /^Task failed \S+ health checks/;

/**
 * Whether a stopped task was stopped on purpose: by its service's scheduler or by a person.
 * https://repost.aws/knowledge-center/ecs-task-stopped
 */
export function wasWanted({ stopCode, stoppedReason }: EcsTask): boolean {
  if (stopCode === 'ServiceSchedulerInitiated') return !unhealthy.test(stoppedReason ?? '');
  return stopCode === 'UserInitiated';
}

function addressOf(task: Task): string | undefined {
  const eni = task.attachments?.find((each) => each.type === 'ElasticNetworkInterface');
  const detail = eni?.details?.find((each) => each.name === 'privateIPv4Address');
  return detail?.value ?? task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address;
}
