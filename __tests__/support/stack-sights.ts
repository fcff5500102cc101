import {
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeServicesCommand, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import type { Account } from './account.ts';

/** What a run that executes nothing leaves alone: the stack's events and change sets, its task definitions. */
export async function stackSight(account: Account, stackName: string) {
  const { StackEvents = [] } = await account.cloudFormation.send(
    new DescribeStackEventsCommand({ StackName: stackName }),
  );
  return {
    events: StackEvents.map(({ EventId }) => EventId),
    changeSets: await account.changeSets(stackName),
    taskDefinitions: await account.taskDefinitions(stackName),
  };
}

/** Logical ids of the stack's resources of a type. */
export async function resourcesOf(account: Account, stackName: string, type: string): Promise<string[]> {
  const { StackResources = [] } = await account.cloudFormation.send(
    new DescribeStackResourcesCommand({ StackName: stackName }),
  );
  return StackResources.filter(({ ResourceType }) => ResourceType === type)
    .map(({ LogicalResourceId = '' }) => LogicalResourceId)
    .sort();
}

export async function parametersOf(account: Account, stackName: string): Promise<Record<string, string>> {
  const { Stacks } = await account.cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
  const parameters = Stacks?.[0]?.Parameters ?? [];
  return Object.fromEntries(
    parameters.map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
  );
}

/** A service with the task definition that it runs. */
export async function serviceSight(account: Account, cluster: string, service: string) {
  const { services = [] } = await account.ecs.send(
    new DescribeServicesCommand({ cluster, services: [service] }),
  );
  const { taskDefinition } = await account.ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: services[0]?.taskDefinition }),
  );
  return { subnets: services[0]?.networkConfiguration?.awsvpcConfiguration?.subnets ?? [], taskDefinition };
}
