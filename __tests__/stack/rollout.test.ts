import { describe, expect, test } from '@jest/globals';
import type { Stack, StackResource } from '../../src/aws/cloudformation.ts';
import { type RolloutPorts, steadyServices } from '../../src/stack/rollout.ts';
import type { ServiceSight } from '../../src/stack/service-health.ts';
import { deadTask, declared, registered, service, sight, since, task } from '../support/ecs-sights.ts';
import { fakeWaiting } from '../support/waiting.ts';

const stack: Stack = {
  id: 'arn:stack',
  name: 'otel',
  status: 'UPDATE_COMPLETE',
  statusReason: undefined,
  lastUpdated: 0,
  parameters: {},
  outputs: {},
};

const resources: StackResource[] = [
  {
    logicalId: 'GatewayService',
    physicalId: 'arn:aws:ecs:eu-west-1:1:service/cluster/gateway',
    type: 'AWS::ECS::Service',
  },
  { logicalId: 'GatewayTaskDefinition', physicalId: declared, type: 'AWS::ECS::TaskDefinition' },
  { logicalId: 'Group', physicalId: 'group', type: 'AWS::Logs::LogGroup' },
];

/** Shows one sight per look, the last one for ever. */
function shown(
  sights: readonly (ServiceSight | undefined)[],
  declares = resources,
  outputs: Stack['outputs'] = {},
) {
  let look = -1;
  const current = () => sights[Math.min(look, sights.length - 1)];
  const ports: RolloutPorts = {
    cloudFormation: { resources: async () => declares },
    ecs: {
      service: async () => {
        look += 1;
        return current()?.service;
      },
      tasks: async ({ desiredStatus }) => [
        ...((desiredStatus === 'RUNNING' ? current()?.running : current()?.stopped) ?? []),
      ],
      activeInstances: async () => 2,
      taskDefinition: async () => {
        throw new Error('not asked for');
      },
    },
    cloudMap: { registeredInstances: async () => [...(current()?.registered ?? [])] },
  };
  const { waiting, lines } = fakeWaiting(120);
  return {
    steady: () => steadyServices({ ...stack, outputs }, { since }, ports, waiting),
    lines,
    looks: () => look + 1,
  };
}

describe('waiting for services', () => {
  test('takes two looks that show the same', async () => {
    const container = {
      ...{ name: 'otel-collector', status: 'RUNNING', exitCode: undefined, reason: undefined },
      image: 'collector:1',
    };
    const running = [
      task('1', { containers: [{ ...container, imageDigest: 'sha256:01' }] }),
      task('2', { containers: [{ ...container, imageDigest: undefined }] }),
    ];
    const { steady, looks } = shown([sight({ running })]);
    await expect(steady()).resolves.toEqual([
      {
        logicalId: 'GatewayService',
        cluster: 'cluster',
        name: 'gateway',
        desired: 2,
        taskDefinition: declared,
        addresses: ['10.0.0.1', '10.0.0.2'],
        digests: ['sha256:01', 'unknown'],
        tasks: running,
      },
    ]);
    expect(looks()).toBe(2);
  });

  test('starts over when a task was replaced between two looks', async () => {
    const replaced = sight({
      running: [task('1'), task('3')],
      registered: [registered('1'), registered('3')],
    });
    const { steady, looks } = shown([sight(), replaced]);
    await steady();
    expect(looks()).toBe(3);
  });

  test('starts over when Cloud Map was out of step in between', async () => {
    const { steady, looks } = shown([sight(), sight({ registered: [registered('1')] }), sight()]);
    await steady();
    expect(looks()).toBe(4);
  });

  test('misses a registration that the outputs of the stack promise, though ECS has lost it', async () => {
    const lost = sight({ service: service({ discoveryServiceIds: [] }), registered: [] });
    const promised = { ReceiverServiceName: 'gateway', ReceiverDiscoveryServiceId: 'srv-1' };
    await expect(shown([lost], resources, promised).steady()).rejects.toMatchObject({
      code: 'deadline-exceeded',
      message: expect.stringContaining('Cloud Map lists [], running are [10.0.0.1, 10.0.0.2]'),
    });
    await expect(shown([lost]).steady()).resolves.toHaveLength(1);
  });

  test('bears with a service that ECS does not show yet', async () => {
    const { steady, lines } = shown([undefined, sight()]);
    await steady();
    expect(lines.join()).toContain('ECS does not know it yet');
  });

  test('fails at once, naming the service, when its tasks die', async () => {
    const { steady, looks } = shown([sight({ stopped: [deadTask('1'), deadTask('2'), deadTask('3')] })]);
    await expect(steady()).rejects.toMatchObject({ code: 'tasks-failing', service: { name: 'gateway' } });
    expect(looks()).toBe(1);
  });

  test('never takes a timeout for success, and says what was missing', async () => {
    const { steady } = shown([sight({ service: service({ running: 1 }) })]);
    await expect(steady()).rejects.toMatchObject({
      code: 'deadline-exceeded',
      message: 'service gateway: not steady by the deadline: 1 of 2 tasks running',
    });
  });

  test('has nothing to wait for in a stack without services', async () => {
    const { steady, looks } = shown([sight()], []);
    await expect(steady()).resolves.toEqual([]);
    expect(looks()).toBe(0);
  });
});
