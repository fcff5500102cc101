import { setTimeout as delay } from 'node:timers/promises';
import {
  DiscoverInstancesCommand,
  ListInstancesCommand,
  ListServicesCommand,
} from '@aws-sdk/client-servicediscovery';
import { type Kit, saying } from '../kit.ts';
import type { Stage, StageWork } from '../stage.ts';

/** Scales, changes nothing, breaks, cancels and rotates, each under the documented role of its step. */
export const changes: Stage = {
  number: 4,
  title: 'Changes of a running stack',
  settles: ['A2 (scale)', 'C7', 'no changes', 'circuit breaker', 'cancellation', 'rotated key'],
  makes: 'nothing beyond the stack of stage 2, and one stack whose creation is cancelled',
  minutes: 45,
  dollars: 0.3,
  needsInstances: true,
  async run(work) {
    const kit = await work.collectors.deployed();
    await scaled(work, kit, 3);
    await unchanged(work, kit);
    // The tests of the local cloud break and cancel deployments on stacks of their own.
    if (work.short) return;
    await broken(work, kit);
    await cancelledUpdate(work, kit);
    await scaled(work, kit, 2);
    await cancelledCreation(work);
    await rotated(work, kit);
  },
};

async function scaled(work: StageWork, kit: Kit, count: number): Promise<void> {
  const question = {
    id: 'C7',
    what: `scale to ${count} gateways under the documented role; Cloud Map's two views meanwhile`,
    expected: 'the step succeeds; seconds by which DiscoverInstances follows ListInstances are recorded',
  };
  await work.check(question, async () => {
    const watching = new AbortController();
    const lag = discoveryLag(work, kit.stackName, watching.signal);
    const run = await kit.run('scale', { role: 'gateway', count: String(count) });
    watching.abort();
    return { holds: run.exitCode === 0, seen: `${saying(run)}; ${await lag}` };
  });
}

/** The longest time for which the data plane's count differed from the control plane's. */
async function discoveryLag(
  { account, say }: StageWork,
  stack: string,
  signal: AbortSignal,
): Promise<string> {
  const { cloudMap } = account;
  const { Services = [] } = await cloudMap.send(new ListServicesCommand({}));
  const namespace = (await account.outputs(stack))['NamespaceName'] ?? '';
  const Id = (await account.outputs(stack))['GatewayDiscoveryServiceId'];
  const service = Services.find((each) => (Id ? each.Id === Id : each.Name === 'grpc-gateway'))?.Id ?? '';
  let longest = 0;
  let since: number | undefined;
  while (!signal.aborted) {
    try {
      const [{ Instances: listed = [] }, { Instances: found = [] }] = await Promise.all([
        cloudMap.send(new ListInstancesCommand({ ServiceId: service })),
        cloudMap.send(
          new DiscoverInstancesCommand({ NamespaceName: namespace, ServiceName: 'grpc-gateway' }),
        ),
      ]);
      if (listed.length === found.length) since = undefined;
      else {
        since ??= Date.now();
        longest = Math.max(longest, Date.now() - since);
      }
    } catch (error) {
      say(`Cloud Map: ${error instanceof Error ? error.message : String(error)}`);
    }
    await delay(500, undefined, { signal }).catch(() => {});
  }
  return `DiscoverInstances differed from ListInstances for at most ${(longest / 1000).toFixed(1)} s`;
}

async function unchanged({ check }: StageWork, kit: Kit): Promise<void> {
  const question = {
    id: 'no-changes',
    what: 'deploy the same again',
    expected: 'CloudFormation says that there are no changes, in words the kit knows; nothing is executed',
  };
  await check(question, async () => {
    const run = await kit.run('deploy');
    return {
      holds: run.exitCode === 0 && run.outputs['has-changes'] === 'false',
      seen: `${saying(run)}; has-changes ${run.outputs['has-changes']}`,
    };
  });
}

async function broken({ check, account }: StageWork, kit: Kit): Promise<void> {
  const question = {
    id: 'breaker',
    what: 'deploy gateways whose config names an unknown processor',
    expected: "the circuit breaker trips, the failure shows the collector's own words, the stack rolls back",
  };
  await check(question, async () => {
    kit.edit('gateway', 'tail_sampling:', 'tail_samplingg:');
    const run = await kit
      .run('deploy')
      .finally(() => kit.edit('gateway', 'tail_samplingg:', 'tail_sampling:'));
    const status = await account.settled(kit.stackName);
    const holds =
      run.exitCode === 1 && run.log.includes('tail_samplingg') && status === 'UPDATE_ROLLBACK_COMPLETE';
    return { holds, seen: `${saying(run)}; stack ${status}` };
  });
}

async function cancelledUpdate({ check, account }: StageWork, kit: Kit): Promise<void> {
  const question = {
    id: 'cancel-update',
    what: 'cancel a deployment in the middle of its update',
    expected: 'the update is taken back, and the stack comes to rest as it was',
  };
  await check(question, async () => {
    kit.edit('gateway', 'sampling_percentage: 25', 'sampling_percentage: 26');
    const run = await cancelled(kit, /UPDATE_IN_PROGRESS +GatewayService/);
    kit.edit('gateway', 'sampling_percentage: 26', 'sampling_percentage: 25');
    const status = await account.settled(kit.stackName);
    return {
      holds: run.exitCode !== 0 && status === 'UPDATE_ROLLBACK_COMPLETE',
      seen: `${saying(run)}; stack ${status}`,
    };
  });
}

async function cancelledCreation({ check, collectors, account }: StageWork): Promise<void> {
  const question = {
    id: 'cancel-create',
    what: 'cancel a deployment in the middle of its creation',
    expected: 'the stack is deleted',
  };
  await check(question, async () => {
    const kit = await collectors.repository({ suffix: 'cancelled', index: 2 });
    const run = await cancelled(kit, /CREATE_IN_PROGRESS +GatewayService/);
    const status = await account.settled(kit.stackName);
    return { holds: run.exitCode !== 0 && status === 'gone', seen: `${saying(run)}; stack ${status}` };
  });
}

/** Cancels the deployment, as GitHub does, at the first line of its log that matches. */
async function cancelled(kit: Kit, at: RegExp) {
  const cancel = new AbortController();
  const onLine = (line: string) => {
    if (at.test(line)) cancel.abort();
  };
  return kit.run('deploy', {}, { signal: cancel.signal, onLine });
}

async function rotated({ check }: StageWork, kit: Kit): Promise<void> {
  const question = {
    id: 'rotated-key',
    what: 'deploy with another API key, then with the first one again',
    expected: 'each rolls the tasks',
  };
  await check(question, async () => {
    const other = await kit.run('deploy', { 'coralogix-api-key': 'another-key' });
    const first = await kit.run('deploy');
    const changed = [other, first].map(({ outputs }) => outputs['has-changes']);
    return {
      holds: changed.every((each) => each === 'true'),
      seen: `${saying(first)}; has-changes ${changed.join(', ')}`,
    };
  });
}
