import { describe, expect, test } from '@jest/globals';
import { objectStore } from '../../src/aws/object-store.ts';
import { version } from '../../src/kit/version.ts';
import { httpEndpoint } from '../support/http-endpoint.ts';

const at = { bucket: 'bucket', key: 'otel/a b.yaml' };

function fault(code: string): string {
  return `<?xml version="1.0"?><Error><Code>${code}</Code><Message>the reason of ${code}</Message></Error>`;
}

describe('the object store, over HTTP', () => {
  test('writes only what is not there, under its own name', async () => {
    await using endpoint = await httpEndpoint([{ status: 200 }]);
    expect(await objectStore('eu-west-1').putIfAbsent(at, 'text', 'application/yaml')).toBe('made');
    expect(endpoint.requests).toHaveLength(1);
    expect(endpoint.requests[0]).toMatchObject({ method: 'PUT', headers: { 'if-none-match': '*' } });
    expect(endpoint.requests[0]?.url).toMatch(/^\/bucket\/otel\/a%20b\.yaml/);
    expect(endpoint.requests[0]?.headers['user-agent']).toContain(`ecs-tail-sampling/${version}`);
  });

  test('takes 412 for "it is there" and asks once', async () => {
    await using endpoint = await httpEndpoint([{ status: 412, body: fault('PreconditionFailed') }]);
    expect(await objectStore('eu-west-1').putIfAbsent(at, 'text', 'application/yaml')).toBe('present');
    expect(endpoint.requests).toHaveLength(1);
  });

  test('repeats a write that lost a race (409) until it is decided', async () => {
    const conflict = { status: 409, body: fault('ConditionalRequestConflict') };
    await using endpoint = await httpEndpoint([conflict, conflict, { status: 200 }]);
    expect(await objectStore('eu-west-1').putIfAbsent(at, 'text', 'application/yaml')).toBe('made');
    expect(endpoint.requests).toHaveLength(3);
  });

  test.each([
    ['a denial', 403, 'AccessDenied', 'access-denied'],
    ['a missing bucket', 404, 'NoSuchBucket', 'bucket-unreachable'],
  ])('%s fails at once, with the reason of AWS', async (_name, status, awsCode, code) => {
    await using endpoint = await httpEndpoint([{ status, body: fault(awsCode) }]);
    const written = objectStore('eu-west-1').putIfAbsent(at, 'text', 'application/yaml');
    await expect(written).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`the reason of ${awsCode}`),
    });
    expect(endpoint.requests).toHaveLength(1);
  });

  test('throttling is waited out', async () => {
    await using endpoint = await httpEndpoint([
      { status: 503, body: fault('SlowDown') },
      { status: 200, body: 'text' },
    ]);
    expect((await objectStore('eu-west-1').get(at))?.toString()).toBe('text');
    expect(endpoint.requests).toHaveLength(2);
  });

  test('tells the key of an object, and whose key a bucket uses', async () => {
    const encryption = (key: string) =>
      `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm>${key}</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`;
    const named = (key: string) => `<KMSMasterKeyID>${key}</KMSMasterKeyID>`;
    await using _endpoint = await httpEndpoint([
      { status: 200, body: 'text', headers: { 'x-amz-server-side-encryption-aws-kms-key-id': 'arn:key' } },
      { status: 404, body: fault('NoSuchKey') },
      ...['arn:key', 'arn:aws:kms:eu-west-1:1:alias/aws/s3'].map((key) => ({
        status: 200,
        body: encryption(named(key)),
      })),
      { status: 200, body: encryption('') },
      { status: 403, body: fault('AccessDenied') },
    ]);
    const store = objectStore('eu-west-1');
    expect(await store.kmsKey(at)).toBe('arn:key');
    expect(await store.kmsKey(at)).toBeUndefined();
    expect(await store.hasOwnKey('bucket')).toBe(true);
    expect(await store.hasOwnKey('bucket')).toBe(false);
    expect(await store.hasOwnKey('bucket')).toBe(false);
    expect(await store.hasOwnKey('bucket')).toBeUndefined();
  });

  test('an absent object is undefined, not an error', async () => {
    await using _endpoint = await httpEndpoint([{ status: 404, body: fault('NoSuchKey') }]);
    expect(await objectStore('eu-west-1').get(at)).toBeUndefined();
    expect(await objectStore('eu-west-1').exists(at)).toBe(false);
  });
});
