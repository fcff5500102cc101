import { ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  type ContainerDefinition,
  CreateServiceCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import {
  CreateServiceCommand as CreateDiscoveryCommand,
  DeleteServiceCommand as DeleteDiscoveryCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { clientConfig } from '../../local/client-config.ts';
import type { Cloud } from '../../local/cloud.ts';
import type { OthersStack } from './others-stack.ts';
import { until } from './wait.ts';

interface ByHand {
  /** Of the service, its family, and its container. */
  name: string;
  networkMode: 'host' | 'awsvpc';
  /** The collector's config, in the task definition. */
  config: string;
}

/**
 * ECS services that no stack has, as Terraform makes them, with the roles and the namespace of somebody's stack:
 * agents on a port of their own, and samplers under a name of their own.
 */
export class ServicesByHand {
  readonly #stack: OthersStack;
  readonly #discovery: ServiceDiscoveryClient;
  readonly #made: { services: string[]; definitions: string[]; discovery: string[] };

  constructor(stack: OthersStack) {
    this.#stack = stack;
    this.#discovery = new ServiceDiscoveryClient(clientConfig(stack.cloud));
    this.#made = { services: [], definitions: [], discovery: [] };
  }

  /** @returns once both services have all of their tasks */
  async make(configs: { agent: string; sampler: string }): Promise<void> {
    const { cloud } = this.#stack;
    const registry = await this.#register('grpc-by-hand');
    const sampler: ByHand = { name: 'by-hand-sampler', networkMode: 'awsvpc', config: configs.sampler };
    const agent: ByHand = { name: 'by-hand-agent', networkMode: 'host', config: configs.agent };
    await this.#service(sampler, {
      desiredCount: 1,
      serviceRegistries: [{ registryArn: registry }],
      networkConfiguration: {
        awsvpcConfiguration: { subnets: [...cloud.subnets], securityGroups: [cloud.securityGroup] },
      },
    });
    await this.#service(agent, { schedulingStrategy: 'DAEMON' });
    await until('the services by hand have all of their tasks', () => this.#isSteady(), 60).catch(
      async (error: unknown) => {
        throw new Error(`${error}: ${JSON.stringify(await this.#events())}`);
      },
    );
  }

  async remove(): Promise<void> {
    const { account, cloud } = this.#stack;
    const { services, definitions, discovery } = this.#made;
    for (const service of services)
      await account.ecs.send(new DeleteServiceCommand({ cluster: cloud.cluster, service, force: true }));
    for (const taskDefinition of definitions)
      await account.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    for (const Id of discovery) {
      const isGone = () =>
        this.#discovery.send(new DeleteDiscoveryCommand({ Id })).then(
          () => true,
          () => false,
        );
      await until('Cloud Map has let go of the services by hand', isGone, 60);
    }
  }

  async #register(name: string): Promise<string> {
    const { account, name: StackName } = this.#stack;
    const { StackResourceSummaries: found = [] } = await account.cloudFormation.send(
      new ListStackResourcesCommand({ StackName }),
    );
    const namespace = found.find(({ ResourceType }) => ResourceType?.endsWith('PrivateDnsNamespace'));
    const { Service } = await this.#discovery.send(
      new CreateDiscoveryCommand({
        ...{ Name: name, NamespaceId: namespace?.PhysicalResourceId },
        DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 10 }] },
        HealthCheckCustomConfig: { FailureThreshold: 1 },
      }),
    );
    this.#made.discovery.push(Service?.Id ?? '');
    return Service?.Arn ?? '';
  }

  async #service({ name, networkMode, config }: ByHand, more: object): Promise<void> {
    const { account, cloud, executionRole, name: stack } = this.#stack;
    const { taskDefinition } = await account.ecs.send(
      new RegisterTaskDefinitionCommand({
        ...{ family: name, networkMode, requiresCompatibilities: ['EC2'] },
        ...{ executionRoleArn: roleArn(executionRole), taskRoleArn: roleArn(`${stack}-collector-work`) },
        containerDefinitions: [
          // What looks for the collector finds this first. In awsvpc mode the local cloud's tasks share the network of
          // their first container, which must not end.
          ...(networkMode === 'host' ? [sidecar(cloud)] : []),
          {
            ...{ name, image: cloud.collectorImage, memory: 256, essential: true },
            command: ['--config', 'env:OTEL_CONFIG'],
            environment: [
              { name: 'OTEL_CONFIG', value: config },
              { name: 'CORALOGIX_DOMAIN', value: 'eu2.coralogix.com' },
              { name: 'CORALOGIX_PRIVATE_KEY', value: 'cxtp_a-key-of-the-tests' },
              ...[
                { name: 'APP_NAME', value: 'by-hand' },
                { name: 'SUB_SYS', value: 'by-hand' },
              ],
              { name: 'AWS_REGION', value: cloud.region },
            ],
          },
        ],
      }),
    );
    const definition = taskDefinition?.taskDefinitionArn ?? '';
    this.#made.definitions.push(definition);
    await account.ecs.send(
      new CreateServiceCommand({
        ...{ cluster: cloud.cluster, serviceName: name, taskDefinition: definition, launchType: 'EC2' },
        ...more,
      }),
    );
    this.#made.services.push(name);
  }

  async #describe(): Promise<Service[]> {
    const { account, cloud } = this.#stack;
    const query = { cluster: cloud.cluster, services: this.#made.services };
    return (await account.ecs.send(new DescribeServicesCommand(query))).services ?? [];
  }

  async #events(): Promise<string[]> {
    return (await this.#describe()).flatMap(({ events = [] }) => events.map(({ message = '' }) => message));
  }

  async #isSteady(): Promise<boolean> {
    const services = await this.#describe();
    return services.every(
      ({ desiredCount = 0, runningCount }) => desiredCount > 0 && runningCount === desiredCount,
    );
  }
}

function sidecar({ telemetrygenImage: image }: Cloud): ContainerDefinition {
  return { name: 'sidecar', image, memory: 32, essential: false, command: ['traces', '--help'] };
}

function roleArn(name: string): string {
  return `arn:aws:iam::000000000000:role/${name}`;
}
