import {
  type ContainerDefinition,
  DeregisterTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { type Clock, systemClock } from '../kit/clock.ts';
import { isKitError, KitError } from '../kit/errors.ts';
import { answered } from '../kit/limits.ts';
import { asking } from './errors.ts';

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

/** Task definitions of the kit's own, made and withdrawn. */
export interface TaskRegistration {
  /**
   * Whoever else registers or deregisters revisions of the family at this moment is waited for.
   * @returns the ARN of the new revision
   * @throws KitError `task-family-busy` when others have not let it through for two minutes
   */
  register(task: SingleContainerTask): Promise<string>;
  deregister(taskDefinition: string): Promise<void>;
}

const patienceMilliseconds = 120_000;
const firstPauseMilliseconds = 500;
const longestPauseMilliseconds = 8_000;

/** @param region of the run, which the container is told */
export function taskRegistration(
  client: ECSClient,
  region: string,
  clock: Clock = systemClock,
): TaskRegistration {
  return {
    register: (task) => whenFamilyIsFree(task.family, clock, () => register(client, region, task)),
    async deregister(taskDefinition) {
      await asking(`deregister task definition ${taskDefinition}`, () =>
        client.send(new DeregisterTaskDefinitionCommand({ taskDefinition })),
      );
    },
  };
}

/** Tries again after pauses that double, each shortened by chance so that two who collided do not collide again. */
async function whenFamilyIsFree<T>(family: string, clock: Clock, attempt: () => Promise<T>): Promise<T> {
  const deadline = clock.now() + patienceMilliseconds;
  for (let pause = firstPauseMilliseconds; ; pause = Math.min(pause * 2, longestPauseMilliseconds)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isKitError(error, 'task-family-busy') || clock.now() >= deadline) throw error;
    }
    const milliseconds = pause * (0.5 + Math.random() / 2);
    await answered(`register task definition ${family}`, () => clock.sleep(milliseconds));
  }
}

async function register(client: ECSClient, region: string, task: SingleContainerTask): Promise<string> {
  const command = new RegisterTaskDefinitionCommand({
    family: task.family,
    networkMode: task.networkMode,
    requiresCompatibilities: ['EC2'],
    cpu: task.cpu,
    memory: task.memory,
    containerDefinitions: [containerDefinition(task.container, region)],
    tags: tagList(task.tags),
    ...(task.executionRoleArn === undefined ? {} : { executionRoleArn: task.executionRoleArn }),
  });
  const found = await asking(`register task definition ${task.family}`, () => client.send(command));
  const arn = found.taskDefinition?.taskDefinitionArn;
  if (arn !== undefined) return arn;
  throw new KitError(`ECS answered without the ARN of task definition ${task.family}`, {
    code: 'unexpected-answer',
    source: 'aws',
  });
}

function containerDefinition(
  container: SingleContainerTask['container'],
  region: string,
): ContainerDefinition {
  const { logs } = container;
  // An ECS agent tells a container its region from 1.104.0 on only.
  const environment = { AWS_REGION: region, ...container.environment };
  return {
    name: container.name,
    image: container.image,
    essential: true,
    command: [...container.command],
    cpu: container.cpu,
    memory: container.memory,
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
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

/** Tags in the words of the ECS API. */
export function tagList(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
