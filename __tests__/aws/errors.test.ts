import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { objectStoreConfig } from '../../src/aws/client-config.ts';
import { asking } from '../../src/aws/errors.ts';
import { KitError } from '../../src/kit/errors.ts';
import { version } from '../../src/kit/version.ts';

function sdkError(name: string, message: string, extra: object = {}): Error {
  return Object.assign(new Error(message), { name, ...extra });
}

describe('an error of AWS', () => {
  test.each([
    ['a denial', sdkError('AccessDeniedException', 'User: x is not authorized'), 'access-denied'],
    [
      'a denial without a body',
      sdkError('403', 'UnknownError', { $metadata: { httpStatusCode: 403 } }),
      'access-denied',
    ],
    [
      'a key that the caller may not use',
      sdkError(
        'AccessDenied',
        'User: x is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:1:key/k',
      ),
      'kms-access-denied',
    ],
    [
      'a key that the caller may not even see',
      sdkError(
        'AccessDenied',
        'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
      ),
      'kms-access-denied',
    ],
    ['throttling', sdkError('Throttling', 'Rate exceeded'), 'throttled'],
    [
      'expired credentials',
      sdkError('ExpiredToken', 'The security token included in the request is expired'),
      'credentials-invalid',
    ],
    [
      'no credentials',
      sdkError('CredentialsProviderError', 'Could not load credentials'),
      'credentials-invalid',
    ],
    [
      'a busy stack',
      sdkError('ValidationError', 'Stack:arn:x is in UPDATE_IN_PROGRESS state and can not be updated.'),
      'stack-busy',
    ],
    ['another operation', sdkError('OperationInProgressException', 'in progress'), 'stack-busy'],
    ['a missing stack', sdkError('ValidationError', 'Stack with id otel does not exist'), 'stack-not-found'],
    [
      'any other bad request',
      sdkError('ValidationError', 'Parameters: [X] must have values'),
      'request-invalid',
    ],
    [
      'a missing change set',
      sdkError('ChangeSetNotFound', 'ChangeSet [x] does not exist'),
      'change-set-not-found',
    ],
    ['an obsolete change set', sdkError('InvalidChangeSetStatus', '[OBSOLETE]'), 'change-set-stale'],
    [
      'a missing bucket',
      sdkError('NoSuchBucket', 'The specified bucket does not exist'),
      'bucket-unreachable',
    ],
    [
      'a closed port',
      sdkError('Error', 'fetch failed', { cause: { code: 'ECONNREFUSED' } }),
      'endpoint-unreachable',
    ],
    ['something new', sdkError('BrandNewException', 'what is this'), 'aws-error'],
  ])('%s has the code that scripts branch on', async (_name, error, code) => {
    const asked = asking('do a thing', () => Promise.reject(error));
    await expect(asked).rejects.toMatchObject({ code, cause: error });
    await expect(asked).rejects.toThrow(/^could not do a thing: ./);
  });

  test.each([
    ['an error of ours', new KitError('x', { code: 'x', source: 'kit' })],
    ['an abort', sdkError('AbortError', 'aborted')],
  ])('%s passes unchanged', async (_name, error) => {
    await expect(asking('do a thing', () => Promise.reject(error))).rejects.toBe(error);
  });
});

describe('S3 puts the bucket into', () => {
  test.each([
    ['the path at an address', 'http://127.0.0.1:4566', true],
    ['the path at an IPv6 address', 'http://[::1]:4566', true],
    ['the path at localhost', 'http://localhost:4566', true],
    ['the host name elsewhere', 'https://bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com', false],
    ['the host name without an endpoint', undefined, false],
    ['the host name when the endpoint is unreadable', 'not a url', false],
  ])('%s', (_name, endpoint, expected) => {
    expect(objectStoreConfig('eu-west-1', { AWS_ENDPOINT_URL: endpoint }).forcePathStyle).toBe(expected);
  });

  test('what the endpoint of S3 alone says, when it has one', () => {
    const environment = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL_S3: 'https://s3.example.com',
    };
    expect(objectStoreConfig('eu-west-1', environment).forcePathStyle).toBe(false);
  });
});

test('the user agent names the version of the package', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(version).toBe(manifest.version);
});
