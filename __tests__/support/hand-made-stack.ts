import type { Account } from './account.ts';
import { makeStack } from './made-stack.ts';

/** What a user has before the kit is used, such as roles or a namespace, in a stack that the kit knows nothing of. */
export class HandMadeStack implements AsyncDisposable {
  readonly outputs: Readonly<Record<string, string>>;
  readonly #account: Account;
  readonly #name: string;

  private constructor(account: Account, name: string, outputs: Readonly<Record<string, string>>) {
    this.#account = account;
    this.#name = name;
    this.outputs = outputs;
  }

  static async make(account: Account, name: string, template: object): Promise<HandMadeStack> {
    return new HandMadeStack(account, name, await makeStack(account, name, JSON.stringify(template)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#account.removeStack(this.#name);
  }
}

/**
 * Two roles of which neither can do the other's work: `StartArn` starts tasks and may write their log, `RunArn` may
 * read the bucket and ask Cloud Map. The API key is read by the first, whom the secret itself lets in.
 */
export function separateRoles(bucket: string): object {
  const may = (Action: string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });
  return {
    Resources: {
      Start: role([may(['logs:CreateLogStream', 'logs:PutLogEvents'], '*')]),
      Run: role([
        may(['s3:GetObject'], `arn:aws:s3:::${bucket}/*`),
        may(['servicediscovery:DiscoverInstances'], '*'),
      ]),
    },
    Outputs: {
      StartArn: { Value: { 'Fn::GetAtt': ['Start', 'Arn'] } },
      RunArn: { Value: { 'Fn::GetAtt': ['Run', 'Arn'] } },
    },
  };
}

function role(statements: object[]): object {
  const trust = {
    Effect: 'Allow',
    Principal: { Service: 'ecs-tasks.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] },
      Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  };
}

/** A namespace of the VPC, as somebody else's; its id is the output `Id`. */
export function namespaceOf(vpc: string, name: string): object {
  return {
    Resources: {
      Namespace: { Type: 'AWS::ServiceDiscovery::PrivateDnsNamespace', Properties: { Name: name, Vpc: vpc } },
    },
    Outputs: { Id: { Value: { Ref: 'Namespace' } } },
  };
}
