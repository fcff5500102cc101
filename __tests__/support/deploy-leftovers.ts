import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTasksCommand, ListTaskDefinitionsCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import type { Account } from './account.ts';
import { leftovers } from './leftovers.ts';

/**
 * What a failed deployment left behind: tasks and task definitions of the stack's families that are not the stack's,
 * and change sets that nobody executed. Of one stack, because others may be at work in the same account.
 */
export async function deployLeftovers(
  account: Account,
  { cluster, stackName }: { cluster: string; stackName: string },
): Promise<string[]> {
  const owned = await ownedDefinitions(account, stackName);
  return [
    ...(await definitions(account, stackName)).filter((arn) => !owned.includes(arn)),
    ...(await strayTasks(account, cluster, stackName, owned)),
    ...(owned.length > 0 ? await leftovers(account, { cluster, stackName }) : []),
  ];
}

/** The task definitions that the stack holds; none when it was never created, or rolled back. */
async function ownedDefinitions({ cloudFormation }: Account, StackName: string): Promise<string[]> {
  const request = new DescribeStackResourcesCommand({ StackName });
  const { StackResources = [] } = await cloudFormation.send(request).catch(() => ({ StackResources: [] }));
  return StackResources.filter(({ ResourceType }) => ResourceType === 'AWS::ECS::TaskDefinition')
    .filter(({ ResourceStatus = '' }) => !ResourceStatus.startsWith('DELETE'))
    .map(({ PhysicalResourceId = '' }) => PhysicalResourceId);
}

/** ARNs of ACTIVE revisions in the families that the template gives to the stack. */
async function definitions({ ecs }: Account, stackName: string): Promise<string[]> {
  const pages = await Promise.all(
    ['agent', 'sampling'].map((role) =>
      ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: `${stackName}-${role}`, status: 'ACTIVE' })),
    ),
  );
  return pages.flatMap(({ taskDefinitionArns = [] }) => taskDefinitionArns);
}

/** Tasks meant to run on, of a revision that is not the stack's. */
async function strayTasks(
  { ecs }: Account,
  cluster: string,
  stackName: string,
  owned: readonly string[],
): Promise<string[]> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster }));
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks.flatMap(({ taskArn = '', taskDefinitionArn = '' }) => {
    const isOurs = taskDefinitionArn.includes(`:task-definition/${stackName}-`);
    return isOurs && !owned.includes(taskDefinitionArn) ? [taskArn] : [];
  });
}
