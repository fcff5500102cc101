import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import type { Account } from './account.ts';

/** A role that tasks can run as, and that may do nothing, or next to nothing. */
export class PowerlessRole implements AsyncDisposable {
  readonly arn: string;
  readonly #account: Account;
  readonly #stackName: string;

  private constructor(arn: string, account: Account, stackName: string) {
    this.arn = arn;
    this.#account = account;
    this.#stackName = stackName;
  }

  /**
   * @param stackName of the stack that makes it
   * @param actions what it may do, on everything
   */
  static async make(
    account: Account,
    stackName: string,
    actions: readonly string[] = [],
  ): Promise<PowerlessRole> {
    const client = account.cloudFormation;
    const request = {
      TemplateBody: JSON.stringify(template(actions)),
      Capabilities: ['CAPABILITY_IAM' as const],
    };
    await client.send(new CreateStackCommand({ StackName: stackName, ...request }));
    const waiter = { client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 };
    await waitUntilStackCreateComplete(waiter, { StackName: stackName });
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    return new PowerlessRole(Stacks?.[0]?.Outputs?.[0]?.OutputValue ?? '', account, stackName);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#account.cloudFormation.send(new DeleteStackCommand({ StackName: this.#stackName }));
  }
}

const template = (Action: readonly string[]) => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
        ...(Action.length > 0 ? { Policies: [policy(Action)] } : {}),
      },
    },
  },
  Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
});

const policy = (Action: readonly string[]) => ({
  PolicyName: 'little',
  PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] },
});
