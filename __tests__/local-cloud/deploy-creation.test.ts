import { execFileSync } from 'node:child_process';
import { CreateLogGroupCommand, DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { DeployedStack } from '../support/deployed-stack.ts';
import { KeyedBucket } from '../support/keyed-bucket.ts';
import { PowerlessRole } from '../support/powerless-role.ts';
import { theCloud } from '../support/the-cloud.ts';
import { firstErrorLine } from '../support/verified-stack.ts';

jest.setTimeout(300_000);

const replacing = { 'replace-rolled-back-stack': 'true' };

// One story of a stack that is long in coming. Each creation fails for another reason and is rolled back.
describe('a creation fails', () => {
  let stack: DeployedStack;
  let bucket: KeyedBucket;

  beforeAll(async () => {
    // Under a key of the customer's, which every step and every collector has to be let at.
    bucket = await KeyedBucket.make(theCloud(), 'creation-bucket');
    stack = new DeployedStack('creation', 2, { S3ConfigKmsKeyArn: bucket.key }, bucket);
  });
  afterAll(async () => {
    await stack.remove();
    await bucket.remove();
  });

  async function rolledBack(): Promise<void> {
    expect(await stack.leftovers()).toEqual([]);
    expect(await stack.status()).toBe('ROLLBACK_COMPLETE');
  }

  test('without a stack, when the run has no access to the bucket', async () => {
    const cause = /^could not write s3:\/\/.*: .*not authorized to perform: s3:PutObject/;
    await stack.refused('access-denied', cause, {}, { without: ['s3:PutObject'] });
    expect(await stack.status()).toBeUndefined();
    expect(await stack.leftovers()).toEqual([]);
  });

  test('when somebody has a log group of its name, which the change set does not tell by itself', async () => {
    const logGroupName = '/ecs/creation/agent';
    await stack.account.logs.send(new CreateLogGroupCommand({ logGroupName }));
    const told =
      /^the change set for stack creation failed: AgentLogGroup \(AWS::Logs::LogGroup\): Resource of type/;
    const result = await stack.refused('change-set-failed', told);
    expect(firstErrorLine(result)).toContain(
      `with identifier '${logGroupName}' already exists (The following hook`,
    );
    const untold =
      /^the change set for stack creation failed: The following hook\(s\)\/validation failed: \[AWS::Early/;
    const denied = await stack.refused(
      'change-set-failed',
      untold,
      {},
      { without: ['cloudformation:DescribeEvents'] },
    );
    expect(denied.log).toMatch(/who may call cloudformation:DescribeEvents \(.*not authorized/);
    await stack.account.logs.send(new DeleteLogGroupCommand({ logGroupName }));
    expect(await stack.status()).toBeUndefined();
    expect(await stack.leftovers()).toEqual([]);
  });

  test('without a stack, when the run may not use the key of the bucket', async () => {
    const cause = /^could not write s3:\/\/.*: .*not authorized to perform: kms:GenerateDataKey/;
    await stack.refused('kms-access-denied', cause, {}, { without: ['kms:GenerateDataKey'] });
    expect(await stack.status()).toBeUndefined();
  });

  test('without a stack, when the stack is not given the key of the bucket', async () => {
    const cause = new RegExp(
      `^the collectors could not read their configs: .*under the KMS key ${bucket.key}, and S3ConfigKmsKeyArn is empty`,
    );
    await stack.refused('config-key-missing', cause, { parameters: "{S3ConfigKmsKeyArn: ''}" });
    expect(await stack.status()).toBeUndefined();
    expect(await stack.leftovers()).toEqual([]);
  });

  test('for a cluster that does not exist', async () => {
    const cause =
      /^stack creation ended in ROLLBACK_COMPLETE: \w+Service \(AWS::ECS::Service\): .*Cluster not found/;
    await stack.refused('deployment-rolled-back', cause, { parameters: '{ClusterName: no-such-cluster}' });
    await rolledBack();
  });

  test('and leaves a stack that the next run does not touch by itself', async () => {
    const result = await stack.refused(
      'stack-rolled-back',
      /^stack creation is in ROLLBACK_COMPLETE: its creation failed/,
    );
    expect(result.log).toContain('replace-rolled-back-stack');
    await rolledBack();
  });

  test('for an image that does not exist', async () => {
    const Image = stack.cloud.collectorImage.replace(/@.*$/, ':no-such-tag');
    const parameters = JSON.stringify({ Image });
    await stack.refused('deployment-rolled-back', /CannotPullContainerError: .*no-such-tag/, {
      ...replacing,
      parameters,
    });
    await rolledBack();
  });

  test('when the collectors have no access to the bucket, which is no fault of their config', async () => {
    await using role = await PowerlessRole.make(stack.account, 'creation-role');
    const parameters = JSON.stringify({ TaskRoleArn: role.arn });
    const result = await stack.refused('deployment-rolled-back', /failed to get config: .*AccessDenied/, {
      ...replacing,
      parameters,
    });
    expect(result.annotations).toEqual([]);
    await rolledBack();
  });

  test('when the collectors run as a role that may read the bucket and not use its key', async () => {
    await using role = await PowerlessRole.make(stack.account, 'creation-reader', ['s3:GetObject']);
    const parameters = JSON.stringify({ TaskRoleArn: role.arn });
    const cause = /failed to get config: .*not authorized to perform: kms:Decrypt/;
    await stack.refused('deployment-rolled-back', cause, { ...replacing, parameters });
    await rolledBack();
  });

  test('for a config that the collector refuses, with its line marked', async () => {
    const result = await stack.edited('sampling-config.yaml', ['type: latency', 'type: latenzy'], () =>
      stack.refused('deployment-rolled-back', /unknown sampling policy type latenzy/, replacing),
    );
    expect(result.annotations).toMatchObject([{ file: 'sampling-config.yaml' }]);
    await rolledBack();
  });

  test('until a run that may replace the stack makes it good', async () => {
    const { outputs } = await stack.deploy(replacing);
    expect(outputs['has-changes']).toBe('true');
    expect(await stack.gateways()).toHaveLength(2);
    expect(await stack.leftovers()).toEqual([]);
  });

  test('and so does an update to an image that starts, and dies ten seconds later', async () => {
    const Image = dyingImage(stack.cloud.appImage);
    await stack.refused(
      'tasks-failing',
      /tasks of the new revision stopped.*Essential container in task exited/,
      {
        parameters: JSON.stringify({ Image }),
      },
    );
    expect(await stack.leftovers()).toEqual([]);
  });
});

/** An image in the cloud's registry whose program takes any arguments, prints them and ends after ten seconds. */
function dyingImage(appImage: string): string {
  const image = `${appImage.replace(/@.*$/, '')}:dying`;
  const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim();
  const container = docker('create', appImage);
  docker(
    'commit',
    '--change',
    'ENTRYPOINT ["/app", "-after", "10s", "-exit", "1", "started"]',
    container,
    image,
  );
  docker('rm', container);
  docker('push', '--quiet', image);
  docker('image', 'rm', image);
  return image;
}
