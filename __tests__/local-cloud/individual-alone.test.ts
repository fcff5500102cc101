import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readMetrics } from '../../local/backend.ts';
import { DeployedTopology } from '../support/deployed-topology.ts';
import { ShippedStack } from '../support/shipped-stack.ts';
import { resourcesOf } from '../support/stack-sights.ts';
import { until } from '../support/wait.ts';

jest.setTimeout(300_000);

const name = 'single-alone';
const cohorts = '{normal: {expect: 25%, traces: 600}, errors: {expect: 100%, traces: 100}}';

type Role = 'agent' | 'receiver' | 'gateway';

// An environment file for each, without a stack for the namespace, without VpcId, and without the other two.
describe('an individual template alone', () => {
  const ports = {
    ...{ AgentGrpcPort: 26_117, AgentHttpPort: 26_118 },
    ...{ AgentHealthPort: 26_133, AgentMetricsPort: 26_188 },
  };
  const alone = {
    agent: repository('agent', { ...ports, AgentMemory: 256 }),
    receiver: repository('receiver', { ReceiverTaskCount: 1, ReceiverMemory: 256 }),
    gateway: repository('gateway', { GatewayTaskCount: 1, Memory: 256 }),
  };
  const { account, cloud } = alone.agent;
  const template = 'individual-templates/cloudmap-namespace.yaml';
  const namespace = new ShippedStack(cloud, `${name}-namespace`, template);
  let namespaceId = '';

  beforeAll(async () => {
    const outputs = await namespace.deploy({ VpcId: cloud.vpc, NamespaceName: name });
    namespaceId = outputs['NamespaceId'] ?? '';
  });
  afterAll(async () => {
    await Promise.all(Object.entries(alone).map(([role, each]) => each.remove(`${name}-${role}`)));
    await namespace.remove();
  });

  const deploy = (role: Role) => {
    const given = role === 'agent' ? '{}' : `{NamespaceId: ${namespaceId}}`;
    return alone[role].done('deploy', { parameters: given });
  };

  /** Every trace arrives at the gateway that is alone there, sent to this address. */
  async function expectTaken(endpoint: string): Promise<void> {
    const { outputs } = await alone.gateway.done('verify', { cohorts, endpoint });
    expect(outputs).toMatchObject({ generated: '700', arrived: '700' });
    const kept = Number(outputs['kept']);
    expect(await alone.gateway.repository.delivered(outputs['run-id'] ?? '', kept)).toBe(kept);
  }

  test('is deployed into a namespace that somebody else made, in the security group that is given', async () => {
    const roles: Role[] = ['agent', 'receiver', 'gateway'];
    const results = await Promise.all(roles.map(deploy));
    for (const [index, { outputs }] of results.entries()) {
      const stackName = `${name}-${roles[index]}`;
      const [stack, ...more] = JSON.parse(outputs['stacks'] ?? '[]') as Record<string, unknown>[];
      expect(stack).toMatchObject({ 'stack-name': stackName, 'has-changes': true, deployed: true });
      expect(more).toEqual([]);
      expect(await resourcesOf(account, stackName, 'AWS::EC2::SecurityGroup')).toEqual([]);
    }
    for (const role of ['receiver', 'gateway'] as const)
      expect((await alone[role].outputs(`${name}-${role}`))['SecurityGroupIds']).toBe(cloud.securityGroup);
  });

  test('of the gateways takes traces by its name', () => expectTaken('grpc-sampling'));

  test('of the receivers takes traces by its name and finds the gateway', () =>
    expectTaken(`grpc-receiver.${name}:4317`));

  test('of the agents sends metrics of every instance', async () => {
    const hosts = async () => {
      const metrics = await readMetrics(cloud.backendDirectory);
      const ofHosts = metrics.filter(
        (each) => each.name === 'system.cpu.utilization' && each.resource['cx.application.name'] === name,
      );
      return [...new Set(ofHosts.map(({ resource }) => resource['host.id']))].sort();
    };
    await until('each instance has sent metrics', async () => (await hosts()).length >= 2, 60);
    expect(await hosts()).toEqual([...cloud.instances].sort());
  });
});

/** One component in the list, with the shipped config. */
function repository(role: Role, parameters: Record<string, number>): DeployedTopology {
  const fields = { components: [{ component: role, 'stack-name': `${name}-${role}` }] };
  const others = { VpcId: undefined, ReceiverTaskCount: undefined, GatewayTaskCount: undefined };
  return new DeployedTopology(name, {
    ...{ topology: 'individual', fields },
    parameters: { ...others, ApplicationName: name, ...parameters },
  });
}
