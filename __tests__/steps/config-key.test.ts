import { beforeEach, describe, expect, test } from '@jest/globals';
import { uri } from '../../src/aws/object-store.ts';
import type { Release } from '../../src/release/release.ts';
import { requireReadableConfigs } from '../../src/steps/config-key.ts';
import { FakeObjects } from '../support/fake-objects.ts';
import { FakeReporter } from '../support/fake-reporter.ts';

const key = 'arn:aws:kms:eu-west-1:123456789012:key/0f2c';
const other = 'arn:aws:kms:eu-west-1:123456789012:key/other';
const role = 'arn:aws:iam::123456789012:role/mine';
const config = { parameter: 'Key', path: 'agent.yaml', key: 'kit/agent.yaml', sha256: '' };
let objects: FakeObjects;
let reporter: FakeReporter;

beforeEach(() => {
  objects = new FakeObjects();
  objects.contents.set(uri({ bucket: 'bucket', key: config.key }), Buffer.from(''));
  objects.key = key;
  reporter = new FakeReporter();
});

function ask(values: Record<string, string>, { configs = [config], declared = ['S3ConfigKmsKeyArn'] } = {}) {
  return requireReadableConfigs(
    {
      bucket: 'bucket',
      release: { configs } as unknown as Release,
      declared: declared.map((name) => ({ name, default: '' })) as never,
      values,
    },
    objects,
    reporter,
  );
}

describe('configs under a KMS key of the customer', () => {
  test.each([
    ['is empty', {}, 'empty'],
    ['is another key', { S3ConfigKmsKeyArn: other }, other],
  ])('are a fault when the parameter %s, which names key and parameter', async (_name, values, said) => {
    await expect(ask(values)).rejects.toMatchObject({
      code: 'config-key-missing',
      source: 'user',
      message: `the collectors could not read their configs: s3://bucket/kit/agent.yaml is encrypted under the KMS key ${key}, and S3ConfigKmsKeyArn is ${said}`,
      hint: `Set the parameter S3ConfigKmsKeyArn to ${key}.`,
    });
  });

  test('are fine once the stack is given the key', async () => {
    objects.isOwnKey = undefined;
    await ask({ S3ConfigKmsKeyArn: key });
    expect(reporter.warnings).toEqual([]);
  });

  test('are a warning where nobody may ask whose key it is', async () => {
    objects.isOwnKey = undefined;
    await ask({});
    expect(reporter.warnings).toEqual([
      expect.stringContaining(`Set the parameter S3ConfigKmsKeyArn to ${key}.`),
    ]);
  });

  test.each([
    ['a task role', { TaskRoleArn: role }, ['S3ConfigKmsKeyArn']],
    ['an execution role', { TaskExecutionRoleArn: role }, ['S3ConfigKmsKeyArn']],
    ['a template without the parameter', {}, []],
  ])('are told of, no more, with %s', async (_name, values, declared) => {
    await ask(values, { declared });
    expect(reporter.lines.join()).toContain('the role of the collectors needs kms:Decrypt on it');
  });
});

test.each([
  ['a key of the account for S3', () => ({ isOwnKey: false })],
  ['no key at all', () => ({ key: undefined })],
])('configs under %s need nothing', async (_name, change) => {
  Object.assign(objects, change());
  await ask({});
  expect([...reporter.warnings, ...reporter.lines]).toEqual([]);
});

test('a stack without configs is not asked about', async () => {
  await ask({}, { configs: [] });
});
