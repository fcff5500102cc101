import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { VerifiedStack } from '../support/verified-stack.ts';

jest.setTimeout(300_000);

// The stack is healthy throughout: what goes wrong is on the side of those who send.
describe('a verification of a healthy stack fails', () => {
  let stack: VerifiedStack;

  beforeAll(async () => {
    stack = new VerifiedStack('senders', 1);
    await stack.deploy();
  });
  afterAll(() => stack.remove());

  test('when telemetrygen sends where nothing listens', async () => {
    const result = await stack.refused(
      /failed with generator-failed: generator of cohort normal .*traces export: .*connection refused/,
      {
        endpoint: '127.0.0.1:4999',
      },
    );
    // telemetrygen alone would take ten seconds for each of its batches.
    expect(result.seconds).toBeLessThan(90);
  });

  test('when telemetrygen sends to a name that does not resolve', async () => {
    await stack.refused(
      /failed with generator-failed: generator of cohort normal .*traces export: .*name resolver error/,
      {
        endpoint: 'grpc-sampler.senders:4317',
      },
    );
  });

  test('when the image of telemetrygen does not exist', async () => {
    const image = stack.cloud.telemetrygenImage.replace(/@.*$/, ':none-such');
    await stack.refused(/failed with generator-failed: .*TaskFailedToStart: CannotPullContainerError/, {
      'telemetrygen-image': image,
    });
  });

  test('when a line of the log that was asserted is not there, or one that is forbidden is', async () => {
    const result = await stack.refused(
      /failed with generator-failed: .*no line of its log matches \/never said\//,
      {
        'assert-logs': 'never said',
        'forbid-logs': 'stopping the exporter',
      },
    );
    expect(result.log).toContain('which is forbidden');
  });
});
