import { setTimeout as delay } from 'node:timers/promises';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { contentHash } from '../setup/cache.ts';
import type { Account, Credentials } from './account.ts';
import { documentedPolicies, type Place, type RoleName } from './permissions.ts';
import type { StageWork } from './stage.ts';

/** Whose rights, on which stack, and for which template when CloudFormation acts in its name. */
export interface RoleRequest {
  role: RoleName;
  stackName: string;
  /** Path in `templates/`; undefined for a role that changes no resources. */
  template?: string;
  /** Default: the ground's. */
  bucket?: string | undefined;
  /** Of a bucket under a customer managed key. */
  kmsKeyArn?: string | undefined;
}

interface RolesOptions {
  account: Account;
  name: string;
  /** Without the stack, which each request names. */
  place: () => Promise<Omit<Place, 'STACK'>>;
  keep: StageWork['keep'];
}

/** Roles that have the rights of `docs/permissions.md`, literally, and nothing else. */
export class Roles {
  readonly #options: RolesOptions;
  readonly #made = new Map<string, Promise<string>>();

  constructor(options: RolesOptions) {
    this.#options = options;
  }

  /** Credentials of an hour. The role is made when it is first asked for. */
  async credentials(request: RoleRequest): Promise<Credentials> {
    const RoleArn = await this.#arn(request);
    const RoleSessionName = `${this.#options.name}-${request.role}`;
    const { sts } = this.#options.account;
    // A new role is not known everywhere at once; AssumeRole answers AccessDenied until it is.
    for (let attempt = 0; ; attempt += 1) {
      try {
        const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName }));
        const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
        return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
      } catch (error) {
        if (attempt > 10 || !(error instanceof Error && error.name.startsWith('AccessDenied'))) throw error;
        await delay(this.#options.account.pollMilliseconds);
      }
    }
  }

  /** The same as the variables of a process. */
  async environment(request: RoleRequest): Promise<Record<string, string>> {
    const { accessKeyId, secretAccessKey, sessionToken } = await this.credentials(request);
    return {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
  }

  #arn(request: RoleRequest): Promise<string> {
    const key = JSON.stringify(request);
    const known = this.#made.get(key) ?? this.#make(request);
    this.#made.set(key, known);
    return known;
  }

  async #make({ role, stackName, template, bucket, kmsKeyArn }: RoleRequest): Promise<string> {
    const { account, place, keep, name } = this.#options;
    const usual = await place();
    const filled = { ...usual, STACK: stackName, BUCKET: bucket ?? usual.BUCKET, KMSKEY: kmsKeyArn ?? '*' };
    const policies = documentedPolicies(role, template, filled);
    const body = JSON.stringify(roleTemplate(policies, filled));
    const stack = `${name}-role-${role}-${contentHash(body)}`;
    keep('stack', stack);
    const status = await account.deployStack({ name: stack, body });
    const arn = (await account.outputs(stack))['Arn'];
    if (arn && status.endsWith('_COMPLETE')) return arn;
    throw new Error(`role ${role} could not be made: ${status}, ${(await account.failures(stack))[0] ?? ''}`);
  }
}

/** A managed policy each, since their lengths are counted apart: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
function roleTemplate(policies: readonly object[], { PARTITION, ACCOUNT }: Place) {
  const names = policies.map((_policy, index) => `Policy${index}`);
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: `arn:${PARTITION}:iam::${ACCOUNT}:root` },
    Action: 'sts:AssumeRole',
  };
  return {
    Resources: {
      ...Object.fromEntries(
        names.map((name, index) => [
          name,
          { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: policies[index] } },
        ]),
      ),
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] },
          ManagedPolicyArns: names.map((name) => ({ Ref: name })),
        },
      },
    },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
  };
}
