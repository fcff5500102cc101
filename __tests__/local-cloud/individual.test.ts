import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { readLogs, readMetrics, readTraces } from '../../local/backend.ts';
import type { ActionRun } from '../../local/runner.ts';
import { AppTasks } from '../support/app-tasks.ts';
import { DeployedTopology } from '../support/deployed-topology.ts';
import { HandMadeStack, separateRoles } from '../support/hand-made-stack.ts';
import { parametersOf, resourcesOf, serviceSight, stackSight } from '../support/stack-sights.ts';
import { pause, until } from '../support/wait.ts';

jest.setTimeout(300_000);

const name = 'single';
const cohorts = '{normal: {expect: 25%, traces: 600}, errors: {expect: 100%, traces: 100}}';
const sent = 700;

const stackNames = ['cloudmap', 'daemon', 'receiver', 'gateway'].map((part) => `${name}-${part}`);
const [namespaceStack = '', daemonStack = '', receiverStack = '', gatewayStack = ''] = stackNames;

// The guide's four commands as one environment file. One story: each test goes on from where the one before it ended.
describe('a stack for each component', () => {
  let roles: HandMadeStack;
  let single: DeployedTopology;
  let delivered: ActionRun;

  beforeAll(async () => {
    single = new DeployedTopology(name, { topology: 'individual', parameters: common });
    roles = await HandMadeStack.make(single.account, `${name}-roles`, separateRoles(single.cloud.bucket));
    writeComponents({ receiver: 'SubnetIds', gateway: 'Subnets' });
    single.edit('gateway', 'decision_wait: 10s', 'decision_wait: 2s');
  });
  afterAll(async () => {
    await single.remove(gatewayStack, receiverStack, daemonStack, namespaceStack);
    await roles[Symbol.asyncDispose]();
  });

  /** @param words how receivers and gateways call their subnets */
  function writeComponents(words: { receiver: string; gateway: string }): void {
    const file = path.join(single.folder, 'environment.yaml');
    const environment = parse(readFileSync(file, 'utf8')) as object;
    const { vpc, subnets } = single.cloud;
    const { agent, receiver, gateway } = single.repository.configs;
    const components = [
      { component: 'namespace', 'stack-name': namespaceStack, parameters: { VpcId: vpc } },
      {
        ...{ component: 'agent', 'stack-name': daemonStack, config: agent },
        parameters: { SubsystemName: 'agents' },
      },
      {
        ...{ component: 'receiver', 'stack-name': receiverStack, config: receiver },
        parameters: {
          ...{ [words.receiver]: subnets, ReceiverTaskCount: 2, SubsystemName: 'receivers' },
          ...{ TaskExecutionRoleArn: roles.outputs['StartArn'], TaskRoleArn: roles.outputs['RunArn'] },
        },
      },
      {
        ...{ component: 'gateway', 'stack-name': gatewayStack, config: gateway },
        parameters: { [words.gateway]: subnets, SubsystemName: 'gateways' },
      },
    ];
    writeFileSync(file, stringify({ ...environment, components }));
  }

  const tasks = async () => ({
    agents: await single.account.tasks(`${name}-agent`),
    receivers: await single.account.tasks(`${name}-receiver`),
    gateways: await single.account.tasks(`${name}-gateway`),
  });

  /** Verifies through the agents, and expects exact counts in every place that a trace passes. */
  async function verified(count: { receivers: number; gateways: number }): Promise<ActionRun> {
    const result = await single.done('verify', { cohorts });
    const { outputs } = result;
    expect(outputs).toMatchObject({ generated: String(sent), arrived: String(sent) });
    const shares = <T>(of: string) => JSON.parse(outputs[of] ?? '[]') as T[];
    const agents = shares<{ instance: string; arrived: number }>('agents');
    expect(agents.map(({ instance }) => instance).sort()).toEqual([...single.cloud.instances].sort());
    expect(agents.map(({ arrived }) => arrived)).toEqual([sent / 2, sent / 2]);
    const gateways = shares<{ arrived: number }>('gateways');
    expect(gateways).toHaveLength(count.gateways);
    expect(gateways.every(({ arrived }) => arrived > 0)).toBe(true);
    expect(gateways.reduce((sum, { arrived }) => sum + arrived, 0)).toBe(sent);
    expect(shares('receivers')).toHaveLength(count.receivers);
    return result;
  }

  test('is deployed one after the other, the namespace feeding the others', async () => {
    const { outputs, summary } = await single.done('deploy');
    const deployed = JSON.parse(outputs['stacks'] ?? '[]') as Record<string, unknown>[];
    expect(deployed).toMatchObject(
      stackNames.map((stack) => ({ 'stack-name': stack, 'has-changes': true, deployed: true })),
    );
    for (const stack of stackNames) expect(summary).toContain(`\`${stack}\``);
    const { NamespaceId, NamespaceName } = await single.outputs(namespaceStack);
    expect(NamespaceId).toMatch(/^ns-/);
    for (const stack of [receiverStack, gatewayStack])
      expect(await parametersOf(single.account, stack)).toMatchObject({ NamespaceId, NamespaceName });
    const all = await tasks();
    expect([all.agents, all.receivers, all.gateways].map(({ length }) => length)).toEqual([2, 2, 2]);
  });

  test('takes the subnets under the name of each template', async () => {
    for (const service of [`${name}-receiver`, `${name}-gateway`]) {
      const { subnets } = await serviceSight(single.account, single.cloud.cluster, service);
      expect(subnets.sort()).toEqual([...single.cloud.subnets].sort());
    }
  });

  test('runs under the roles that are given, apart from each other, and makes those that are not', async () => {
    const { taskDefinition } = await serviceSight(single.account, single.cloud.cluster, `${name}-receiver`);
    expect(taskDefinition).toMatchObject({
      executionRoleArn: roles.outputs['StartArn'],
      taskRoleArn: roles.outputs['RunArn'],
    });
    const made = (stack: string) => resourcesOf(single.account, stack, 'AWS::IAM::Role');
    expect(await made(receiverStack)).toEqual([]);
    expect(await made(daemonStack)).toEqual(['TaskExecutionRole', 'TaskRole']);
    expect(await made(gatewayStack)).toEqual(['TaskExecutionRole', 'TaskRole']);
  });

  test('is verified through agents, receivers and gateways', async () => {
    delivered = await verified({ receivers: 2, gateways: 2 });
  });

  test('delivers kept traces once, from the gateways, and dropped ones not at all', async () => {
    const { outputs } = delivered;
    const kept = Number(outputs['kept']);
    expect(kept).toBeLessThan(sent);
    expect(await single.repository.delivered(outputs['run-id'] ?? '', kept)).toBe(kept);
    const all = await readTraces(single.cloud.backendDirectory);
    const spans = all.filter(({ resource }) => resource['verify.run'] === outputs['run-id']);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
    expect(senders(spans)).toEqual(['gateways']);
  });

  test("sends each instance's metrics from its agent, those of spans from the receivers", async () => {
    const metrics = async (metric: string) => {
      const all = await readMetrics(single.cloud.backendDirectory);
      return all.filter((each) => each.name === metric && isOurs(each));
    };
    const hosts = async () =>
      (await metrics('system.cpu.utilization')).map(({ resource }) => resource['host.id']);
    const { instances } = single.cloud;
    await until(
      'each instance has sent metrics',
      async () => new Set(await hosts()).size === instances.length,
      60,
    );
    expect(senders(await metrics('system.cpu.utilization'))).toEqual(['agents']);
    await until('span metrics are there', async () => (await metrics('calls')).length > 0, 60);
    expect(senders(await metrics('calls'))).toEqual(['receivers']);
  });

  /** Records of these lines at the backend, once all of them and no copy are there. */
  async function arrived(lines: ReadonlyMap<string, string>) {
    const read = async () => {
      const all = await readLogs(single.cloud.backendDirectory);
      return all.filter((each) => isOurs(each) && [...lines.values()].includes(each.body));
    };
    await until('every line is at the backend', async () => (await read()).length >= lines.size);
    await pause(3); // time for a second copy, were there one
    const found = await read();
    expect(found.map(({ resource, body }) => [resource['host.id'], body]).sort()).toEqual([...lines].sort());
    expect(senders(found)).toEqual(['agents']);
    return found.map(({ resource }) => resource);
  }
  const linesOf = (what: string) =>
    new Map(single.cloud.instances.map((instance) => [instance, `${what} on ${instance} ${Date.now()}`]));

  test("sends an application's lines from the agent of its instance, without claiming whose they are", async () => {
    const lines = linesOf('plain');
    await using _app = await AppTasks.start(single.account, single.cloud, (at) => lines.get(at) ?? '');
    for (const resource of await arrived(lines)) {
      expect(resource['container.id']).toMatch(/^[0-9a-f]{64}$/);
      expect(Object.keys(resource).filter((key) => /^aws\.ecs|^container\.name/.test(key))).toEqual([]);
    }
  });

  test('says of lines with labels which cluster, task and container they are from', async () => {
    const lines = linesOf('labelled');
    await using app = await AppTasks.startLabelled(single.account, single.cloud, (at) => lines.get(at) ?? '');
    const resources = await arrived(lines);
    for (const resource of resources)
      expect(resource).toMatchObject({
        'aws.ecs.cluster.name': single.cloud.cluster,
        'aws.ecs.task.family': 'labelled-app',
        'aws.ecs.task.revision': expect.stringMatching(/^\d+$/),
        'container.name': 'app',
        'container.id': expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    expect(resources.map((resource) => resource['aws.ecs.task.arn']).sort()).toEqual([...app.arns].sort());
  });

  test('makes nothing of a deployment that changes nothing, subnets by their other names included', async () => {
    const sights = async () => ({
      ...(await tasks()),
      stacks: await Promise.all(stackNames.map((stack) => stackSight(single.account, stack))),
    });
    const before = await sights();
    writeComponents({ receiver: 'Subnets', gateway: 'SubnetIds' });
    const result = await single.done('deploy');
    expect(result.outputs['has-changes']).toBe('false');
    expect(result.summary.match(/ 0 objects written/g)).toHaveLength(4);
    expect(await sights()).toEqual(before);
  });

  test('stops at the component that fails, says what is deployed and what is not, and leaves the rest', async () => {
    const before = await tasks();
    const gateway = await stackSight(single.account, gatewayStack);
    single.edit('agent', 'send_batch_size: 1024', 'send_batch_size: 512');
    single.edit('gateway', 'decision_wait: 2s', 'decision_wait: 3s');
    single.edit('receiver', '\n  memory_limiter:', '\n  memory_limitr:');
    const { log, outputs } = await single.refused('deploy', ['deployment-rolled-back', /single-receiver/]);
    expect(log).toContain('memory_limitr');
    expect(log).toContain(`deployed:     namespace (${namespaceStack}), agent (${daemonStack})`);
    expect(log).toContain(`failed:       receiver (${receiverStack})`);
    expect(log).toContain(`not deployed: gateway (${gatewayStack})`);
    const stacks = JSON.parse(outputs['stacks'] ?? '[]') as { deployed: boolean }[];
    expect(stacks.map(({ deployed }) => deployed)).toEqual([true, true, false, false]);
    const after = await tasks();
    expect(after.agents.filter((task) => before.agents.includes(task))).toEqual([]);
    expect(after.gateways).toEqual(before.gateways);
    expect(await stackSight(single.account, gatewayStack)).toEqual(gateway);
  });

  test('goes through once that is mended', async () => {
    single.edit('receiver', '\n  memory_limitr:', '\n  memory_limiter:');
    const { outputs } = await single.done('deploy');
    const stacks = JSON.parse(outputs['stacks'] ?? '[]') as Record<string, unknown>[];
    expect(stacks.map((stack) => stack['has-changes'])).toEqual([false, false, false, true]);
    expect(stacks.map((stack) => stack['deployed'])).toEqual([true, true, true, true]);
  });

  test('is scaled by role, each in its own stack, and verified with the new numbers', async () => {
    const [before, daemon] = [await tasks(), await stackSight(single.account, daemonStack)];
    const scale = (role: string) => single.done('scale', { role, count: '3' });
    for (const { outputs } of await Promise.all(['gateway', 'receiver'].map(scale)))
      expect(outputs).toMatchObject({ 'has-changes': 'true', 'task-count': '3' });
    const after = await tasks();
    expect(after.agents).toEqual(before.agents);
    expect(after.receivers).toEqual(expect.arrayContaining(before.receivers));
    expect(after.gateways).toEqual(expect.arrayContaining(before.gateways));
    expect(await stackSight(single.account, daemonStack)).toEqual(daemon);
    await verified({ receivers: 3, gateways: 3 });
  });
});

/** Nothing of subnets or a VPC: each component has its own. */
const common = {
  ...{ VpcId: undefined, SubnetIds: undefined, ReceiverTaskCount: undefined },
  ...{ ApplicationName: name, Memory: 256, ReceiverMemory: 256, AgentMemory: 256 },
  ...{ AgentGrpcPort: 26_017, AgentHttpPort: 26_018, AgentHealthPort: 26_033, AgentMetricsPort: 26_088 },
};

interface FromSomeone {
  resource: Record<string, string>;
}

/** Other stacks' agents read the same instances. */
function isOurs({ resource }: FromSomeone): boolean {
  return resource['cx.application.name'] === name;
}

/** Which components sent this to the backend: the subsystem is each one's own. */
function senders(items: readonly FromSomeone[]): (string | undefined)[] {
  return [...new Set(items.map(({ resource }) => resource['cx.subsystem.name']))].sort();
}
