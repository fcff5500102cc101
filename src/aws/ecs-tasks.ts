import {
  type ContainerDefinition,
  DeregisterTaskDefinitionCommand,
  DescribeContainerInstancesCommand,
  DescribeTasksCommand,
  ECSClient,
  type Failure,
  ListContainerInstancesCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { KitError } from '../kit/errors.ts';
import { clientConfig } from './client-config.ts';
import { type EcsTask, taskOf } from './ecs-task.ts';
import { asking } from './errors.ts';

/** An EC2 instance as the cluster knows it. */
export interface ContainerInstance {
  arn: string;
  instanceId: string;
  /** Whether its ECS agent answers; a task cannot be placed on it otherwise. */
  agentConnected: boolean;
}

export type TaskNetwork = 'host' | 'bridge' | 'awsvpc';

export interface PortMapping {
  containerPort: number;
  /** 0: a free port of the instance. */
  hostPort: number;
}

/** A task definition with one essential container that logs through awslogs. */
export interface SingleContainerTask {
  family: string;
  networkMode: TaskNetwork;
  executionRoleArn: string | undefined;
  container: {
    name: string;
    image: string;
    command: readonly string[];
    environment?: Readonly<Record<string, string>>;
    /** CPU units and MiB. */
    cpu: number;
    memory: number;
    portMappings: readonly PortMapping[];
    logs: { group: string; region: string; streamPrefix: string };
  };
  /** CPU units and MiB of the whole task. */
  cpu: string;
  memory: string;
  tags: Readonly<Record<string, string>>;
}

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
export interface EcsTasks {
  /** All ACTIVE container instances of a cluster. */
  instances(cluster: string): Promise<ContainerInstance[]>;
  register(task: SingleContainerTask): Promise<string>;
  deregister(taskDefinition: string): Promise<void>;
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

/** DescribeTasks and DescribeContainerInstances take at most 100 at once. */
const describeLimit = 100;

export function ecsTasks(region: string): EcsTasks {
  const client = new ECSClient(clientConfig(region));
  return {
    instances: (cluster) => instances(client, cluster),
    register: (task) => register(client, task),
    async deregister(taskDefinition) {
      await asking(`deregister task definition ${taskDefinition}`, () =>
        client.send(new DeregisterTaskDefinitionCommand({ taskDefinition })),
      );
    },
    run: (request) => run(client, request),
    describe: (cluster, tasks) => describe(client, cluster, tasks),
    startedBy: (cluster, startedBy) => tasksStartedBy(client, cluster, startedBy),
    async stop(cluster, task, reason) {
      await asking(`stop task ${task}`, () => client.send(new StopTaskCommand({ cluster, task, reason })));
    },
  };
}

async function instances(client: ECSClient, cluster: string): Promise<ContainerInstance[]> {
  const arns = await pages(async (nextToken) => {
    const command = new ListContainerInstancesCommand({ cluster, status: 'ACTIVE', ...nextToken });
    const page = await asking(`list the instances of cluster ${cluster}`, () => client.send(command));
    return { items: page.containerInstanceArns ?? [], nextToken: page.nextToken };
  });
  const found: ContainerInstance[] = [];
  for (const containerInstances of chunks(arns)) {
    const command = new DescribeContainerInstancesCommand({ cluster, containerInstances });
    const page = await asking(`describe the instances of cluster ${cluster}`, () => client.send(command));
    for (const instance of page.containerInstances ?? []) {
      if (instance.status !== 'ACTIVE' || !instance.containerInstanceArn || !instance.ec2InstanceId) continue;
      found.push({
        arn: instance.containerInstanceArn,
        instanceId: instance.ec2InstanceId,
        agentConnected: instance.agentConnected ?? false,
      });
    }
  }
  return found.sort((a, b) => a.instanceId.localeCompare(b.instanceId));
}

async function register(client: ECSClient, task: SingleContainerTask): Promise<string> {
  const command = new RegisterTaskDefinitionCommand({
    family: task.family,
    networkMode: task.networkMode,
    requiresCompatibilities: ['EC2'],
    cpu: task.cpu,
    memory: task.memory,
    containerDefinitions: [containerDefinition(task.container)],
    tags: tagList(task.tags),
    ...(task.executionRoleArn === undefined ? {} : { executionRoleArn: task.executionRoleArn }),
  });
  const found = await asking(`register task definition ${task.family}`, () => client.send(command));
  return required(found.taskDefinition?.taskDefinitionArn, `the ARN of task definition ${task.family}`);
}

function containerDefinition(container: SingleContainerTask['container']): ContainerDefinition {
  const { logs } = container;
  return {
    name: container.name,
    image: container.image,
    essential: true,
    command: [...container.command],
    cpu: container.cpu,
    memory: container.memory,
    environment: Object.entries(container.environment ?? {}).map(([name, value]) => ({ name, value })),
    portMappings: container.portMappings.map((mapping) => ({ ...mapping, protocol: 'tcp' })),
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': logs.group,
        'awslogs-region': logs.region,
        'awslogs-stream-prefix': logs.streamPrefix,
        // The default of 2025 drops lines when the buffer is full; assertions need all of them:
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
        mode: 'blocking',
      },
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
  for (const tasks of chunks(arns)) {
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

async function pages<T>(
  ask: (nextToken: { nextToken?: string }) => Promise<{ items: T[]; nextToken: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const page = await ask(token === undefined ? {} : { nextToken: token });
    all.push(...page.items);
    token = page.nextToken;
  } while (token !== undefined && token !== '');
  return all;
}

function chunks<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += describeLimit) {
    parts.push(items.slice(start, start + describeLimit));
  }
  return parts;
}

function tagList(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

function required<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  throw new KitError(`ECS answered without ${what}`, { code: 'unexpected-answer', source: 'aws' });
}
