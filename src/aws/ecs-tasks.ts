import {
  DescribeTasksCommand,
  ECSClient,
  type Failure,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { KitError } from '../kit/errors.ts';
import { clientConfig } from './client-config.ts';
import { type ContainerInstance, instances } from './ecs-instances.ts';
import { type EcsTask, taskOf } from './ecs-task.ts';
import { asking } from './errors.ts';
import { inHundreds, pages } from './pages.ts';
import { type TaskRegistration, tagList, taskRegistration } from './task-registration.ts';

export type { ContainerInstance } from './ecs-instances.ts';

export interface RunRequest {
  cluster: string;
  taskDefinition: string;
  /** The EC2 instance to run on; undefined leaves the choice to ECS. */
  instanceId: string | undefined;
  container: string;
  command: readonly string[];
  /** At most 128 characters of `[A-Za-z0-9-/_]`; tasks can be listed by it. */
  startedBy: string;
  /** At most 64 characters; a repeated request with the same one starts nothing new. */
  clientToken: string;
  tags: Readonly<Record<string, string>>;
}

/** What the kit asks of ECS about tasks. */
export interface EcsTasks extends TaskRegistration {
  /** All ACTIVE container instances of a cluster. */
  instances(cluster: string): Promise<ContainerInstance[]>;
  /**
   * Starts one task and returns its ARN.
   * @throws KitError `instance-full`, `instance-disconnected` or `task-not-placed`, with every failure ECS names.
   */
  run(request: RunRequest): Promise<string>;
  /** The tasks that ECS can describe; one just started may be missing for a moment. */
  describe(cluster: string, tasks: readonly string[]): Promise<EcsTask[]>;
  /** The tasks of this `startedBy` that are not meant to be stopped. */
  startedBy(cluster: string, startedBy: string): Promise<string[]>;
  stop(cluster: string, task: string, reason: string): Promise<void>;
}

export function ecsTasks(region: string): EcsTasks {
  const client = new ECSClient(clientConfig(region));
  return {
    instances: (cluster) => instances(client, cluster),
    ...taskRegistration(client, region),
    run: (request) => run(client, request),
    describe: (cluster, tasks) => describe(client, cluster, tasks),
    startedBy: (cluster, startedBy) => tasksStartedBy(client, cluster, startedBy),
    async stop(cluster, task, reason) {
      await asking(`stop task ${task}`, () => client.send(new StopTaskCommand({ cluster, task, reason })));
    },
  };
}

async function run(client: ECSClient, request: RunRequest): Promise<string> {
  const { instanceId, container } = request;
  const command = new RunTaskCommand({
    cluster: request.cluster,
    taskDefinition: request.taskDefinition,
    launchType: 'EC2',
    count: 1,
    ...(instanceId === undefined
      ? {}
      : { placementConstraints: [{ type: 'memberOf', expression: `ec2InstanceId == ${instanceId}` }] }),
    overrides: { containerOverrides: [{ name: container, command: [...request.command] }] },
    startedBy: request.startedBy,
    clientToken: request.clientToken,
    enableECSManagedTags: true,
    tags: tagList(request.tags),
  });
  const where = instanceId === undefined ? `in cluster ${request.cluster}` : `on instance ${instanceId}`;
  const found = await asking(`run a task ${where}`, () => client.send(command));
  const arn = found.tasks?.[0]?.taskArn;
  if (arn !== undefined && (found.failures ?? []).length === 0) return arn;
  throw notPlaced(where, found.failures ?? []);
}

/** The reasons: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html */
function notPlaced(where: string, failures: readonly Failure[]): KitError {
  const isAny = (prefix: string) => failures.some(({ reason }) => reason?.startsWith(prefix));
  const reasons = failures.map(failureText).join('; ') || 'ECS started none and gave no reason';
  const code = isAny('RESOURCE')
    ? 'instance-full'
    : isAny('AGENT')
      ? 'instance-disconnected'
      : 'task-not-placed';
  return new KitError(`task not placed ${where}: ${reasons}`, {
    code,
    source: 'aws',
    hint: 'make room (CPU, memory, ports) or check the ECS agents of the instances',
  });
}

/** Both parts: the reason is a code (`RESOURCE:MEMORY`), the detail a sentence; either may be absent. */
function failureText(failure: Failure): string {
  const parts = [failure.reason, failure.detail].filter((part) => part !== undefined && part !== '');
  return `${parts.join(' – ') || 'no reason given'}${failure.arn ? ` (${failure.arn})` : ''}`;
}

async function describe(client: ECSClient, cluster: string, arns: readonly string[]): Promise<EcsTask[]> {
  const found: EcsTask[] = [];
  for (const tasks of inHundreds(arns)) {
    const page = await asking(`describe tasks of cluster ${cluster}`, () =>
      client.send(new DescribeTasksCommand({ cluster, tasks })),
    );
    found.push(...(page.tasks ?? []).map(taskOf));
  }
  return found;
}

async function tasksStartedBy(client: ECSClient, cluster: string, startedBy: string): Promise<string[]> {
  return pages(async (nextToken) => {
    // It must be the only filter; without another one, tasks meant to run are listed:
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
    const command = new ListTasksCommand({ cluster, startedBy, ...nextToken });
    const page = await asking(`list tasks of cluster ${cluster}`, () => client.send(command));
    return { items: page.taskArns ?? [], nextToken: page.nextToken };
  });
}
