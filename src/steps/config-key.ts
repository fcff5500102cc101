import { type ObjectStore, uri } from '../aws/object-store.ts';
import { KitError } from '../kit/errors.ts';
import type { Release } from '../release/release.ts';
import type { DeclaredParameter } from '../release/template.ts';
import type { Reporter } from '../report/reporter.ts';

const parameter = 'S3ConfigKmsKeyArn';

export interface ConfigKeyQuestion {
  bucket: string;
  release: Release;
  declared: readonly DeclaredParameter[];
  /** What the template's parameters come to. */
  values: Readonly<Record<string, string>>;
}

/**
 * S3 decrypts an object under a customer managed KMS key as whoever reads it, so that the collectors' role needs a
 * right on the key. The role that the stack makes gets it by a parameter; whether it does is known before any task
 * dies of it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 * @throws KitError `config-key-missing` when the stack's role could not read the configs.
 */
export async function requireReadableConfigs(
  { bucket, release, declared, values }: ConfigKeyQuestion,
  objects: Pick<ObjectStore, 'kmsKey' | 'hasOwnKey'>,
  reporter: Pick<Reporter, 'info' | 'warning'>,
): Promise<void> {
  const [config] = release.configs;
  if (!config) return;
  const at = { bucket, key: config.key };
  const key = await objects.kmsKey(at);
  if (key === undefined || values[parameter] === key) return;
  const object = `${uri(at)} is encrypted under the KMS key ${key}`;
  const isOurs = declared.some(({ name }) => name === parameter) && !hasGivenRole(values);
  if (!isOurs) return reporter.info(`${object}: the role of the collectors needs kms:Decrypt on it`);
  const isOwnKey = await objects.hasOwnKey(bucket);
  if (isOwnKey === false) return;
  const given = values[parameter] || 'empty';
  const hint = `Set the parameter ${parameter} to ${key}.`;
  // Where the bucket may not be looked at, the key can be the account's own for S3, which needs no right.
  if (isOwnKey === undefined) return reporter.warning(`${object}, and ${parameter} is ${given}. ${hint}`);
  throw new KitError(`the collectors could not read their configs: ${object}, and ${parameter} is ${given}`, {
    code: 'config-key-missing',
    source: 'user',
    hint,
  });
}

function hasGivenRole(values: Readonly<Record<string, string>>): boolean {
  return Boolean(values['TaskRoleArn'] || values['TaskExecutionRoleArn']);
}
