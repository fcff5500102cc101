import { setTimeout as delay } from 'node:timers/promises';
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ListChangeSetsCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeTasksCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  type ListTasksCommandInput,
} from '@aws-sdk/client-ecs';
import { clientConfig } from '../../local/client-config.ts';
import type { Cloud } from '../../local/cloud.ts';

/** What must not be left of the kit once a run and its `post` are over. */
export interface Leftovers {
  /** Tasks of verifications that are meant to run. */
  tasks: number;
  /** Registered task definitions of verifications. */
  taskDefinitions: number;
  /** Change sets of the stack that could still be executed, or are being made. */
  changeSets: number;
}

/** A stack as it is now. */
export interface StackState {
  /** `none` when there is no such stack. */
  status: string;
  samplingKey: string;
  /** Task definitions of the running gateways, one for each. */
  gateways: readonly string[];
  /** The revision that the stack declares for them. */
  declared: string | undefined;
}

const families = ['telemetrygen-task', 'telemetry-probe'];

/** Looks at the account past the kit, with clients of its own. */
export class ChaosAccount {
  readonly #ecs: ECSClient;
  readonly #cloudFormation: CloudFormationClient;
  readonly #cluster: string;

  constructor(cloud: Cloud) {
    const config = clientConfig(cloud);
    this.#ecs = new ECSClient(config);
    this.#cloudFormation = new CloudFormationClient(config);
    this.#cluster = cloud.cluster;
  }

  /** What there is of verifications. */
  async verifications(): Promise<Omit<Leftovers, 'changeSets'>> {
    const definitions = await Promise.all(families.map((familyPrefix) => this.#definitions(familyPrefix)));
    return { tasks: await this.#verificationTasks(), taskDefinitions: definitions.flat().length };
  }

  /** How many change sets of a stack could still be executed, or are being made. */
  async changeSets(stackName: string): Promise<number> {
    if (!(await this.#find(stackName))) return 0;
    const { Summaries = [] } = await this.#cloudFormation.send(
      new ListChangeSetsCommand({ StackName: stackName }),
    );
    return Summaries.filter(
      ({ Status, ExecutionStatus }) => ExecutionStatus === 'AVAILABLE' || Status !== 'CREATE_COMPLETE',
    ).length;
  }

  async stack(stackName: string, gatewayService: string): Promise<StackState> {
    const found = await this.#find(stackName);
    if (!found) return { status: 'none', samplingKey: '', gateways: [], declared: undefined };
    const { StackResources = [] } = await this.#cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName: stackName }),
    );
    const isGateways = (id?: string) => id === 'GatewayTaskDefinition';
    return {
      status: found.StackStatus ?? '',
      samplingKey: parameterOf(found.Parameters ?? [], 'SamplingS3ConfigKey'),
      gateways: await this.#running(gatewayService),
      declared: StackResources.find(({ LogicalResourceId: id }) => isGateways(id))?.PhysicalResourceId,
    };
  }

  /** Deletes a stack, whatever it is in, and waits until it is gone. */
  async remove(stackName: string): Promise<void> {
    for (let second = 0; second < 240; second += 1) {
      const found = await this.#find(stackName);
      if (!found) return;
      if (second % 10 === 0) {
        // Refused while an update runs; asked again until it is taken.
        await this.#cloudFormation.send(new DeleteStackCommand({ StackName: stackName })).catch(() => {});
      }
      await delay(1000);
    }
    throw new Error(`stack ${stackName} is still there after 240 s`);
  }

  async #find(stackName: string) {
    try {
      const { Stacks } = await this.#cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
      return Stacks?.[0];
    } catch (error) {
      if (error instanceof Error && error.message.includes('does not exist')) return undefined;
      throw error;
    }
  }

  async #definitions(familyPrefix: string): Promise<string[]> {
    const request = new ListTaskDefinitionsCommand({ familyPrefix, status: 'ACTIVE' });
    return (await this.#ecs.send(request)).taskDefinitionArns ?? [];
  }

  async #verificationTasks(): Promise<number> {
    const tasks = await this.#tasks({ cluster: this.#cluster, desiredStatus: 'RUNNING' });
    return tasks.filter(({ startedBy }) => startedBy?.startsWith('verify-')).length;
  }

  async #running(serviceName: string): Promise<string[]> {
    const tasks = await this.#tasks({ cluster: this.#cluster, serviceName, desiredStatus: 'RUNNING' });
    return tasks
      .filter(({ lastStatus }) => lastStatus === 'RUNNING')
      .map(({ taskDefinitionArn }) => taskDefinitionArn ?? '');
  }

  async #tasks(query: ListTasksCommandInput) {
    const { taskArns = [] } = await this.#ecs.send(new ListTasksCommand(query));
    if (taskArns.length === 0) return [];
    const request = new DescribeTasksCommand({ cluster: this.#cluster, tasks: taskArns });
    return (await this.#ecs.send(request)).tasks ?? [];
  }
}

function parameterOf(
  parameters: readonly { ParameterKey?: string | undefined; ParameterValue?: string | undefined }[],
  name: string,
): string {
  return parameters.find(({ ParameterKey }) => ParameterKey === name)?.ParameterValue ?? '';
}
