import {
  DeregisterTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import type { Cloud } from '../../local/cloud.ts';
import type { Account } from './account.ts';

/** An application that writes one line with Docker's json-file driver, on each instance. */
export class AppTasks implements AsyncDisposable {
  readonly #account: Account;
  readonly #cloud: Cloud;
  readonly #definition: string;
  readonly #tasks: string[];

  private constructor(account: Account, cloud: Cloud, definition: string, tasks: string[]) {
    this.#account = account;
    this.#cloud = cloud;
    this.#definition = definition;
    this.#tasks = tasks;
  }

  /** @param line what the application on an instance writes */
  static async start(account: Account, cloud: Cloud, line: (instance: string) => string): Promise<AppTasks> {
    return AppTasks.#run(account, cloud, await register(account, cloud, 'app', {}), line);
  }

  /** The same, with the labels of the ECS agent in each line. */
  static async startLabelled(
    account: Account,
    cloud: Cloud,
    line: (instance: string) => string,
  ): Promise<AppTasks> {
    const labels = labelsOfAgent.map((name) => `com.amazonaws.ecs.${name}`).join(',');
    return AppTasks.#run(account, cloud, await register(account, cloud, 'labelled-app', { labels }), line);
  }

  get arns(): readonly string[] {
    return this.#tasks;
  }

  static async #run(
    account: Account,
    cloud: Cloud,
    definition: string,
    line: (instance: string) => string,
  ): Promise<AppTasks> {
    const tasks = await Promise.all(
      cloud.instances.map((instance) => runOn(account, cloud, definition, instance, line(instance))),
    );
    return new AppTasks(account, cloud, definition, tasks);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { ecs } = this.#account;
    await Promise.all(
      this.#tasks.map((task) => ecs.send(new StopTaskCommand({ cluster: this.#cloud.cluster, task }))),
    );
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: this.#definition }));
  }
}

/** https://github.com/aws/amazon-ecs-agent/blob/master/agent/engine/docker_task_engine.go */
const labelsOfAgent = [
  'cluster',
  'container-name',
  'task-arn',
  'task-definition-family',
  'task-definition-version',
];

async function register(
  account: Account,
  cloud: Cloud,
  family: string,
  options: Record<string, string>,
): Promise<string> {
  const { taskDefinition } = await account.ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      networkMode: 'bridge',
      containerDefinitions: [
        {
          name: 'app',
          image: cloud.appImage,
          memory: 64,
          essential: true,
          logConfiguration: { logDriver: 'json-file', options },
        },
      ],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

async function runOn(
  account: Account,
  cloud: Cloud,
  taskDefinition: string,
  instance: string,
  line: string,
): Promise<string> {
  const { tasks = [], failures = [] } = await account.ecs.send(
    new RunTaskCommand({
      cluster: cloud.cluster,
      taskDefinition,
      launchType: 'EC2',
      placementConstraints: [{ type: 'memberOf', expression: `ec2InstanceId == ${instance}` }],
      overrides: { containerOverrides: [{ name: 'app', command: [line] }] },
    }),
  );
  const [task] = tasks;
  if (!task?.taskArn) throw new Error(`no task on ${instance}: ${JSON.stringify(failures)}`);
  return task.taskArn;
}
