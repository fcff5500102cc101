import {
  CancelUpdateStackCommand,
  type ChangeSetType,
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  ListChangeSetsCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { isKitError } from '../kit/errors.ts';
import { type ChangeSetFailure, changeSetFailures } from './change-set-failures.ts';
import { type ChangeSet, describeChangeSet } from './change-sets.ts';
import { clientConfig } from './client-config.ts';
import { asking } from './errors.ts';
import { type StackEvent, stackEvents } from './stack-events.ts';

export type { ChangeSetFailure } from './change-set-failures.ts';
export type { ChangeSet, ChangeSetStatus, ResourceChange } from './change-sets.ts';
export type { StackEvent } from './stack-events.ts';

/** A stack as DescribeStacks shows it; values of NoEcho parameters read `****`. */
export interface Stack {
  id: string;
  name: string;
  status: string;
  statusReason: string | undefined;
  /** When its last operation began; milliseconds since the epoch. */
  lastUpdated: number;
  parameters: Readonly<Record<string, string>>;
  outputs: Readonly<Record<string, string>>;
}

export interface StackResource {
  logicalId: string;
  physicalId: string | undefined;
  type: string;
}

/** The template inline (at most 51,200 bytes), as an object in a bucket (at most 1 MB), or the one the stack has. */
export type TemplateSource = { body: string } | { url: string } | { previous: true };

export interface ChangeSetRequest {
  stackName: string;
  name: string;
  type: ChangeSetType;
  description: string;
  template: TemplateSource;
  /** A name with a value, or without one for the value that the stack has. */
  parameters: readonly { name: string; value?: string }[];
  /** Left as they are on the stack when empty. */
  tags: Readonly<Record<string, string>>;
  /** Makes a repeated request one request. */
  token: string;
}

/** CloudFormation as the kit uses it. `stack` is a name or, to survive a deletion, an ARN. */
export interface CloudFormation {
  find(stack: string): Promise<Stack | undefined>;
  /** The template's text as it was submitted. */
  originalTemplate(stack: string): Promise<string>;
  /** Those that are there, whatever their number. */
  resources(stack: string): Promise<StackResource[]>;
  /** Newest first, page by page, so that a reader can stop at what it knows. */
  events(stack: string): AsyncIterable<StackEvent>;
  createChangeSet(request: ChangeSetRequest): Promise<{ id: string; stackId: string }>;
  /** With all pages of changes; undefined when it does not exist. */
  changeSet(id: string, stack: string): Promise<ChangeSet | undefined>;
  /** Why a change set failed, resource by resource, where early validation found it. */
  changeSetFailures(id: string, stack: string): Promise<ChangeSetFailure[]>;
  /** Names of a stack's change sets. */
  changeSetNames(stack: string): Promise<string[]>;
  executeChangeSet(id: string, stack: string, token: string): Promise<void>;
  deleteChangeSet(name: string, stack: string): Promise<void>;
  deleteStack(stack: string, token: string): Promise<void>;
  cancelUpdate(stack: string, token: string): Promise<void>;
}

export function cloudFormation(region: string): CloudFormation {
  const client = new CloudFormationClient(clientConfig(region));
  return {
    find: (stack) => find(client, stack),
    async originalTemplate(stack) {
      const request = new GetTemplateCommand({ StackName: stack, TemplateStage: 'Original' });
      const answer = await asking(`read the template of stack ${stack}`, () => client.send(request));
      return answer.TemplateBody ?? '';
    },
    resources: (stack) => resources(client, stack),
    events: (stack) => stackEvents(client, stack),
    createChangeSet: (request) => createChangeSet(client, request),
    changeSet: (id, stack) => describeChangeSet(client, id, stack),
    changeSetFailures: (id, stack) => changeSetFailures(client, id, stack),
    changeSetNames: (stack) => changeSetNames(client, stack),
    async executeChangeSet(id, stack, token) {
      const request = new ExecuteChangeSetCommand({
        ...{ ChangeSetName: id, StackName: stack, ClientRequestToken: token },
      });
      await asking(`execute change set ${id}`, () => client.send(request));
    },
    async deleteChangeSet(name, stack) {
      const request = new DeleteChangeSetCommand({ ChangeSetName: name, StackName: stack });
      await asking(`delete change set ${name} of stack ${stack}`, () => client.send(request));
    },
    async deleteStack(stack, token) {
      const request = new DeleteStackCommand({ StackName: stack, ClientRequestToken: token });
      await asking(`delete stack ${stack}`, () => client.send(request));
    },
    async cancelUpdate(stack, token) {
      const request = new CancelUpdateStackCommand({ StackName: stack, ClientRequestToken: token });
      await asking(`cancel the update of stack ${stack}`, () => client.send(request));
    },
  };
}

async function find(client: CloudFormationClient, stack: string): Promise<Stack | undefined> {
  try {
    const answer = await asking(`describe stack ${stack}`, () =>
      client.send(new DescribeStacksCommand({ StackName: stack })),
    );
    const found = answer.Stacks?.[0];
    if (!found) return undefined;
    return {
      id: found.StackId ?? '',
      name: found.StackName ?? stack,
      status: found.StackStatus ?? 'UNKNOWN',
      statusReason: found.StackStatusReason || undefined,
      lastUpdated: (found.LastUpdatedTime ?? found.CreationTime)?.getTime() ?? 0,
      parameters: record(found.Parameters ?? [], (each) => [each.ParameterKey, each.ParameterValue]),
      outputs: record(found.Outputs ?? [], (each) => [each.OutputKey, each.OutputValue]),
    };
  } catch (error) {
    if (isKitError(error, 'stack-not-found')) return undefined;
    throw error;
  }
}

function record<T>(items: readonly T[], entry: (item: T) => [string | undefined, string | undefined]) {
  return Object.fromEntries(
    items.map((item) => entry(item)).map(([name, value]) => [name ?? '', value ?? '']),
  );
}

/** DescribeStackResources stops at 100: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html */
async function resources(client: CloudFormationClient, stack: string): Promise<StackResource[]> {
  const found: StackResource[] = [];
  let NextToken: string | undefined;
  do {
    const request = new ListStackResourcesCommand({ StackName: stack, ...(NextToken ? { NextToken } : {}) });
    const page = await asking(`list the resources of stack ${stack}`, () => client.send(request));
    for (const each of page.StackResourceSummaries ?? []) {
      if (each.ResourceStatus === 'DELETE_COMPLETE') continue;
      found.push({
        logicalId: each.LogicalResourceId ?? '',
        physicalId: each.PhysicalResourceId || undefined,
        type: each.ResourceType ?? '',
      });
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

async function createChangeSet(client: CloudFormationClient, request: ChangeSetRequest) {
  const { template, tags } = request;
  const command = new CreateChangeSetCommand({
    StackName: request.stackName,
    ChangeSetName: request.name,
    ChangeSetType: request.type,
    Description: request.description,
    ClientToken: request.token,
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    ...templateOf(template),
    Parameters: request.parameters.map(({ name, value }) =>
      value === undefined
        ? { ParameterKey: name, UsePreviousValue: true }
        : { ParameterKey: name, ParameterValue: value },
    ),
    ...(Object.keys(tags).length === 0
      ? {}
      : { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
  });
  const answer = await asking(`create a change set for stack ${request.stackName}`, () =>
    client.send(command),
  );
  return { id: answer.Id ?? request.name, stackId: answer.StackId ?? request.stackName };
}

function templateOf(template: TemplateSource) {
  if ('body' in template) return { TemplateBody: template.body };
  return 'url' in template ? { TemplateURL: template.url } : { UsePreviousTemplate: true };
}

async function changeSetNames(client: CloudFormationClient, stack: string): Promise<string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await asking(`list the change sets of stack ${stack}`, () =>
      client.send(new ListChangeSetsCommand({ StackName: stack, ...(NextToken ? { NextToken } : {}) })),
    );
    names.push(...(page.Summaries ?? []).flatMap((each) => each.ChangeSetName ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return names;
}
