import { readFileSync } from 'node:fs';
import type { StackResource } from '../../src/aws/cloudformation.ts';
import type { ContainerDefinition, EcsService, TaskDefinition } from '../../src/aws/ecs-services.ts';
import { type ObjectAddress, uri } from '../../src/aws/object-store.ts';
import type { ServicePorts } from '../../src/deployed/services.ts';
import { service as serviceSight } from './ecs-sights.ts';

interface ForeignService {
  cluster?: string;
  scheduling?: 'REPLICA' | 'DAEMON';
  networkMode?: string;
  containers: readonly Partial<ContainerDefinition>[];
  /** Ids of its Cloud Map services. */
  registries?: readonly string[];
  status?: string;
}

/** ECS services of somebody else, in stacks or in none, in memory. */
export class ForeignAccount {
  readonly services = new Map<string, ForeignService>();
  readonly objects = new Map<string, Buffer>();
  readonly stacks = new Map<string, StackResource[]>();

  /** A service whose collector reads a shipped config from the bucket `configs`. */
  collector(name: string, config: string, more: Partial<ForeignService> = {}): this {
    this.objects.set(`s3://configs/${config}`, readFileSync(`configs/${config}`));
    return this.add(name, {
      networkMode: config.startsWith('agent') ? 'host' : 'awsvpc',
      scheduling: config.startsWith('agent') ? 'DAEMON' : 'REPLICA',
      containers: [{ command: ['--config', `s3://configs.s3.eu-west-1.amazonaws.com/${config}`] }],
      ...more,
    });
  }

  add(name: string, service: ForeignService): this {
    this.services.set(name, service);
    return this;
  }

  /** A stack that has these services. */
  stack(name: string, services: readonly string[], more: readonly StackResource[] = []): this {
    const resources = services.flatMap((each): StackResource[] => [
      { logicalId: `${each}Service`, physicalId: this.#arnOf(each), type: 'AWS::ECS::Service' },
      { logicalId: `${each}Tasks`, physicalId: `${each}:1`, type: 'AWS::ECS::TaskDefinition' },
    ]);
    this.stacks.set(name, [...resources, ...more]);
    return this;
  }

  ports(): ServicePorts {
    return {
      cloudFormation: { resources: async (stack) => this.stacks.get(stack) ?? [] },
      ecs: {
        service: async (cluster, name) => this.#sight(cluster, name),
        taskDefinition: async (arn) => this.#definition(arn),
      },
      objects: { get: async (at: ObjectAddress) => this.objects.get(uri(at)) },
    };
  }

  #arnOf(name: string): string {
    const cluster = this.services.get(name)?.cluster ?? 'apps';
    return `arn:aws:ecs:eu-west-1:1:service/${cluster}/${name}`;
  }

  #sight(cluster: string, name: string): EcsService | undefined {
    const found = this.services.get(name);
    if (!found || (found.cluster ?? 'apps') !== cluster) return undefined;
    return service({ name, found });
  }

  #definition(arn: string): TaskDefinition {
    const found = this.services.get(arn.split(':')[0] ?? '');
    return {
      ...{ arn, family: arn, networkMode: found?.networkMode ?? 'awsvpc', executionRoleArn: 'execution' },
      containers: (found?.containers ?? []).map((each) => ({ ...plain, ...each })),
    };
  }
}

function service({ name, found }: { name: string; found: ForeignService }): EcsService {
  return {
    ...serviceSight(),
    ...{ name, status: found.status ?? 'ACTIVE', scheduling: found.scheduling ?? 'REPLICA' },
    ...{ taskDefinition: `${name}:1`, discoveryServiceIds: found.registries ?? [] },
  };
}

const plain: ContainerDefinition = {
  ...{ name: 'collector', image: 'registry/x:1', essential: true, entryPoint: [], command: [] },
  ...{ environment: {}, secrets: {}, portMappings: [], log: undefined },
};
