import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { KitError } from '../kit/errors.ts';
import { clientConfig } from './client-config.ts';
import { asking } from './errors.ts';

export interface Identity {
  /** Twelve digits. */
  account: string;
  /** Who makes the calls. */
  arn: string;
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  partition: string;
}

/** Proves the credentials with a call that every identity may make. */
export async function callerIdentity(region: string): Promise<Identity> {
  const client = new STSClient(clientConfig(region));
  const answer = await asking('prove the AWS identity', () => client.send(new GetCallerIdentityCommand({})));
  const { Account: account, Arn: arn } = answer;
  if (!account || !arn) {
    throw new KitError('could not prove the AWS identity: the answer names no account', {
      code: 'credentials-invalid',
      source: 'aws',
    });
  }
  return { account, arn, partition: arn.split(':')[1] ?? 'aws' };
}
