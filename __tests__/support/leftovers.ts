import { ListChangeSetsCommand } from '@aws-sdk/client-cloudformation';
import {
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import type { Account } from './account.ts';

export interface LeftoverQuery {
  cluster: string;
  stackName: string;
  /** The verification's; without it only the stack's change sets are looked at. */
  runId?: string | undefined;
}

/**
 * What the kit left behind: tasks of a run that are not meant to end, its task definitions, and change sets of the
 * stack that nobody executed. Of one run and one stack, because others may be at work in the same account.
 */
export async function leftovers(
  account: Account,
  { cluster, stackName, runId }: LeftoverQuery,
): Promise<string[]> {
  const ofRun =
    runId === undefined
      ? []
      : [...(await tasks(account, cluster, runId)), ...(await definitions(account, runId))];
  return [...ofRun, ...(await changeSets(account, stackName))];
}

async function tasks(account: Account, cluster: string, runId: string): Promise<string[]> {
  const query = new ListTasksCommand({ cluster, startedBy: `verify-${runId}` });
  const { taskArns = [] } = await account.ecs.send(query);
  return taskArns;
}

async function definitions(account: Account, runId: string): Promise<string[]> {
  const found: string[] = [];
  const { taskDefinitionArns = [] } = await account.ecs.send(
    new ListTaskDefinitionsCommand({ status: 'ACTIVE' }),
  );
  for (const taskDefinition of taskDefinitionArns) {
    const answer = await account.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }),
    );
    if (answer.tags?.some(({ value }) => value === runId)) found.push(taskDefinition);
  }
  return found;
}

async function changeSets(account: Account, StackName: string): Promise<string[]> {
  const { Summaries = [] } = await account.cloudFormation.send(new ListChangeSetsCommand({ StackName }));
  return Summaries.flatMap(({ ExecutionStatus, ChangeSetName }) =>
    ExecutionStatus === 'EXECUTE_COMPLETE' ? [] : (ChangeSetName ?? []),
  );
}
