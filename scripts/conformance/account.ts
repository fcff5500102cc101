import { setTimeout as delay } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  ListStacksCommand,
  type Stack,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { STSClient } from '@aws-sdk/client-sts';
import { objectStoreConfig } from '../../src/aws/client-config.ts';
import type { Made } from './record.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** A stack's creation, update or deletion as it is asked for. */
export interface StackRequest {
  name: string;
  body: string;
  parameters?: Readonly<Record<string, string>>;
}

const tagKey = 'ecs-tail-sampling:conformance';

/** The account as its owner sees it, or, given credentials, as one of the roles does. */
export class Account {
  readonly cloudFormation: CloudFormationClient;
  readonly ecs: ECSClient;
  readonly ec2: EC2Client;
  readonly logs: CloudWatchLogsClient;
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  readonly cloudMap: ServiceDiscoveryClient;
  readonly sts: STSClient;
  readonly region: string;
  /** On all that is made. */
  readonly tag: { Key: string; Value: string };
  readonly #signal: AbortSignal;

  constructor(region: string, name: string, signal: AbortSignal, credentials?: Credentials) {
    const config = { ...objectStoreConfig(region), ...(credentials ? { credentials } : {}) };
    this.region = region;
    this.tag = { Key: tagKey, Value: name };
    this.#signal = signal;
    this.cloudFormation = new CloudFormationClient(config);
    this.ecs = new ECSClient(config);
    this.ec2 = new EC2Client(config);
    this.logs = new CloudWatchLogsClient(config);
    this.s3 = new S3Client(config);
    this.secrets = new SecretsManagerClient(config);
    this.cloudMap = new ServiceDiscoveryClient(config);
    this.sts = new STSClient(config);
  }

  /** The same account through other credentials. */
  as(credentials: Credentials): Account {
    return new Account(this.region, this.tag.Value, this.#signal, credentials);
  }

  async stack(name: string): Promise<Stack | undefined> {
    try {
      const { Stacks } = await this.cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
      return Stacks?.[0];
    } catch (error) {
      if (error instanceof Error && error.message.includes('does not exist')) return undefined;
      throw error;
    }
  }

  async outputs(name: string): Promise<Record<string, string>> {
    const { Outputs = [] } = (await this.stack(name)) ?? {};
    return Object.fromEntries(
      Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
  }

  /**
   * Creates a stack, or updates the one there is, and waits.
   * @returns its status at the end; a stack without changes keeps the one it has
   */
  async deployStack({ name, body, parameters = {} }: StackRequest): Promise<string> {
    const exists = (await this.stack(name)) !== undefined;
    const request = {
      StackName: name,
      TemplateBody: body,
      Parameters: parameterList(parameters),
      Capabilities: ['CAPABILITY_IAM' as const],
      Tags: [this.tag],
    };
    const command = exists ? new UpdateStackCommand(request) : new CreateStackCommand(request);
    try {
      await this.cloudFormation.send(command as CreateStackCommand);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('No updates are to be performed'))) throw error;
    }
    return this.settled(name);
  }

  /**
   * Creates a stack by a change set, as `aws cloudformation deploy` does, and waits.
   * @returns its status at the end
   */
  async createByChangeSet({ name, body, parameters = {} }: StackRequest): Promise<string> {
    const request = { StackName: name, ChangeSetName: 'conformance' };
    await this.cloudFormation.send(
      new CreateChangeSetCommand({
        ...request,
        ChangeSetType: 'CREATE',
        TemplateBody: body,
        Parameters: parameterList(parameters),
        Capabilities: ['CAPABILITY_IAM'],
        Tags: [this.tag],
      }),
    );
    for (;;) {
      const { Status, StatusReason } = await this.cloudFormation.send(new DescribeChangeSetCommand(request));
      if (Status === 'CREATE_COMPLETE') break;
      if (Status === 'FAILED') throw new Error(`the change set of ${name} failed: ${StatusReason}`);
      await delay(this.pollMilliseconds, undefined, { signal: this.#signal });
    }
    await this.cloudFormation.send(new ExecuteChangeSetCommand(request));
    // The status stays REVIEW_IN_PROGRESS until the execution has begun.
    await delay(this.pollMilliseconds, undefined, { signal: this.#signal });
    return this.settled(name);
  }

  /** Waits until nothing is in progress; `gone` when there is no such stack any more. */
  async settled(name: string, minutes = 30): Promise<string> {
    const deadline = Date.now() + minutes * 60_000;
    for (;;) {
      const status = (await this.stack(name))?.StackStatus ?? 'gone';
      if (!status.endsWith('_IN_PROGRESS') || status === 'REVIEW_IN_PROGRESS') return status;
      if (Date.now() > deadline) throw new Error(`stack ${name} is in ${status} after ${minutes} minutes`);
      await delay(this.pollMilliseconds, undefined, { signal: this.#signal });
    }
  }

  /** Reasons of failed resources, the first first. */
  async failures(name: string): Promise<string[]> {
    const { StackEvents = [] } = await this.cloudFormation.send(
      new DescribeStackEventsCommand({ StackName: name }),
    );
    return StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED'))
      .map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`)
      .reverse();
  }

  async deleteStack(name: string): Promise<string> {
    const found = await this.stack(name);
    if (!found) return 'gone';
    await this.cloudFormation.send(new DeleteStackCommand({ StackName: name }));
    return this.settled(found.StackId ?? name);
  }

  /** Removes one thing, whatever state it is in; one that is gone already is fine. */
  async remove({ kind, name }: Made): Promise<void> {
    const removal = {
      stack: () => this.#removeStack(name),
      bucket: () => this.#removeBucket(name),
      'log-group': () => this.logs.send(new DeleteLogGroupCommand({ logGroupName: name })),
      secret: () =>
        this.secrets.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true })),
    }[kind];
    await removal().catch((error: unknown) => {
      if (
        !(
          error instanceof Error &&
          /NotFound|NoSuchBucket|does not exist/.test(`${error.name} ${error.message}`)
        )
      )
        throw error;
    });
  }

  /** Stacks whose name begins so, and what they are in. */
  async stacksNamed(prefix: string): Promise<string[]> {
    const { StackSummaries = [] } = await this.cloudFormation.send(new ListStacksCommand({}));
    return StackSummaries.flatMap(({ StackName = '', StackStatus }) =>
      StackName.startsWith(prefix) && StackStatus !== 'DELETE_COMPLETE' ? `${StackName} ${StackStatus}` : [],
    );
  }

  /** An endpoint that stands in for AWS answers quickly and costs nothing. */
  get pollMilliseconds(): number {
    return process.env['AWS_ENDPOINT_URL'] ? 500 : 5_000;
  }

  async #removeStack(name: string): Promise<void> {
    const before = (await this.stack(name))?.StackStatus;
    if (before?.endsWith('_IN_PROGRESS') && before !== 'REVIEW_IN_PROGRESS') await this.settled(name);
    const status = await this.deleteStack(name);
    if (status === 'gone' || status === 'DELETE_COMPLETE') return;
    throw new Error(
      `stack ${name} is left in ${status}: ${(await this.failures(name)).at(-1) ?? 'no reason'}`,
    );
  }

  async #removeBucket(Bucket: string): Promise<void> {
    for (;;) {
      const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket }));
      if (Contents.length === 0) break;
      const Objects = Contents.map(({ Key }) => ({ Key }));
      await this.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    }
    await this.s3.send(new DeleteBucketCommand({ Bucket }));
  }
}

function parameterList(parameters: Readonly<Record<string, string>>) {
  return Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }));
}
