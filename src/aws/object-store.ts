import { setTimeout as delay } from 'node:timers/promises';
import {
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { isKitError } from '../kit/errors.ts';
import { objectStoreConfig } from './client-config.ts';
import { asking, statusOf } from './errors.ts';

export interface ObjectAddress {
  bucket: string;
  key: string;
}

export interface ObjectStore {
  /** Writes an object that must not exist yet; `present` when it did, whatever it contains. */
  putIfAbsent(at: ObjectAddress, body: Buffer | string, contentType: string): Promise<'made' | 'present'>;
  /** The object's bytes, or undefined when there is none. */
  get(at: ObjectAddress): Promise<Buffer | undefined>;
  exists(at: ObjectAddress): Promise<boolean>;
  /** ARN of the KMS key that the object is encrypted under; undefined when it is under none, or is not there. */
  kmsKey(at: ObjectAddress): Promise<string | undefined>;
  /**
   * Whether the bucket encrypts new objects under a key of the customer's, and not under the account's own `aws/s3`,
   * which lets everybody in through S3. Undefined when the caller may not ask.
   */
  hasOwnKey(bucket: string): Promise<boolean | undefined>;
}

/** How often a lost race is run again before it is an error. */
const conflictAttempts = 5;

export function objectStore(region: string): ObjectStore {
  const client = new S3Client(objectStoreConfig(region));
  return {
    putIfAbsent: (at, body, contentType) => putIfAbsent(client, at, body, contentType),
    async get(at) {
      try {
        return await asking(`read ${uri(at)}`, async () => {
          const answer = await client.send(new GetObjectCommand({ Bucket: at.bucket, Key: at.key }));
          return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
        });
      } catch (error) {
        if (isKitError(error, 'object-not-found')) return undefined;
        throw error;
      }
    },
    async kmsKey(at) {
      try {
        return await asking(`read ${uri(at)}`, async () => {
          const answer = await client.send(new GetObjectCommand({ Bucket: at.bucket, Key: at.key }));
          await answer.Body?.transformToByteArray();
          return answer.SSEKMSKeyId;
        });
      } catch (error) {
        if (isKitError(error, 'object-not-found')) return undefined;
        throw error;
      }
    },
    hasOwnKey: (bucket) => hasOwnKey(client, bucket),
    async exists(at) {
      return asking(`look for ${uri(at)}`, async () => {
        try {
          await client.send(new HeadObjectCommand({ Bucket: at.bucket, Key: at.key }));
          return true;
        } catch (error) {
          if (statusOf(error) === 404) return false;
          throw error;
        }
      });
    },
  };
}

async function hasOwnKey(client: S3Client, bucket: string): Promise<boolean | undefined> {
  try {
    const request = new GetBucketEncryptionCommand({ Bucket: bucket });
    const answer = await asking(`look at the encryption of bucket ${bucket}`, () => client.send(request));
    const rules = answer.ServerSideEncryptionConfiguration?.Rules ?? [];
    return rules.some(({ ApplyServerSideEncryptionByDefault: by }) => {
      const key = by?.KMSMasterKeyID ?? '';
      return key !== '' && !key.endsWith('alias/aws/s3');
    });
  } catch (error) {
    if (isKitError(error, 'access-denied')) return undefined;
    throw error;
  }
}

/**
 * 412: the object exists. 409: another write to the key was in flight, S3 asks for the same PUT again.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
async function putIfAbsent(client: S3Client, at: ObjectAddress, body: Buffer | string, contentType: string) {
  const request = { Bucket: at.bucket, Key: at.key, Body: body, ContentType: contentType, IfNoneMatch: '*' };
  return asking(`write ${uri(at)}`, async () => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.send(new PutObjectCommand(request));
        return 'made' as const;
      } catch (error) {
        if (statusOf(error) === 412) return 'present' as const;
        if (statusOf(error) !== 409 || attempt === conflictAttempts) throw error;
        await delay(100 * attempt);
      }
    }
  });
}

/** The address as AWS's tools write it. */
export function uri({ bucket, key }: ObjectAddress): string {
  return `s3://${bucket}/${key}`;
}
