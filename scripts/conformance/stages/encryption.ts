import { saying } from '../kit.ts';
import type { Stage } from '../stage.ts';

/** A bucket under a key of the customer's own: refused without its ARN, deployed with it. */
export const encryption: Stage = {
  number: 7,
  title: 'Bucket under a customer managed key',
  settles: ['B2'],
  makes: 'a KMS key (scheduled for deletion at the end) and a bucket under it',
  minutes: 20,
  dollars: 0.1,
  needsInstances: true,
  notLocal: 'the tests of the local cloud have a bucket under a key already',
  async run(work) {
    const { account, collectors } = work;
    const name = `${account.tag.Value}-kms`;
    work.keep('stack', name);
    const status = await account.deployStack({ name, body: keyTemplate });
    const { Bucket = '', KeyArn = '' } = await account.outputs(name);
    work.say(`stack ${name} is in ${status}`);
    // Emptied before the stack goes, which could not delete it otherwise.
    work.keep('bucket', Bucket);
    const kit = await collectors.repository({
      suffix: 'encrypted',
      index: 3,
      bucket: Bucket,
      kmsKeyArn: KeyArn,
    });
    await work.check(
      {
        id: 'B2',
        what: 'deploy without S3ConfigKmsKeyArn',
        expected: 'fails, and the first line names the key',
      },
      async () => {
        const run = await kit.run('deploy');
        return { holds: run.exitCode === 1 && /kms/i.test(saying(run)), seen: saying(run) };
      },
    );
    await work.check(
      { id: 'B2', what: 'deploy with S3ConfigKmsKeyArn', expected: 'the step succeeds' },
      async () => {
        const parameters = `{S3ConfigKmsKeyArn: '${KeyArn}'}`;
        const run = await kit.run('deploy', { parameters });
        return { holds: run.exitCode === 0, seen: saying(run) };
      },
    );
  },
};

const keyTemplate = `
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      PendingWindowInDays: 7
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: { AWS: !Sub 'arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root' }
            Action: kms:*
            Resource: '*'
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt Key.Arn }
Outputs:
  Bucket: { Value: !Ref Bucket }
  KeyArn: { Value: !GetAtt Key.Arn }
`;
