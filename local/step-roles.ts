import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { contentHash } from '../scripts/setup/cache.ts';
import { type Place, policyOf } from '../src/aws/policy.ts';
import { configKeyRights, type Right, stepRights } from '../src/aws/rights.ts';
import type { StepName } from '../src/inputs/topologies.ts';
import { clientConfig } from './client-config.ts';
import type { Cloud } from './cloud.ts';

/** MiniStack's account. */
const account = '000000000000';

/** A step on a stack, under a role of its own. */
export interface RoleRequest {
  cloud: Cloud;
  step: StepName;
  stackName: string;
  /** The cluster it is given rights in. Default: the cloud's. */
  cluster?: string | undefined;
  /** Id of the KMS key that encrypts the bucket, if one does. */
  configKey?: string | undefined;
  /** What is somebody else's, for `verify` and `scale` of that: the words of their policies. Default: nothing is. */
  others?: Pick<Place, 'EXECUTIONROLE' | 'CONFIGBUCKET' | 'LOGGROUP'> | undefined;
  /** Rights that this session lacks though the role has them, by action. */
  without?: readonly string[] | undefined;
}

/**
 * Credentials of a role that has exactly the rights which the step's README lists, for one stack. The role is made
 * when it is first asked for, through CloudFormation, and stays with its cloud.
 */
export async function stepCredentials(request: RoleRequest): Promise<Record<string, string>> {
  const { cloud, step, stackName, without } = request;
  const client = clientConfig(cloud);
  const RoleArn = await roleArn(new CloudFormationClient(client), request);
  const { Credentials } = await new STSClient(client).send(
    new AssumeRoleCommand({
      RoleArn,
      RoleSessionName: `${step}-${stackName}`.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64),
      ...(without ? { Policy: JSON.stringify(allBut(without)) } : {}),
    }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return {
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: SessionToken,
  };
}

/**
 * A session may do what both its role and this allow. Naming what is taken away stays short of the 2,048 characters
 * that STS takes: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
function allBut(actions: readonly string[]) {
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: actions, Resource: '*' },
    ],
  };
}

function placeOf({ cloud, stackName, cluster, others, configKey }: RoleRequest): Place {
  return {
    ...(configKey === undefined ? {} : { CONFIGKEY: configKey }),
    PARTITION: 'aws',
    REGION: cloud.region,
    ACCOUNT: account,
    STACK: stackName,
    CLUSTER: cluster ?? cloud.cluster,
    BUCKET: cloud.bucket,
    PREFIX: 'ecs-tail-sampling',
    ...others,
  };
}

const made = new Map<string, Promise<string>>();

/** The role's ARN; it is made once in this process, or found when another one made it. */
function roleArn(client: CloudFormationClient, request: RoleRequest): Promise<string> {
  const rights = [...stepRights[request.step], ...(request.configKey ? configKeyRights : [])];
  const TemplateBody = JSON.stringify(template(rights, request));
  const StackName = `role-to-${request.step}-${contentHash(TemplateBody)}`;
  const key = `${request.cloud.endpoint} ${StackName}`;
  const known = made.get(key) ?? findOrMake(client, StackName, TemplateBody);
  made.set(key, known);
  return known;
}

async function findOrMake(client: CloudFormationClient, StackName: string, TemplateBody: string) {
  try {
    await client.send(
      new CreateStackCommand({
        ...{ StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] },
      }),
    );
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AlreadyExistsException')) throw error;
  }
  const waiter = { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
  await waitUntilStackCreateComplete(waiter, { StackName });
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
  const arn = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'Arn')?.OutputValue;
  if (!arn) throw new Error(`stack ${StackName} made no role`);
  return arn;
}

function template(rights: readonly Right[], request: RoleRequest) {
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'sts:AssumeRole',
  };
  return {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] },
          Policies: [{ PolicyName: 'step', PolicyDocument: policyOf(rights, placeOf(request)) }],
        },
      },
    },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
  };
}
