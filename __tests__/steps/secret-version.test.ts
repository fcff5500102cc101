import { describe, expect, test } from '@jest/globals';
import type { StackSettings } from '../../src/inputs/settings.ts';
import { withSecretVersion } from '../../src/steps/secret-version.ts';

const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:coralogix-AbCdEf';
const stack = (given: string | undefined) =>
  ({
    parameters: { Memory: '512', ...(given ? { CoralogixApiKeySecretArn: given } : {}) },
  }) as unknown as StackSettings;

/** Secrets Manager with one secret, whose versions have these stages. */
function secretWith(stages: Record<string, string>) {
  const asked: string[] = [];
  return {
    asked,
    versionWith: async (stage: string, secretArn: string) => {
      asked.push(secretArn);
      return stages[stage];
    },
  };
}

describe('the secret of the API key', () => {
  test.each([
    ['alone', arn, `${arn}:::v1`],
    ['with a JSON key', `${arn}:key::`, `${arn}:key::v1`],
    ['with the stage that is current', `${arn}::AWSCURRENT:`, `${arn}:::v1`],
    ['with another stage', `${arn}:key:AWSPREVIOUS:`, `${arn}:key::v0`],
  ])('gets the version that it has now: %s', async (_name, given, expected) => {
    const secrets = secretWith({ AWSCURRENT: 'v1', AWSPREVIOUS: 'v0' });
    const { parameters } = await withSecretVersion(stack(given), secrets);
    expect(parameters).toEqual({ Memory: '512', CoralogixApiKeySecretArn: expected });
    expect(secrets.asked).toEqual([arn]);
  });

  test('gets another value once it is rotated, and the same as long as it is not', async () => {
    const valueAt = async (version: string) =>
      (await withSecretVersion(stack(arn), secretWith({ AWSCURRENT: version }))).parameters;
    expect(await valueAt('v1')).toEqual(await valueAt('v1'));
    expect(await valueAt('v2')).not.toEqual(await valueAt('v1'));
  });

  test.each([
    ['its version is named', `${arn}:::v0`],
    ['it is not given', undefined],
  ])('is left alone when %s', async (_name, given) => {
    const secrets = secretWith({ AWSCURRENT: 'v1' });
    expect(await withSecretVersion(stack(given), secrets)).toEqual(stack(given));
    expect(secrets.asked).toEqual([]);
  });

  test('without a version is refused, since no task could start', async () => {
    await expect(withSecretVersion(stack(arn), secretWith({}))).rejects.toMatchObject({
      code: 'secret-version-missing',
      message: expect.stringContaining('has no version AWSCURRENT'),
    });
  });
});
