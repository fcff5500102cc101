import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListChangeSetsCommand,
  waitUntilChangeSetCreateComplete,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { clientConfig } from '../../local/client-config.ts';
import type { Cloud } from '../../local/cloud.ts';
import { keysOf } from './keys.ts';

/** What a test sees of the local account, read past the product with clients of its own. */
export class Account {
  readonly ecs: ECSClient;
  readonly cloudFormation: CloudFormationClient;
  readonly #s3: S3Client;
  readonly logs: CloudWatchLogsClient;
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    const config = clientConfig(cloud);
    this.#cloud = cloud;
    this.ecs = new ECSClient(config);
    this.cloudFormation = new CloudFormationClient(config);
    this.#s3 = new S3Client({ ...config, forcePathStyle: true });
    this.logs = new CloudWatchLogsClient(config);
  }

  /** ARNs of the running tasks of a service. */
  async tasks(serviceName?: string): Promise<string[]> {
    const { taskArns = [] } = await this.ecs.send(
      new ListTasksCommand({ cluster: this.#cloud.cluster, ...(serviceName ? { serviceName } : {}) }),
    );
    return taskArns.sort();
  }

  /** ARNs of all ACTIVE task definitions, or of those that the template gives a stack. */
  async taskDefinitions(stackName = ''): Promise<string[]> {
    const { taskDefinitionArns = [] } = await this.ecs.send(new ListTaskDefinitionsCommand({}));
    const family = stackName && `:task-definition/${stackName}-`;
    return taskDefinitionArns.filter((arn) => arn.includes(family)).sort();
  }

  /** Keys in the bucket, or those that hold `part`. */
  async objectKeys(part = ''): Promise<string[]> {
    const { Contents = [] } = await this.#s3.send(new ListObjectsV2Command({ Bucket: this.#cloud.bucket }));
    return Contents.map(({ Key = '' }) => Key)
      .filter((key) => key.includes(part))
      .sort();
  }

  /** Text of an object. */
  async object(key: string): Promise<string> {
    const found = await this.#s3.send(new GetObjectCommand({ Bucket: this.#cloud.bucket, Key: key }));
    return (await found.Body?.transformToString()) ?? '';
  }

  /**
   * Deletes a stack and waits until it is gone, at most 200 s.
   * @param credentials as variables, of whoever deletes it; default: the account's administrator
   */
  async removeStack(StackName: string, credentials?: Readonly<Record<string, string>>): Promise<void> {
    const client = credentials
      ? new CloudFormationClient({ ...clientConfig(this.#cloud), credentials: keysOf(credentials) })
      : this.cloudFormation;
    await client.send(new DeleteStackCommand({ StackName }));
    const waiter = { client: this.cloudFormation, maxWaitTime: 600, minDelay: 2, maxDelay: 2 };
    await waitUntilStackDeleteComplete(waiter, { StackName });
  }

  /** Outputs of a stack by name. */
  async outputs(StackName: string): Promise<Record<string, string>> {
    const { Stacks } = await this.cloudFormation.send(new DescribeStacksCommand({ StackName }));
    const outputs = Stacks?.[0]?.Outputs ?? [];
    return Object.fromEntries(
      outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
  }

  async changeSets(stackName: string): Promise<string[]> {
    const { Summaries = [] } = await this.cloudFormation.send(
      new ListChangeSetsCommand({ StackName: stackName }),
    );
    return Summaries.map(({ ChangeSetName = '' }) => ChangeSetName);
  }

  /** Text of the stack, every object, task definition and log line of the account: where a secret must not stand. */
  async *everythingReadable(stackName: string): AsyncGenerator<{ where: string; text: string }> {
    yield { where: 'stack', text: await this.#stack(stackName) };
    for (const key of await this.objectKeys()) {
      const object = await this.#s3.send(new GetObjectCommand({ Bucket: this.#cloud.bucket, Key: key }));
      yield { where: `object ${key}`, text: (await object.Body?.transformToString()) ?? '' };
    }
    for (const arn of await this.taskDefinitions()) {
      const { taskDefinition } = await this.ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: arn }),
      );
      yield { where: arn, text: JSON.stringify(taskDefinition) };
    }
    const { logGroups = [] } = await this.logs.send(new DescribeLogGroupsCommand({}));
    for (const { logGroupName = '' } of logGroups) {
      yield { where: `log group ${logGroupName}`, text: (await this.#lines(logGroupName)).join('\n') };
    }
  }

  /** The stack as its APIs show it: parameters, events, template, and a change set with its property values. */
  async #stack(stackName: string): Promise<string> {
    const { cloudFormation } = this;
    const StackName = stackName;
    const parameters = await this.#previousParameters(stackName);
    const ChangeSetName = 'search-for-secrets';
    await cloudFormation.send(
      new CreateChangeSetCommand({
        ...{ StackName, ChangeSetName, UsePreviousTemplate: true, Capabilities: ['CAPABILITY_NAMED_IAM'] },
        Parameters: parameters.map((name) =>
          name === 'SubsystemName'
            ? { ParameterKey: name, ParameterValue: 'changed' }
            : { ParameterKey: name, UsePreviousValue: true },
        ),
      }),
    );
    await waitUntilChangeSetCreateComplete(
      { client: cloudFormation, maxWaitTime: 60, minDelay: 1 },
      { StackName, ChangeSetName },
    );
    const answers = await Promise.all([
      cloudFormation.send(new DescribeStacksCommand({ StackName })),
      cloudFormation.send(new DescribeStackEventsCommand({ StackName })),
      cloudFormation.send(new GetTemplateCommand({ StackName, TemplateStage: 'Processed' })),
      cloudFormation.send(
        new DescribeChangeSetCommand({ StackName, ChangeSetName, IncludePropertyValues: true }),
      ),
    ]);
    await cloudFormation.send(new DeleteChangeSetCommand({ StackName, ChangeSetName }));
    return JSON.stringify(answers);
  }

  async #previousParameters(stackName: string): Promise<string[]> {
    const { Stacks } = await this.cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
    return (Stacks?.[0]?.Parameters ?? []).map(({ ParameterKey = '' }) => ParameterKey);
  }

  async #lines(logGroupName: string): Promise<string[]> {
    const lines: string[] = [];
    let nextToken: string | undefined;
    do {
      const request = new FilterLogEventsCommand({ logGroupName, ...(nextToken ? { nextToken } : {}) });
      const page = await this.logs.send(request).catch((error: unknown) => {
        // The group of another test's stack may go between two requests.
        if (error instanceof ResourceNotFoundException) return { events: [], nextToken: undefined };
        throw error;
      });
      lines.push(...(page.events ?? []).map(({ message = '' }) => message));
      nextToken = page.nextToken;
    } while (nextToken);
    return lines;
  }
}
