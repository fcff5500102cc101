import {
  CreateCapacityProviderCommand,
  DeleteCapacityProviderCommand,
  DeregisterContainerInstanceCommand,
  type ECSClient,
  RegisterContainerInstanceCommand,
} from '@aws-sdk/client-ecs';
import type { Cloud } from '../../local/cloud.ts';
import { Account } from './account.ts';

const role = 'arn:aws:iam::000000000000:role/infrastructure';
const profile = 'arn:aws:iam::000000000000:instance-profile/ecs';

const totalResources = [
  { name: 'CPU', type: 'INTEGER', integerValue: 4096 },
  { name: 'MEMORY', type: 'INTEGER', integerValue: 16_000 },
];

/** An external instance and one of ECS Managed Instances in the cloud's cluster: no task of the EC2 launch type runs there. */
export class ForeignInstances implements AsyncDisposable {
  readonly #ecs: ECSClient;
  readonly #cluster: string;
  readonly #provider: string;
  readonly #arns: string[] = [];

  private constructor({ cluster }: Cloud, ecs: ECSClient, provider: string) {
    this.#ecs = ecs;
    this.#cluster = cluster;
    this.#provider = provider;
  }

  /** @param provider name of the capacity provider that is made for it */
  static async join(cloud: Cloud, provider: string): Promise<ForeignInstances> {
    const { ecs } = new Account(cloud);
    const made = new ForeignInstances(cloud, ecs, provider);
    const instanceLaunchTemplate = {
      ec2InstanceProfileArn: profile,
      networkConfiguration: { subnets: [...cloud.subnets] },
    };
    await ecs.send(
      new CreateCapacityProviderCommand({
        ...{ name: provider, cluster: cloud.cluster },
        managedInstancesProvider: { infrastructureRoleArn: role, instanceLaunchTemplate },
      }),
    );
    await made.#register([]);
    // Of the local cloud alone: on AWS it is ECS that registers such an instance.
    await made.#register([{ name: 'local.capacity-provider', value: provider }]);
    return made;
  }

  async #register(attributes: { name: string; value: string }[]): Promise<void> {
    const request = { cluster: this.#cluster, attributes, totalResources };
    const { containerInstance } = await this.#ecs.send(new RegisterContainerInstanceCommand(request));
    this.#arns.push(containerInstance?.containerInstanceArn ?? '');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const containerInstance of this.#arns) {
      const request = { cluster: this.#cluster, containerInstance };
      await this.#ecs.send(new DeregisterContainerInstanceCommand(request));
    }
    await this.#ecs.send(new DeleteCapacityProviderCommand({ capacityProvider: this.#provider }));
  }
}
