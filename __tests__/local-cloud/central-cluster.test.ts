import { DescribeVpcEndpointsCommand } from '@aws-sdk/client-ec2';
import {
  DescribeContainerInstancesCommand,
  DescribeTaskDefinitionCommand,
  ListContainerInstancesCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { gatheredAtGateways, metricsOfService, spansOfService } from '../support/arrivals.ts';
import { CentralCluster } from '../support/central-cluster.ts';
import { configPairs, flushSeconds } from '../support/config-pairs.ts';
import { sendAsTask } from '../support/sending-task.ts';
import { lastOfSeries, total } from '../support/series.ts';
import { sendSpans, trace } from '../support/spans.ts';
import { pause, until } from '../support/wait.ts';

jest.setTimeout(300_000);

const capacity = { ECSAMI: 'ami-0123456789abcdef0', InstanceType: 'm5.xlarge', InstanceCount: 2 };
const counts = { ReceiverTaskCount: 2, GatewayTaskCount: 3 };
const cohorts = '{normal: {expect: 25%, traces: 600}, errors: {expect: 100%, traces: 100}}';
const traces = 500;

// One story on one deployment: each test goes on from where the one before it ended.
describe('the central cluster', () => {
  let central: CentralCluster;

  beforeAll(async () => {
    central = new CentralCluster({ ...capacity, ...counts, Memory: 256, ReceiverMemory: 256 });
    await central.prepare();
  });
  afterAll(() => central.remove());

  async function containerInstances() {
    const { ecs } = central.account;
    const { cluster } = central;
    const { containerInstanceArns = [] } = await ecs.send(new ListContainerInstancesCommand({ cluster }));
    if (containerInstanceArns.length === 0) return [];
    const described = await ecs.send(
      new DescribeContainerInstancesCommand({ cluster, containerInstances: containerInstanceArns }),
    );
    return described.containerInstances ?? [];
  }

  /** That each task of a role took a share, and what these shares add up to. */
  function expectShares(output: string | undefined, of: { key: string; tasks: number; sum: number }): void {
    const tasks = JSON.parse(output ?? '[]') as Record<string, unknown>[];
    const shares = tasks.map((task) => Number(task[of.key]));
    expect(shares).toHaveLength(of.tasks);
    expect(Math.min(...shares)).toBeGreaterThan(0);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(of.sum);
  }

  /** Traces of two spans, each span of a service of its own and sent to a receiver of its own. */
  async function sendThroughDifferentReceivers(run: string): Promise<string[]> {
    const receivers = await central.addresses('receiver');
    expect(receivers).toHaveLength(2);
    const all = Array.from({ length: traces }, () => trace('GET /basket', 'SELECT basket'));
    const services = receivers.map((_address, index) => `${run}-${index}`);
    await Promise.all(
      receivers.map((address, index) =>
        sendSpans(
          `${address}:4318`,
          { 'service.name': services[index] ?? '', 'verify.run': run },
          all.flatMap((spans) => spans[index] ?? []),
        ),
      ),
    );
    return services;
  }

  /** That span metrics count each span of a service once: after a few more flushes too. */
  async function expectCountedOnce(service: string): Promise<void> {
    const counted = async (metric: string) =>
      total(lastOfSeries(await metricsOfService(central.cloud, service), metric));
    await until(`${service} is counted`, async () => (await counted('calls')) >= traces);
    await pause(3 * flushSeconds);
    expect(await counted('calls')).toBe(traces);
    expect(await counted('duration')).toBe(traces);
  }

  /** That an application whose traces are all kept finds all of them at the backend. */
  async function expectDelivered(cluster: string, endpoint: string, service: string): Promise<void> {
    const sent = 25;
    await sendAsTask(central.account, central.cloud, { cluster, endpoint, service, traces: sent });
    const spans = () => spansOfService(central.cloud, service);
    await until(`the spans of ${service} are at the backend`, async () => (await spans()).length >= 2 * sent);
    const delivered = await spans();
    expect(delivered).toHaveLength(2 * sent);
    expect(new Set(delivered.map(({ traceId }) => traceId)).size).toBe(sent);
  }

  test('has endpoints for each service that its subnets need without a way out', async () => {
    const { VpcEndpoints = [] } = await central.ec2.send(
      new DescribeVpcEndpointsCommand({ Filters: [{ Name: 'vpc-id', Values: [central.cloud.vpc] }] }),
    );
    const start = `com.amazonaws.${central.cloud.region}.`;
    expect(
      VpcEndpoints.map(({ ServiceName, VpcEndpointType }) => `${VpcEndpointType} ${ServiceName}`).sort(),
    ).toEqual(
      [
        ...['ecs', 'ecs-agent', 'ecs-telemetry', 'servicediscovery', 'data-servicediscovery'],
        ...['logs', 'secretsmanager', 'ecr.api', 'ecr.dkr'],
      ]
        .map((service) => `Interface ${start}${service}`)
        .concat(`Gateway ${start}s3`)
        .sort(),
    );
  });

  test('is deployed to an empty cluster with instances of its own, which join', async () => {
    expect(await containerInstances()).toEqual([]);
    await central.deploy();
    const joined = await containerInstances();
    expect(joined).toHaveLength(capacity.InstanceCount);
    const started = await central.instances();
    expect(started.map(({ InstanceId }) => InstanceId).sort()).toEqual(
      joined.map(({ ec2InstanceId }) => ec2InstanceId).sort(),
    );
    for (const instance of started) {
      const { ECSAMI, InstanceType } = capacity;
      expect(instance).toMatchObject({ ImageId: ECSAMI, InstanceType, KeyName: central.keyName });
    }
    expect(await central.tasks('receiver')).toHaveLength(counts.ReceiverTaskCount);
    expect(await central.tasks('gateway')).toHaveLength(counts.GatewayTaskCount);
  });

  test("runs its tasks under the given role alone, with the guide's example policy", async () => {
    const definitions = new Set((await central.tasks()).map(({ taskDefinitionArn }) => taskDefinitionArn));
    expect(definitions.size).toBe(2);
    for (const taskDefinition of definitions) {
      const answer = await central.account.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
      const { executionRoleArn, taskRoleArn } = answer.taskDefinition ?? {};
      expect([executionRoleArn, taskRoleArn]).toEqual([central.roleArn, central.roleArn]);
    }
  });

  test('is verified through its receivers, exactly', async () => {
    const { outputs } = await central.done('verify', { cohorts });
    expect(outputs).toMatchObject({ generated: '700', arrived: '700' });
    const targets = await central.targets(outputs['run-id'] ?? '');
    // By name, and then one by one, so that each receiver is seen at work.
    const receivers = (await central.addresses('receiver')).map((address) => `${address}:4317`);
    expect(new Set(targets)).toEqual(new Set([`grpc-receiver.${central.name}:4317`, ...receivers]));
    // Traces have two spans; the receivers' own counters have spans only.
    expectShares(outputs['receivers'], { key: 'spans', tasks: 2, sum: 1400 });
    expectShares(outputs['gateways'], { key: 'arrived', tasks: 3, sum: 700 });
    const kept = Number(outputs['kept']);
    expect(kept).toBeGreaterThan(100);
    expect(await central.repository.delivered(outputs['run-id'] ?? '', kept)).toBe(kept);
  });

  test('brings the spans of a trace together at one gateway, whichever receivers they come through', async () => {
    const run = `gathered-${Date.now()}`;
    const services = await sendThroughDifferentReceivers(run);
    const { GatewayLogGroup = '' } = await central.outputs();
    const gathered = () => gatheredAtGateways(central.account, GatewayLogGroup, run);
    const seen = async () =>
      [...(await gathered()).values()]
        .flatMap((places) => [...places.values()])
        .reduce((sum, ids) => sum + ids.size, 0);
    await until('all spans are at gateways', async () => (await seen()) >= 2 * traces);
    const places = [...(await gathered()).values()];
    expect(places).toHaveLength(traces);
    expect(places.filter(({ size }) => size > 1).length).toBe(0);
    expect(places.every((at) => [...at.values()].every((ids) => ids.size === 2))).toBe(true);
    expect(new Set(places.flatMap((at) => [...at.keys()])).size).toBe(3);
    for (const service of services) await expectCountedOnce(service);
  });

  test('refuses span metrics on both sides before anything is touched', async () => {
    const state = async () => ({
      objects: await central.account.objectKeys(),
      changeSets: await central.account.changeSets(central.name),
      definitions: await central.account.taskDefinitions(central.name),
    });
    const before = await state();
    const { receiver } = configPairs.spanMetricsOnReceivers;
    const { gateway } = configPairs.spanMetricsOnGateways;
    const both = central.inputs({ receiver, gateway });
    await central.refused('deploy', ['config-refused', /span-metrics-once: .*would be counted twice/], both);
    expect(await state()).toEqual(before);
  });

  test.each(['grpc-receiver', 'grpc-gateway', 'grpc-sampling'])('takes traces as %s', async (service) => {
    const endpoint = `${service}.${central.name}:4317`;
    await expectDelivered(central.cluster, endpoint, `app-${service}-${Date.now()}`);
  });

  test('takes traces by name from another cluster in reach of the namespace', async () => {
    const opening = `${await central.addressRange()}:4317-4318`;
    expect(await central.openings()).not.toContain(opening);
    const { Endpoint = '' } = await central.share();
    expect(Endpoint).toBe(`grpc-receiver.${central.name}:4317`);
    expect(await central.openings()).toContain(opening);
    await expectDelivered(central.cloud.cluster, Endpoint, `app-in-another-cluster-${Date.now()}`);
  });

  test('takes traces from another cluster through its load balancer', async () => {
    expect(central.endpoint).toMatch(/\.elb\..*:4317$/);
    await expectDelivered(central.cloud.cluster, central.endpoint, `app-by-load-balancer-${Date.now()}`);
  });

  test.each([3, 2])('is scaled to %d receivers, with Cloud Map in step', async (count) => {
    const { outputs } = await central.done('scale', { role: 'receiver', count: String(count) });
    expect(outputs).toMatchObject({ 'has-changes': 'true', 'task-count': String(count) });
    const running = await central.addresses('receiver');
    expect(running).toHaveLength(count);
    expect(await central.listed('Receiver')).toEqual(running);
  });

  test('counts spans once as well when the gateways count them', async () => {
    await central.deploy(configPairs.spanMetricsOnGateways);
    await pause(6); // receivers look for gateways every five seconds
    for (const service of await sendThroughDifferentReceivers(`counted-${Date.now()}`)) {
      await expectCountedOnce(service);
    }
  });

  test('leaves nothing when it is removed', async () => {
    const before = await central.leftovers();
    for (const { InstanceId } of await central.instances()) expect(before).toContain(InstanceId);
    await central.remove();
    expect(await central.leftovers()).toEqual([]);
  });
});
