import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { clientConfig } from '../../local/client-config.ts';
import type { Cloud } from '../../local/cloud.ts';
import { Account } from './account.ts';
import { makeStack } from './made-stack.ts';

/** A bucket whose objects are encrypted under a KMS key of the customer's. */
export class KeyedBucket {
  readonly name: string;
  /** ARN. */
  readonly key: string;
  readonly #cloud: Cloud;

  private constructor(name: string, key: string, cloud: Cloud) {
    this.name = name;
    this.key = key;
    this.#cloud = cloud;
  }

  /** @param name of the bucket, and of the stack that makes the key */
  static async make(cloud: Cloud, name: string): Promise<KeyedBucket> {
    const policy = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::000000000000:root' },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    };
    const { Key = '' } = await makeStack(
      new Account(cloud),
      name,
      JSON.stringify({
        Resources: { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: policy } } },
        Outputs: { Key: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
      }),
    );
    const s3 = client(cloud);
    const place = { CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' as const } };
    await s3.send(new CreateBucketCommand({ Bucket: name, ...place }));
    const by = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: Key };
    await s3.send(
      new PutBucketEncryptionCommand({
        Bucket: name,
        ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: by }] },
      }),
    );
    return new KeyedBucket(name, Key, cloud);
  }

  async remove(): Promise<void> {
    const s3 = client(this.#cloud);
    const Bucket = this.name;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    const Objects = Contents.map(({ Key = '' }) => ({ Key }));
    if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
    await new Account(this.#cloud).removeStack(this.name);
  }
}

function client(cloud: Cloud): S3Client {
  return new S3Client({ ...clientConfig(cloud), forcePathStyle: true });
}
