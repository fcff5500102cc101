import type {
  EcsService,
  EcsServices,
  EcsTask,
  TaskDefinition,
  TaskQuery,
} from '../../src/aws/ecs-services.ts';
import { declared, service } from './ecs-sights.ts';

export const definition: TaskDefinition = {
  arn: declared,
  family: 'gateway',
  networkMode: 'awsvpc',
  executionRoleArn: undefined,
  containers: [
    {
      name: 'otel-collector',
      image: 'collector:1',
      essential: true,
      entryPoint: [],
      command: [],
      environment: {},
      secrets: {},
      portMappings: [],
      log: { group: '/ecs/gateway', streamPrefix: 'ecs', region: 'eu-west-1' },
    },
  ],
};

/** One service and its stopped tasks. */
export class FakeEcs implements EcsServices {
  state: EcsService | undefined = service();
  stopped: EcsTask[] = [];
  denied = false;

  async service(): Promise<EcsService | undefined> {
    if (this.denied) throw new Error('not authorized to perform ecs:DescribeServices');
    return this.state;
  }

  async tasks({ desiredStatus }: TaskQuery): Promise<EcsTask[]> {
    return desiredStatus === 'STOPPED' ? [...this.stopped] : [];
  }

  async taskDefinition(): Promise<TaskDefinition> {
    return definition;
  }

  async activeInstances(): Promise<number> {
    return 2;
  }
}
