import { readFileSync } from 'node:fs';
import type { EcsTask } from '../../src/aws/ecs-services.ts';
import type { ContainerInstance, EcsTasks, RunRequest } from '../../src/aws/ecs-tasks.ts';
import type { ObjectAddress } from '../../src/aws/object-store.ts';
import type { Settings } from '../../src/inputs/settings.ts';
import type { TopologyName } from '../../src/inputs/topologies.ts';
import { KitError } from '../../src/kit/errors.ts';
import type { VerifyPorts } from '../../src/steps/verify-ports.ts';
import { FakeClock } from './fake-clock.ts';
import { type Behaviour, gatewayGroup, healthy, passThrough, sayAs } from './fake-collectors.ts';
import { FakeLogs } from './fake-logs.ts';
import { FakeProbe } from './fake-probe.ts';
import { type FakeStack, fakeConfigs, fakeStacks } from './fake-stacks.ts';

const okLog = readFileSync('__tests__/fixtures/generator.log', 'utf8').trimEnd().split('\n');

/** A deployed topology, its cluster and its logs, in memory; everything in it happens in the clock's time. */
export class FakeWorld {
  readonly clock = new FakeClock();
  readonly logs = new FakeLogs(this.clock, 100);
  readonly probe = new FakeProbe(this.logs);
  readonly objects = new Map<string, Buffer>();
  /** Every task that was started, the probe included. */
  readonly all: (RunRequest & { arn: string; stopped: boolean; startedAt: number; seconds: number })[] = [];
  readonly definitions = new Map<string, 'ACTIVE' | 'INACTIVE'>();
  #probeConfig = '';
  behaviour: Behaviour = healthy;
  gateways = ['g1', 'g2'];
  desired = 2;
  instances: ContainerInstance[] = ['i-0', 'i-1'].map((instanceId) => ({
    arn: `ci/${instanceId}`,
    instanceId,
    agentConnected: true,
  }));
  /** Room for generators on each instance. */
  room = 10;
  exitCode = 0;
  generatorLog = (traces: number): string[] =>
    okLog.map((line) => line.replace('"traces": 3', `"traces": ${traces}`));
  /** Called before each look at the tasks. */
  onLook = () => {};
  /** By Cloud Map service. */
  dnsNames: Record<string, string> = { 'srv-receiver': 'grpc-receiver.cx-otel' };
  /** None in the topology without them. */
  receivers: string[];
  readonly stacks: FakeStack[];
  /** Of the image that a task runs. */
  digestOf: (task: string) => string | undefined = () => 'sha256:01';

  constructor(topology: TopologyName = 'tail-sampling') {
    this.stacks = fakeStacks(topology);
    this.receivers = topology === 'tail-sampling' ? [] : ['r1', 'r2'];
    const at = this.clock.now() - 3_600_000;
    this.saysOfItself({ msg: 'Starting otelcol-contrib...', Version: '0.158.0' }, '0.158.0');
    for (const gateway of ['g1', 'g2', 'g3'])
      sayAs(this.logs, gateway, { at }, { msg: 'Everything is ready.' });
    for (const [key, bytes] of fakeConfigs(topology)) this.objects.set(key, bytes);
  }

  /** The first line of every collector's log, when it started an hour ago; undefined for none. */
  saysOfItself(line: object | undefined, core = '0.158.0'): void {
    this.logs.lose((message) => message.includes('"msg":"Starting otelcol'));
    const at = this.clock.now() - 3_601_000;
    if (line === undefined) return;
    for (const task of ['g1', 'g2', 'g3', 'r1', 'r2', 'a-i-0', 'a-i-1'])
      sayAs(this.logs, task, { at }, { caller: `service@v${core}/service.go:259`, ...line });
  }

  stack(name: string): FakeStack {
    const found = this.stacks.find((each) => each.name === name);
    if (!found) throw new Error(`no stack ${name}`);
    return found;
  }

  ports(): VerifyPorts {
    return {
      cloudFormation: {
        find: async (name) => ({
          id: `arn:stack/${name}`,
          name,
          status: 'UPDATE_COMPLETE',
          statusReason: undefined,
          lastUpdated: 0,
          outputs: this.stack(name).outputs,
          parameters: this.stack(name).parameters,
        }),
        originalTemplate: async (id) => this.stack(id.replace('arn:stack/', '')).template,
        resources: async (name) =>
          this.stack(name).revisions.flatMap((revision) => [
            { logicalId: revision, physicalId: revision, type: 'AWS::ECS::TaskDefinition' },
            { logicalId: `of ${revision}`, physicalId: serviceArn(revision), type: 'AWS::ECS::Service' },
          ]),
      },
      services: {
        service: async (_cluster, service) => this.sight(service) as never,
        tasks: async ({ service, desiredStatus }) => {
          this.onLook();
          if (desiredStatus === 'STOPPED') return [];
          if (service === 'agents')
            return this.instances.map((instance) => this.task(`a-${instance.instanceId}`, 'agent:1'));
          if (service === 'receivers')
            return this.receivers.map((id) => this.task(id, 'receiver:1', { address: addressOf(id) }));
          return this.gateways.map((id) => this.task(id, 'gateway:1', { address: addressOf(id) }));
        },
        taskDefinition: async (arn) => this.definition(arn) as never,
      },
      cloudMap: { dnsName: async (id) => this.dnsNames[id] },
      tasks: this.tasks(),
      logs: this.logs,
      objects: {
        kmsKey: async () => undefined,
        hasOwnKey: async () => false,
        get: async ({ key }: ObjectAddress) => this.objects.get(key),
        exists: async ({ key }: ObjectAddress) => this.objects.has(key),
        putIfAbsent: async ({ key }: ObjectAddress, body: Buffer | string) => {
          if (this.objects.has(key)) return 'present';
          this.objects.set(key, Buffer.from(body));
          return 'made';
        },
      },
    };
  }

  private sight(service: string) {
    const role = service.replace(/s$/, '');
    const desired = role === 'receiver' ? this.receivers.length : this.desired;
    const scheduling = role === 'agent' ? 'DAEMON' : 'REPLICA';
    const taskDefinition = `${role}:1`;
    return { desired, status: 'ACTIVE', scheduling, taskDefinition, discoveryServiceIds: [`srv-${role}`] };
  }

  /** As somebody else's too: the config is named in the command. */
  private definition(arn: string) {
    const role = arn.split(':')[0];
    const configs = this.stacks.flatMap(({ settings }) => settings.configs);
    const key = `kit/${configs.find((config) => config.role === role)?.path}`;
    const container = { ...collector, command: ['--config', `s3://bucket/${key}`] };
    const networkMode = role === 'agent' ? 'host' : 'awsvpc';
    return { arn, networkMode, executionRoleArn: 'role-of-the-service', containers: [container] };
  }

  private task(id: string, taskDefinition: string, more: Partial<EcsTask> = {}): EcsTask {
    const startedAt = this.clock.now() - 3_600_000;
    return {
      arn: `task/${id}`,
      id,
      taskDefinition,
      lastStatus: 'RUNNING',
      startedAt,
      containers: [{ name: 'otel-collector', image: 'collector:1', imageDigest: this.digestOf(id) }],
      ...more,
    } as EcsTask;
  }

  private tasks(): EcsTasks {
    return {
      instances: async () => this.instances,
      register: async ({ family, container }) => {
        this.#probeConfig = container.environment?.['PROBE_CONFIG'] ?? this.#probeConfig;
        const arn = `${family}:${this.definitions.size + 1}`;
        this.definitions.set(arn, 'ACTIVE');
        return arn;
      },
      deregister: async (arn) => void this.definitions.set(arn, 'INACTIVE'),
      run: async (request) => this.start(request),
      describe: async (_cluster, arns) => arns.flatMap((arn) => this.describe(arn) ?? []),
      startedBy: async (_cluster, by) =>
        this.all.filter((each) => each.startedBy === by && !this.isOver(each)).map(({ arn }) => arn),
      stop: async (_cluster, arn) => {
        for (const each of this.all) each.stopped ||= each.arn === arn;
      },
    };
  }

  /** Tasks that still run. */
  running(): string[] {
    return this.all.filter((each) => !this.isOver(each)).map(({ arn }) => arn);
  }

  /** The generators that were started. */
  get started(): FakeWorld['all'] {
    return this.all.filter(({ container }) => container === 'telemetrygen');
  }

  private isOver({ stopped, startedAt, seconds }: FakeWorld['all'][number]): boolean {
    return stopped || this.clock.now() >= startedAt + seconds * 1000;
  }

  private start(request: RunRequest): string {
    if (request.container === 'probe') return this.startProbe(request);
    const busy = this.started.filter((each) => each.instanceId === request.instanceId && !this.isOver(each));
    if (busy.length >= this.room) {
      throw new KitError(`task not placed on ${request.instanceId}: RESOURCE:MEMORY`, {
        code: 'instance-full',
        source: 'aws',
      });
    }
    const option = (name: string) => {
      const found = request.command.find((word) => word.startsWith(`--${name}=`));
      return found?.slice(name.length + 3).replaceAll('"', '') ?? '';
    };
    const traces = Number(option('traces'));
    const arn = `task/t${this.all.length + 1}`;
    const startedAt = this.clock.now() + 2000;
    const seconds = (traces * 2) / Number(option('rate'));
    this.all.push({ ...request, arn, stopped: false, startedAt, seconds });
    const end = startedAt + seconds * 1000;
    for (const message of this.generatorLog(traces)) {
      this.logs.write('/ecs/telemetrygen', `ecs/telemetrygen/${arn.split('/')[1]}`, {
        timestamp: end,
        lag: 4000,
        message,
      });
    }
    for (let index = 0; index < traces; index += 1) {
      const at = startedAt + (index * seconds * 1000) / traces;
      const trace = {
        run: option('otlp-attributes=verify.run'),
        cohort: option('otlp-attributes=verify.cohort'),
        instance: request.instanceId ?? '',
        index,
        at,
      };
      const receiver = this.receiverFor(option('otlp-endpoint'));
      if (receiver) this.probe.count(receiver, 'receiver_accepted_spans{receiver=otlp}', at, 2);
      passThrough(this.logs, this.gateways, trace, this.behaviour);
      this.probe.countTrace(trace, this.gateways, this.behaviour);
    }
    return arn;
  }

  /** The one that is named by its address; a DNS name, or an agent, leads to the first. */
  private receiverFor(endpoint: string): string | undefined {
    return this.receivers.find((id) => endpoint.startsWith(addressOf(id))) ?? this.receivers[0];
  }

  private startProbe(request: RunRequest): string {
    const arn = `task/p${this.all.length + 1}`;
    const startedAt = this.clock.now() + 2000;
    const seconds = (this.probe.endsAt - startedAt) / 1000;
    this.all.push({ ...request, arn, stopped: false, startedAt, seconds });
    this.probe.start(`ecs/probe/${arn.split('/')[1]}`, startedAt, this.#probeConfig, (target) =>
      target.slice(0, target.indexOf(':')).replace('10.0.0.', 'g').replace('10.0.1.', 'r'),
    );
    return arn;
  }

  /** ECS forgets nothing here, but knows a new task only after a second. */
  private describe(arn: string): EcsTask | undefined {
    const found = this.all.find((each) => each.arn === arn);
    if (found === undefined || this.clock.now() < found.startedAt - 1000) return undefined;
    const id = arn.split('/')[1] ?? '';
    if (!this.isOver(found)) return this.task(id, found.taskDefinition);
    const containers = [
      { name: 'telemetrygen', status: 'STOPPED', exitCode: this.exitCode, reason: undefined },
    ] as never;
    return this.task(id, found.taskDefinition, {
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      containers,
    });
  }
}

const collector = {
  name: 'otel-collector',
  image: 'collector@sha256:00',
  entryPoint: [],
  command: [],
  environment: { METRICS_PORT: '8888' },
  secrets: {},
  portMappings: [],
  log: { group: gatewayGroup, streamPrefix: 'ecs', region: 'eu-west-1' },
};

const serviceArn = (revision: string) => `arn:service/apps/${revision.split(':')[0]}s`;

const addressOf = (task: string) => task.replace('g', '10.0.0.').replace('r', '10.0.1.');

/** Settings of the step; all else is the deployment's. */
export function verifySettings(
  more: Partial<Settings['verify']> = {},
  topology: TopologyName = 'tail-sampling',
): Settings {
  return {
    environment: 'staging',
    region: 'eu-west-1',
    topology,
    stacks: fakeStacks(topology).map(({ settings }) => settings),
    services: {},
    bucket: 'bucket',
    prefix: 'kit',
    verify: {
      timeoutSeconds: 600,
      image: 'telemetrygen:v0.161.0',
      cohorts: [
        { name: 'normal', traces: 400, expected: 0.25 },
        { name: 'errors', traces: 40, expected: 1 },
      ],
      tracesPerSecond: 100,
      endpoint: 'agents',
      assertLogs: [],
      forbidLogs: [],
      ...more,
    },
  } as unknown as Settings;
}
