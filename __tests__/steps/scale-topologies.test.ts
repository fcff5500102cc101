import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ScaleSettings, Settings } from '../../src/inputs/settings.ts';
import type { ConfigRole, TopologyName } from '../../src/inputs/topologies.ts';
import { Ledger } from '../../src/kit/ledger.ts';
import { scale } from '../../src/steps/scale.ts';
import { FakeReporter } from '../support/fake-reporter.ts';
import { ScaledStack, scaledRoles } from '../support/scaled-stack.ts';

let reporter: FakeReporter;

beforeEach(() => {
  reporter = new FakeReporter();
});

interface Case {
  topology: TopologyName;
  role: ConfigRole;
  /** Roles of each stack of the environment; all are the one in memory. */
  stacks: ConfigRole[][];
}

function run(stack: ScaledStack, { topology, role, stacks }: Case, more: Partial<ScaleSettings> = {}) {
  const settings = {
    ...{ environment: 'staging', region: 'eu-west-1', topology },
    stacks: stacks.map((roles) => ({ stackName: 'otel', configs: roles.map((each) => ({ role: each })) })),
    services: {},
    scale: { role, count: 3, timeoutSeconds: 900, ...more },
  } as unknown as Settings;
  stack.clock.time += 3_600_000;
  const deps = { reporter, clock: stack.clock, signal: new AbortController().signal };
  return scale(settings, { ...deps, ledger: new Ledger('eu-west-1', () => {}) }, stack.ports());
}

const central = { topology: 'central-cluster', stacks: [['receiver', 'gateway']] } as const;
const individual = { topology: 'individual', stacks: [[], ['agent'], ['receiver'], ['gateway']] } as const;
const settingsOf = ({ topology, stacks }: typeof central | typeof individual, role: ConfigRole): Case => ({
  ...{ topology, role },
  stacks: stacks.map((roles) => [...roles]),
});

describe.each([
  ['a central cluster', central],
  ['individual stacks', individual],
])('in %s', (_name, environment) => {
  test('gateways are scaled, and the receivers know them once their resolver has looked again', async () => {
    const stack = new ScaledStack(scaledRoles.gateways);
    stack.routingConfig = Buffer.from(
      stack.routingConfig.toString().replace(/interval: 5s\n/, 'interval: 45s\n'),
    );
    const before = stack.clock.now() + 3_600_000;
    await run(stack, settingsOf(environment, 'gateway'));
    expect(stack.clock.now() - before).toBeGreaterThan(45_000);
    expect(stack.created[0]?.parameters).toContainEqual({ name: 'GatewayTaskCount', value: '3' });
    expect(reporter.markdown).toContain('gateway scaled from 1 to 3');
    expect(reporter.markdown).toContain('every receiver can know them');
  });

  test('receivers are scaled, and are known once old answers of DNS are gone', async () => {
    const stack = new ScaledStack(scaledRoles.receivers);
    stack.ttl = 120;
    const before = stack.clock.now() + 3_600_000;
    await run(stack, settingsOf(environment, 'receiver'));
    expect(stack.clock.now() - before).toBeGreaterThan(180_000);
    expect(stack.created[0]?.parameters).toContainEqual({ name: 'ReceiverTaskCount', value: '3' });
    expect(reporter.outputs['task-count']).toBe(3);
    expect(reporter.markdown).toContain('whoever resolves grpc-receiver can know them');
  });

  test('receivers that DNS still hides at the deadline are a failure', async () => {
    const stack = new ScaledStack(scaledRoles.receivers);
    stack.ttl = 300;
    await expect(
      run(stack, settingsOf(environment, 'receiver'), { timeoutSeconds: 60 }),
    ).rejects.toMatchObject({
      code: 'deadline-exceeded',
      message: expect.stringContaining('known to whoever resolves grpc-receiver after 360 s'),
    });
  });
});

test('without receivers the agents of individual stacks route to the gateways', async () => {
  const stack = new ScaledStack({
    ...scaledRoles.gateways,
    ...{ routingKey: 'S3ConfigKey', routingConfig: 'agent-config.yaml' },
  });
  await run(stack, { topology: 'individual', role: 'gateway', stacks: [['agent'], ['gateway']] });
  expect(reporter.markdown).toContain('every agent can know them');
});

test('gateways alone are scaled with a warning that nobody is known to route to them', async () => {
  const stack = new ScaledStack(scaledRoles.gateways);
  await run(stack, { topology: 'individual', role: 'gateway', stacks: [['gateway']] });
  expect(reporter.warnings.join()).toContain('no role of this environment comes before the gateways');
  expect(reporter.markdown).not.toContain('can know them');
});

test('receivers that cannot be found, and that no output names, are refused before anything is changed', async () => {
  const stack = new ScaledStack(scaledRoles.receivers);
  stack.outputs = {};
  await expect(run(stack, settingsOf(central, 'receiver'))).rejects.toMatchObject({
    code: 'collectors-not-found',
  });
  expect(stack.created).toEqual([]);
});
