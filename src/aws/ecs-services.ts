import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  type ListTasksCommandInput,
  type Service,
} from '@aws-sdk/client-ecs';
import { KitError } from '../kit/errors.ts';
import { clientConfig } from './client-config.ts';
import { instances } from './ecs-instances.ts';
import { type EcsTask, taskOf } from './ecs-task.ts';
import { asking } from './errors.ts';
import { type TaskDefinition, taskDefinitionOf } from './task-definition.ts';

export { type EcsTask, type TaskContainer, wasWanted } from './ecs-task.ts';
export type { ContainerDefinition, TaskDefinition } from './task-definition.ts';

export interface EcsDeployment {
  id: string;
  /** PRIMARY is the one being rolled out or in force. */
  status: string;
  taskDefinition: string;
  /** COMPLETED, IN_PROGRESS or FAILED. */
  rolloutState: string;
  rolloutStateReason: string | undefined;
  failedTasks: number;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

export interface EcsService {
  arn: string;
  name: string;
  status: string;
  /** REPLICA or DAEMON. */
  scheduling: string;
  taskDefinition: string;
  desired: number;
  running: number;
  pending: number;
  deployments: readonly EcsDeployment[];
  /** Newest first, as ECS keeps them: the last hundred. */
  events: readonly { at: number; message: string }[];
  /** Ids of the Cloud Map services in which ECS registers its tasks. */
  discoveryServiceIds: readonly string[];
  /** Whether its tasks may not run on every instance. */
  hasPlacementConstraints: boolean;
}

export interface TaskQuery {
  cluster: string;
  /** Tasks of one service … */
  service?: string;
  /** … or of all revisions of a task definition, which also finds those of a service that is gone. */
  family?: string;
  desiredStatus: 'RUNNING' | 'STOPPED';
}

export interface EcsServices {
  /** The service, INACTIVE ones included; undefined when ECS knows none. */
  service(cluster: string, service: string): Promise<EcsService | undefined>;
  /** Described tasks. Stopped ones are kept for at least an hour. */
  tasks(query: TaskQuery): Promise<EcsTask[]>;
  taskDefinition(arn: string): Promise<TaskDefinition>;
  /** How many container instances take new tasks of the EC2 launch type: where a daemon has one each. */
  activeInstances(cluster: string): Promise<number>;
}

export function ecsServices(region: string): EcsServices {
  const client = new ECSClient(clientConfig(region));
  return {
    service: (cluster, service) => describeService(client, cluster, service),
    tasks: (query) => tasks(client, query),
    async taskDefinition(arn) {
      const request = new DescribeTaskDefinitionCommand({ taskDefinition: arn });
      const answer = await asking(`describe task definition ${arn}`, () => client.send(request));
      return taskDefinitionOf(arn, answer.taskDefinition);
    },
    activeInstances: async (cluster) => (await instances(client, cluster)).length,
  };
}

async function describeService(client: ECSClient, cluster: string, service: string) {
  const what = `describe service ${service} in cluster ${cluster}`;
  const request = new DescribeServicesCommand({ cluster, services: [service] });
  const answer = await asking(what, () => client.send(request));
  const found = answer.services?.[0];
  if (found) return serviceOf(found);
  const failure = answer.failures?.[0];
  if (!failure || failure.reason === 'MISSING') return undefined;
  throw new KitError(`could not ${what}: ${failure.reason ?? ''} ${failure.detail ?? ''}`.trim(), {
    code: 'aws-error',
    source: 'aws',
  });
}

function serviceOf(found: Service): EcsService {
  return {
    arn: found.serviceArn ?? '',
    name: found.serviceName ?? '',
    status: found.status ?? '',
    scheduling: found.schedulingStrategy ?? 'REPLICA',
    taskDefinition: found.taskDefinition ?? '',
    desired: found.desiredCount ?? 0,
    running: found.runningCount ?? 0,
    pending: found.pendingCount ?? 0,
    deployments: (found.deployments ?? []).map((each) => ({
      id: each.id ?? '',
      status: each.status ?? '',
      taskDefinition: each.taskDefinition ?? '',
      rolloutState: each.rolloutState ?? '',
      rolloutStateReason: each.rolloutStateReason || undefined,
      failedTasks: each.failedTasks ?? 0,
      createdAt: each.createdAt?.getTime() ?? 0,
    })),
    events: (found.events ?? []).map((each) => ({
      at: each.createdAt?.getTime() ?? 0,
      message: each.message ?? '',
    })),
    discoveryServiceIds: (found.serviceRegistries ?? []).flatMap(
      (each) => each.registryArn?.split('/').at(-1) ?? [],
    ),
    hasPlacementConstraints: (found.placementConstraints ?? []).length > 0,
  };
}

async function tasks(client: ECSClient, query: TaskQuery): Promise<EcsTask[]> {
  const { cluster, service, family } = query;
  const input: ListTasksCommandInput = {
    cluster,
    desiredStatus: query.desiredStatus,
    ...(service === undefined ? {} : { serviceName: service }),
    ...(family === undefined ? {} : { family }),
  };
  const found: EcsTask[] = [];
  let nextToken: string | undefined;
  do {
    const page = await asking(`list the tasks of cluster ${cluster}`, () =>
      client.send(new ListTasksCommand({ ...input, ...(nextToken ? { nextToken } : {}) })),
    );
    // At most 100 arns a page, which is what DescribeTasks takes.
    const arns = page.taskArns ?? [];
    if (arns.length > 0) found.push(...(await describeTasks(client, cluster, arns)));
    nextToken = page.nextToken;
  } while (nextToken);
  return found;
}

/** A task that vanished between listing and describing is left out. */
async function describeTasks(client: ECSClient, cluster: string, arns: string[]): Promise<EcsTask[]> {
  const request = new DescribeTasksCommand({ cluster, tasks: arns });
  const answer = await asking(`describe tasks of cluster ${cluster}`, () => client.send(request));
  return (answer.tasks ?? []).map(taskOf);
}
