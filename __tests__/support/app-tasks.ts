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
    const { taskDefinition } = await account.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'app',
        networkMode: 'bridge',
        containerDefinitions: [
          {
            name: 'app',
            image: cloud.appImage,
            memory: 64,
            essential: true,
            logConfiguration: { logDriver: 'json-file' },
          },
        ],
      }),
    );
    const definition = taskDefinition?.taskDefinitionArn ?? '';
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
