import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Cloud } from '../../local/cloud.ts';
import type { EcsTask } from '../../src/aws/ecs-task.ts';
import { type EcsTasks, ecsTasks } from '../../src/aws/ecs-tasks.ts';
import { cloudWatchLogs, LogStreamReader, type Logs } from '../../src/aws/logs.ts';
import type { SingleContainerTask } from '../../src/aws/task-registration.ts';
import { logsContract } from '../support/logs-contract.ts';
import { theCloud } from '../support/the-cloud.ts';
import { until } from '../support/wait.ts';

jest.setTimeout(60_000);

const group = `/test/verify-ports-${Date.now()}`;
let cloud: Cloud;
let logs: Logs;
let client: CloudWatchLogsClient;

beforeAll(async () => {
  cloud = theCloud();
  Object.assign(process.env, cloud.environment);
  client = new CloudWatchLogsClient({ region: cloud.region });
  logs = cloudWatchLogs(cloud.region);
  await logs.ensureGroup(group, { retentionDays: 14, tags: { 'ecs-tail-sampling': 'test' } });
});

afterAll(async () => {
  await client.send(new DeleteLogGroupCommand({ logGroupName: group }));
});

describe('CloudWatch Logs of the local cloud', () => {
  const made = new Set<string>();

  async function write(
    stream: string,
    events: readonly { timestamp: number; message: string }[],
  ): Promise<void> {
    const names = { logGroupName: group, logStreamName: stream };
    if (!made.has(stream)) await client.send(new CreateLogStreamCommand(names));
    made.add(stream);
    if (events.length > 0) await client.send(new PutLogEventsCommand({ ...names, logEvents: [...events] }));
  }

  logsContract(() => ({ logs, group, write }));

  test('a group that is made has a retention', async () => {
    const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: group }));
    expect(logGroups?.[0]?.retentionInDays).toBe(14);
  });
});

describe('ECS tasks of the local cloud', () => {
  let tasks: EcsTasks;
  const definitions: string[] = [];
  const startedBy = `verify-ports-${Date.now()}`;

  beforeAll(() => {
    tasks = ecsTasks(cloud.region);
  });
  afterAll(() => Promise.all(definitions.map((arn) => tasks.deregister(arn))));

  async function register(memory = 64): Promise<string> {
    const arn = await tasks.register(definition(memory));
    definitions.push(arn);
    return arn;
  }

  const definition = (memory: number): SingleContainerTask => ({
    family: 'verify-ports',
    networkMode: 'host',
    executionRoleArn: undefined,
    cpu: '64',
    memory: String(memory),
    tags: { 'ecs-tail-sampling': 'test' },
    container: {
      name: 'telemetrygen',
      image: cloud.telemetrygenImage,
      command: ['traces', '--help'],
      cpu: 64,
      memory,
      portMappings: [],
      logs: { group, region: cloud.region, streamPrefix: 'ecs' },
    },
  });

  const request = (taskDefinition: string, instanceId: string, command = ['traces', '--help']) => ({
    cluster: cloud.cluster,
    taskDefinition,
    instanceId,
    container: 'telemetrygen',
    command,
    startedBy,
    clientToken: crypto.randomUUID(),
    tags: {},
  });

  async function stopped(arn: string): Promise<EcsTask> {
    let task: EcsTask | undefined;
    await until(
      'the task stopped',
      async () => {
        [task] = await tasks.describe(cloud.cluster, [arn]);
        return task?.lastStatus === 'STOPPED';
      },
      30,
    );
    if (task === undefined) throw new Error('no task');
    return task;
  }

  test('all instances are there, with their EC2 ids', async () => {
    const instances = await tasks.instances(cloud.cluster);
    expect(instances.map(({ instanceId }) => instanceId)).toEqual([...cloud.instances].sort());
    expect(instances.every(({ agentConnected }) => agentConnected)).toBe(true);
  });

  test.each([0, 1])(
    'a task runs on the instance it was meant for (%i), and its end and log can be read',
    async (index) => {
      const instanceId = cloud.instances[index] ?? '';
      const arn = await tasks.run(request(await register(), instanceId));
      const task = await stopped(arn);
      expect(task).toMatchObject({
        stopCode: 'EssentialContainerExited',
        containers: [{ name: 'telemetrygen', exitCode: 0 }],
      });
      const instances = await tasks.instances(cloud.cluster);
      expect(instances.find((each) => each.arn === task.containerInstanceArn)?.instanceId).toBe(instanceId);
      const reader = new LogStreamReader(logs, { group, stream: `ecs/telemetrygen/${task.id}` });
      const lines: string[] = [];
      await until(
        'the log is there',
        async () => {
          lines.push(...(await reader.read()).map(({ message }) => message));
          return lines.some((line) => line.includes('--otlp-endpoint'));
        },
        20,
      );
    },
  );

  test('a container that fails says so', async () => {
    const arn = await tasks.run(request(await register(), cloud.instances[0] ?? '', ['no-such-command']));
    expect((await stopped(arn)).containers[0]?.exitCode).toBe(1);
  });

  test('a task can be found by who started it, and stopped', async () => {
    const long = ['traces', '--otlp-endpoint=localhost:1', '--otlp-insecure', '--duration=5m'];
    const arn = await tasks.run(request(await register(), cloud.instances[0] ?? '', long));
    expect(await tasks.startedBy(cloud.cluster, startedBy)).toEqual([arn]);
    await tasks.stop(cloud.cluster, arn, 'the test is over');
    expect(await stopped(arn)).toMatchObject({
      stopCode: 'UserInitiated',
      stoppedReason: 'the test is over',
    });
    expect(await tasks.startedBy(cloud.cluster, startedBy)).toEqual([]);
  });

  test.each([
    ['an instance that does not exist', () => 'i-00000000000000000', 64, /^task-not-placed|^request-invalid/],
    ['an instance without room', () => cloud.instances[0] ?? '', 1_000_000, /^instance-full/],
  ])('ECS refuses %s, and says why', async (_name, instance, memory, code) => {
    const error = await tasks.run(request(await register(memory), instance())).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error.code).toMatch(code);
    expect(error.message).toMatch(/\S/);
  });

  test('a cluster that does not exist is named', async () => {
    await expect(tasks.instances('no-such-cluster')).rejects.toMatchObject({ code: 'cluster-not-found' });
  });
});
