import { readFileSync } from 'node:fs';
import type { ChangeSetRequest, StackEvent } from '../../src/aws/cloudformation.ts';
import type { EcsTask } from '../../src/aws/ecs-services.ts';
import type { ScalePorts } from '../../src/steps/scale.ts';
import { declared, registered, service, task } from './ecs-sights.ts';
import { FakeClock } from './fake-clock.ts';
import { ScriptedCloudFormation, stackIn } from './scripted-cloudformation.ts';
import { stackEvent } from './stack-events.ts';

const nothingToDo = "The submitted information didn't contain changes. Submit different information.";

/** A deployed stack of one gateway, in memory: an executed change set changes how many tasks run. */
export class ScaledStack extends ScriptedCloudFormation {
  readonly clock = new FakeClock();
  status = 'UPDATE_COMPLETE';
  parameters: Record<string, string> = {
    SamplingTaskCount: '1',
    CoralogixApiKey: '****',
    S3ConfigBucket: 'configs',
    AgentS3ConfigKey: 'kit/agent.yaml',
  };
  outputs: Record<string, string> = { ClusterName: 'cluster', GatewayServiceName: 'gateway' };
  /** How many tasks ECS is asked for, when it is not what the stack says. */
  desired: number | undefined;
  running: EcsTask[] = [];
  stopped: EcsTask[] = [];
  /** What Cloud Map lists, when it is not what runs. */
  listed: string[] | undefined;
  agentConfig = readFileSync('configs/agent-config.yaml');
  /** The number of the last change set. */
  #planned = 1;
  #history: StackEvent[] = [];

  constructor() {
    super();
    this.#runTasks();
  }

  override async find() {
    const { status, parameters, outputs } = this;
    return status === '' ? undefined : stackIn(status, { parameters: { ...parameters }, outputs });
  }

  override async createChangeSet(request: ChangeSetRequest) {
    this.#planned = Number(request.parameters.find(({ value }) => value !== undefined)?.value);
    const isSame = String(this.#planned) === this.parameters['SamplingTaskCount'];
    this.changeSets = [isSame ? { status: 'FAILED', reason: nothingToDo } : { status: 'CREATE_COMPLETE' }];
    return super.createChangeSet(request);
  }

  override async executeChangeSet(): Promise<void> {
    await super.executeChangeSet();
    this.parameters['SamplingTaskCount'] = String(this.#planned);
    this.#runTasks();
    this.#history = [stackEvent('UPDATE_IN_PROGRESS'), stackEvent('UPDATE_COMPLETE')];
  }

  override async *events(): AsyncGenerator<never> {
    yield* [...this.#history].reverse() as never[];
  }

  override async resources() {
    return [
      { logicalId: 'G', physicalId: 'arn:service/cluster/gateway', type: 'AWS::ECS::Service' },
      { logicalId: 'T', physicalId: declared, type: 'AWS::ECS::TaskDefinition' },
    ] as never;
  }

  ports(): ScalePorts {
    return {
      cloudFormation: this,
      ecs: {
        service: async () => {
          const desired = this.desired ?? Number(this.parameters['SamplingTaskCount']);
          return service({ desired, running: this.running.length });
        },
        tasks: async ({ desiredStatus }) => (desiredStatus === 'RUNNING' ? this.running : this.stopped),
        taskDefinition: async () => {
          throw new Error('not asked for');
        },
        activeInstances: async () => 2,
      },
      cloudMap: {
        registeredInstances: async () =>
          (this.listed ?? this.running.map(({ id }) => id)).map((id) => registered(id)),
      },
      logTail: async () => [],
      objects: {
        get: async ({ bucket, key }) =>
          bucket === 'configs' && key === 'kit/agent.yaml' ? this.agentConfig : undefined,
      },
    };
  }

  #runTasks(): void {
    const count = Number(this.parameters['SamplingTaskCount']);
    const now = this.clock.now();
    const old = this.running;
    this.running = Array.from(
      { length: count },
      (_none, index) => old[index] ?? task(String(index + 1), { startedAt: now, createdAt: now }),
    );
    this.stopped = [
      ...this.stopped,
      ...old.slice(count).map((gone) => ({ ...gone, stoppedAt: now, stopCode: 'ServiceSchedulerInitiated' })),
    ];
  }
}
