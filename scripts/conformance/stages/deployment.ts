import { DescribeStackEventsCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { type Kit, saying } from '../kit.ts';
import type { Stage, StageWork } from '../stage.ts';

/** Deploys agents and gateways on two instances and proves that every agent finds the gateways. */
export const deployment: Stage = {
  number: 2,
  title: 'Tail sampling on two instances',
  settles: ['B1', 'A2 (ECS)', 'C6', 'tokens in events'],
  makes: 'two m5.large instances, a NAT gateway, the stack of the topology tail-sampling',
  minutes: 20,
  dollars: 0.35,
  needsInstances: true,
  async run(work) {
    await agents(work);
    const deployed = await work.check(
      {
        id: 'A2',
        what: 'deploy otel-tail-sampling.yaml under the documented role',
        expected: 'the step succeeds',
      },
      async () => {
        const { stackName } = await work.collectors.deployed();
        return { holds: true, seen: `stack ${stackName} is deployed` };
      },
    );
    if (!deployed) return;
    const kit = await work.collectors.deployed();
    await everyAgentRoutes(work, kit);
    await healthyAfter(work, kit);
    await tokens(work, kit);
  },
};

async function agents({ check, ground }: StageWork): Promise<void> {
  const question = {
    id: 'B1',
    what: 'versions of the ECS agents',
    expected: 'one is older than 1.104.0, so that the region in the task definition is what counts',
  };
  await check(question, async () => {
    const versions = (await ground.instances()).map(({ agentVersion }) => agentVersion);
    return { holds: versions.some(isOlder), seen: versions.join(', ') };
  });
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 1 || (major === 1 && minor < 104);
}

async function everyAgentRoutes({ check }: StageWork, kit: Kit): Promise<void> {
  const question = {
    id: 'B1',
    what: 'verify: traces through the agent of every instance',
    expected: 'every agent reaches the gateways, all traces arrive, the step succeeds',
  };
  await check(question, async () => {
    const run = await kit.run('verify', { cohorts: '{normal: {expect: 25%, traces: 600}, errors: 100%}' });
    const routed = JSON.parse(run.outputs['agents'] ?? '[]') as { arrived: number }[];
    const isWhole = routed.length > 0 && routed.every(({ arrived }) => arrived > 0);
    return { holds: run.exitCode === 0 && isWhole, seen: `${saying(run)}; agents ${run.outputs['agents']}` };
  });
}

/** From the last gateway's RUNNING to the service's CREATE_COMPLETE. */
async function healthyAfter({ check, account, ground }: StageWork, kit: Kit): Promise<void> {
  const question = {
    id: 'C6',
    what: 'seconds from the RUNNING of the last gateway to CREATE_COMPLETE of its service',
    expected: 'recorded; 40 and more by the documentation of minimumHealthyPercent',
  };
  await check(question, async () => {
    const { cluster } = await ground.facts();
    const serviceName = (await account.outputs(kit.stackName))['GatewayServiceName'];
    const { taskArns = [] } = await account.ecs.send(new ListTasksCommand({ cluster, serviceName }));
    const { tasks = [] } = await account.ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
    const running = Math.max(...tasks.map(({ startedAt }) => startedAt?.getTime() ?? Number.NaN));
    const events = await eventsOf({ account }, kit);
    const complete = events.find(
      ({ LogicalResourceId, ResourceStatus }) =>
        LogicalResourceId === 'GatewayService' && ResourceStatus === 'CREATE_COMPLETE',
    );
    const seconds = ((complete?.Timestamp?.getTime() ?? Number.NaN) - running) / 1000;
    return { holds: Number.isFinite(seconds), seen: `${seconds.toFixed(1)} s` };
  });
}

async function tokens({ check, account }: StageWork, kit: Kit): Promise<void> {
  const question = {
    id: 'tokens',
    what: 'ClientRequestToken of the events of the creation',
    expected: 'the one of the execution, on every event but those of the review',
  };
  await check(question, async () => {
    const events = (await eventsOf({ account }, kit)).filter(
      ({ ResourceStatus }) => String(ResourceStatus) !== 'REVIEW_IN_PROGRESS',
    );
    const seen = [...new Set(events.map(({ ClientRequestToken }) => ClientRequestToken ?? 'none'))];
    return { holds: seen.length === 1 && seen[0] !== 'none', seen: seen.join(', ') };
  });
}

async function eventsOf({ account }: Pick<StageWork, 'account'>, { stackName }: Kit) {
  const request = new DescribeStackEventsCommand({ StackName: stackName });
  return (await account.cloudFormation.send(request)).StackEvents ?? [];
}
