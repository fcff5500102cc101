import { readFileSync } from 'node:fs';
import type { ChangeSetRequest, StackEvent } from '../../src/aws/cloudformation.ts';
import type { EcsTask, TaskDefinition } from '../../src/aws/ecs-services.ts';
import { uri } from '../../src/aws/object-store.ts';
import type { ScalePorts } from '../../src/steps/scale.ts';
import { declared, registered, service, task } from './ecs-sights.ts';
import { FakeClock } from './fake-clock.ts';
import { definition } from './fake-ecs.ts';
import { FakeLogs } from './fake-logs.ts';
import { ScriptedCloudFormation, stackIn } from './scripted-cloudformation.ts';
import { stackEvent } from './stack-events.ts';

/** What differs between the roles and topologies that can be scaled. */
export interface ScaledRole {
  countParameter: string;
  /** Parameter and shipped config of the role that routes to the gateways. */
  routingKey: string;
  routingConfig: string;
  outputs: Record<string, string>;
}

export const scaledRoles = {
  'tail-sampling': {
    countParameter: 'SamplingTaskCount',
    ...{ routingKey: 'AgentS3ConfigKey', routingConfig: 'agent-config.yaml' },
    outputs: { GatewayServiceName: 'gateway' },
  },
  gateways: {
    countParameter: 'GatewayTaskCount',
    ...{ routingKey: 'ReceiverS3ConfigKey', routingConfig: 'receiver-config.yaml' },
    outputs: { GatewayServiceName: 'gateway', ReceiverServiceName: 'receiver' },
  },
  receivers: {
    countParameter: 'ReceiverTaskCount',
    ...{ routingKey: 'ReceiverS3ConfigKey', routingConfig: 'receiver-config.yaml' },
    outputs: { ReceiverServiceName: 'gateway', ReceiverDiscoveryServiceId: 'srv-1' },
  },
} as const satisfies Record<string, ScaledRole>;

const nothingToDo = "The submitted information didn't contain changes. Submit different information.";

/** A deployed stack of one gateway, or of one receiver as well, in memory: an executed change set changes how many tasks run. */
export class ScaledStack extends ScriptedCloudFormation {
  readonly clock = new FakeClock();
  status = 'UPDATE_COMPLETE';
  parameters: Record<string, string>;
  outputs: Record<string, string>;
  /** Seconds that DNS answers of the role's name may be kept. */
  ttl = 10;
  /** How many tasks ECS is asked for, when it is not what the stack says. */
  desired: number | undefined;
  running: EcsTask[] = [];
  stopped: EcsTask[] = [];
  /** Tasks whose role may not make their log stream. */
  readonly silent = new Set<string>();
  /** What Cloud Map lists, when it is not what runs. */
  listed: string[] | undefined;
  /** The config of whoever routes to the gateways. */
  routingConfig: Buffer;
  readonly #countParameter: string;
  /** The number of the last change set. */
  #planned = 1;
  #history: StackEvent[] = [];

  constructor(scaled: ScaledRole = scaledRoles['tail-sampling']) {
    super();
    this.#countParameter = scaled.countParameter;
    this.routingConfig = readFileSync(`configs/${scaled.routingConfig}`);
    this.parameters = {
      ...{ [scaled.countParameter]: '1', CoralogixApiKey: '****' },
      ...{ S3ConfigBucket: 'configs', [scaled.routingKey]: 'kit/routing.yaml' },
    };
    this.outputs = { ClusterName: 'cluster', ...scaled.outputs };
    this.#runTasks();
  }

  override async find() {
    const { status, parameters, outputs } = this;
    return status === '' ? undefined : stackIn(status, { parameters: { ...parameters }, outputs });
  }

  override async createChangeSet(request: ChangeSetRequest) {
    this.#planned = Number(request.parameters.find(({ value }) => value !== undefined)?.value);
    const isSame = String(this.#planned) === this.parameters[this.#countParameter];
    this.changeSets = [isSame ? { status: 'FAILED', reason: nothingToDo } : { status: 'CREATE_COMPLETE' }];
    return super.createChangeSet(request);
  }

  override async executeChangeSet(): Promise<void> {
    await super.executeChangeSet();
    this.parameters[this.#countParameter] = String(this.#planned);
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

  /** The number by the parameter, unless a test says something else. */
  desiredCount: unknown = undefined;

  override async originalTemplate() {
    const DesiredCount = this.desiredCount ?? { Ref: this.#countParameter };
    return JSON.stringify({ Resources: { G: { Type: 'AWS::ECS::Service', Properties: { DesiredCount } } } });
  }

  ports(): ScalePorts {
    return {
      cloudFormation: this,
      ecs: {
        service: async (_cluster, name) => {
          if (name === 'routing') return service({ scheduling: 'DAEMON', taskDefinition: 'routing:1' });
          const desired = this.desired ?? Number(this.parameters[this.#countParameter]);
          return service({ desired, running: this.running.length });
        },
        tasks: async ({ desiredStatus }) => (desiredStatus === 'RUNNING' ? this.running : this.stopped),
        taskDefinition: async (arn) => definitionOf(arn),
        activeInstances: async () => 2,
      },
      cloudMap: {
        registeredInstances: async () =>
          (this.listed ?? this.running.map(({ id }) => id)).map((id) => registered(id)),
        recordTtlSeconds: async () => this.ttl,
        dnsName: async () => undefined,
      },
      logTail: async () => [],
      logs: this.#logs(),
      objects: {
        get: async (at) => {
          if (uri(at) === 's3://configs/kit/gateway.yaml') return readFileSync('configs/gateway-config.yaml');
          return uri(at) === 's3://configs/kit/routing.yaml' ? this.routingConfig : undefined;
        },
      },
    };
  }

  /** Every task has its stream, but for the silent ones. */
  #logs(): FakeLogs {
    const logs = new FakeLogs(this.clock);
    for (const id of ['1', '2', '3', '4', '5', '6', '7', '8', '9'])
      if (!this.silent.has(id)) logs.make('/ecs/gateway', `ecs/otel-collector/${id}`);
    return logs;
  }

  #runTasks(): void {
    const count = Number(this.parameters[this.#countParameter]);
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

/** Of the gateways, and of agents that are in no stack. */
function definitionOf(arn: string): TaskDefinition {
  const [container] = definition.containers;
  const config = arn === 'routing:1' ? 'routing' : 'gateway';
  const command = ['--config', `s3://configs/kit/${config}.yaml`];
  const networkMode = arn === 'routing:1' ? 'host' : 'awsvpc';
  return { ...definition, arn, networkMode, containers: container ? [{ ...container, command }] : [] };
}
