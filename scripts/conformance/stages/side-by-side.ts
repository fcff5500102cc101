import { setTimeout as delay } from 'node:timers/promises';
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { type Kit, saying } from '../kit.ts';
import type { Stage, StageWork } from '../stage.ts';

/** Two verifications at once, and a zone that is lost and comes back. */
export const sideBySide: Stage = {
  number: 5,
  title: 'Two verifications at once; a zone lost and back',
  settles: ['B4', 'C2'],
  makes: 'nothing beyond the stack of stage 2; an instance is replaced',
  minutes: 30,
  dollars: 0.2,
  needsInstances: true,
  async run(work) {
    const kit = await work.collectors.deployed();
    const question = {
      id: 'B4',
      what: 'two verifications at once in one account',
      expected: 'both succeed',
    };
    await work.check(question, async () => {
      const inputs = { cohorts: '{normal: {expect: 25%, traces: 600}, errors: {expect: 100%, traces: 100}}' };
      const runs = await Promise.all([kit.run('verify', inputs), kit.run('verify', inputs)]);
      return { holds: runs.every(({ exitCode }) => exitCode === 0), seen: runs.map(saying).join(' / ') };
    });
    if (!work.short) await zoneLost(work, kit);
  },
};

/** Only where the instances are the run's own: a group brings the terminated one back. */
async function zoneLost({ check, account, ground, signal }: StageWork, kit: Kit): Promise<void> {
  const question = {
    id: 'C2',
    what: 'terminate one instance, wait until it is replaced and ten minutes more; events of the gateways',
    expected: 'no event speaks of rebalancing',
  };
  await check(question, async () => {
    const [lost] = await ground.instances();
    if (!lost) throw new Error('there is no instance');
    await account.ec2.send(new TerminateInstancesCommand({ InstanceIds: [lost.instanceId] }));
    const since = Date.now();
    await delay(60_000, undefined, { signal });
    await ground.instances();
    await delay(600_000, undefined, { signal });
    const { cluster } = await ground.facts();
    const services = [(await account.outputs(kit.stackName))['GatewayServiceName'] ?? ''];
    const described = await account.ecs.send(new DescribeServicesCommand({ cluster, services }));
    const said = (described.services?.[0]?.events ?? [])
      .filter(({ createdAt }) => (createdAt?.getTime() ?? 0) > since)
      .map(({ message }) => message ?? '');
    return {
      holds: !said.some((message) => /rebalanc/i.test(message)),
      seen: said.join(' | ') || 'no event',
    };
  });
}
