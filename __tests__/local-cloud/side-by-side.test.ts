import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { customDomain } from '../../local/lifecycle/pki.ts';
import { keepBusy } from '../support/busy-family.ts';
import { DeployedStack } from '../support/deployed-stack.ts';
import { ForeignInstances } from '../support/foreign-instances.ts';

jest.setTimeout(300_000);

/** Decisions after two seconds. */
const quick = ['decision_wait: 10s', 'decision_wait: 2s'] as const;
const total = 700;
const cohorts = (share: number) =>
  `{normal: {expect: ${share}%, traces: 600}, errors: {expect: 100%, traces: 100}}`;

// Two stacks in one cluster: other names, another namespace, other ports of the same instances. They send to other
// domains of Coralogix too, a region's and one of its own. The cluster has instances that they cannot use.
describe('two stacks side by side', () => {
  let left: DeployedStack;
  let right: DeployedStack;
  let foreign: ForeignInstances;

  beforeAll(async () => {
    left = new DeployedStack('left', 5, { CoralogixRegion: 'AP3' });
    right = new DeployedStack('right', 6, { CoralogixRegion: undefined, CoralogixDomain: customDomain });
    for (const stack of [left, right]) stack.edit('sampling-config.yaml', ...quick);
    foreign = await ForeignInstances.join(left.cloud, 'side-by-side');
  });
  afterAll(async () => {
    await right.remove();
    await foreign[Symbol.asyncDispose]();
  });

  /** Verifies and expects exact counts, all of them at the stack's own gateways. */
  async function verified(stack: DeployedStack, share = 25): Promise<void> {
    const { exitCode, outputs } = await stack.run('verify', { cohorts: cohorts(share) });
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ generated: String(total), arrived: String(total) });
    const own = (await stack.gateways()).map((arn) => arn.split('/').at(-1));
    const gateways = JSON.parse(outputs['gateways'] ?? '[]') as { task: string; arrived: number }[];
    expect(gateways.map(({ task }) => task).sort()).toEqual(own.sort());
    const agents = JSON.parse(outputs['agents'] ?? '[]') as { instance: string }[];
    expect(agents.map(({ instance }) => instance).sort()).toEqual([...stack.cloud.instances].sort());
    expect(gateways.reduce((sum, { arrived }) => sum + arrived, 0)).toBe(total);
  }

  /** All tasks of a stack. */
  async function tasksOf({ account, name, gatewayService }: DeployedStack): Promise<string[]> {
    return [...(await account.tasks(`${name}-agent`)), ...(await account.tasks(gatewayService))].sort();
  }

  test('are deployed at the same time', async () => {
    await Promise.all([left.deploy(), right.deploy()]);
    expect(await tasksOf(left)).toHaveLength(4);
    expect(await tasksOf(right)).toHaveLength(4);
  });

  test('do not notice that the other one is rolled', async () => {
    const before = await tasksOf(right);
    left.edit('sampling-config.yaml', 'sampling_percentage: 25', 'sampling_percentage: 50');
    await Promise.all([left.deploy(), verified(right)]);
    expect(await tasksOf(right)).toEqual(before);
  });

  test('are verified at the same time as others verify, each exactly and by its own sampling', async () => {
    const others = keepBusy(left.account.ecs, 'telemetrygen-task', 10);
    await Promise.all([verified(left, 50), verified(right, 25)]);
    expect(await others).toBeGreaterThan(0);
  });

  test('do not notice that the other one is deleted', async () => {
    const before = await tasksOf(right);
    await Promise.all([left.remove(), verified(right)]);
    expect(await tasksOf(right)).toEqual(before);
  });
});
