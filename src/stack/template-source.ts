import type { TemplateSource } from '../aws/cloudformation.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const inlineBytes = 51_200;

export interface PublishedTemplate {
  bytes: Buffer;
  bucket: string;
  key: string;
  region: string;
  /** `aws`, `aws-us-gov`, `aws-cn`. */
  partition: string;
}

/** Inline while it fits; a larger template is read by CloudFormation from the object the release has of it. */
export function templateSource({ bytes, bucket, key, region, partition }: PublishedTemplate): TemplateSource {
  if (bytes.length <= inlineBytes) return { body: bytes.toString('utf8') };
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const path = key.split('/').map(encodeURIComponent).join('/');
  return { url: `https://s3.${region}.${suffix}/${bucket}/${path}` };
}
