import { DeleteLogGroupCommand, DeleteLogStreamCommand } from '@aws-sdk/client-cloudwatch-logs';
import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { VerifiedStack } from '../support/verified-stack.ts';
import { until } from '../support/wait.ts';

jest.setTimeout(300_000);

const slowly = { 'traces-per-second': '40' };

// The stack is healthy throughout: what goes wrong is on the side of those who send and of those who log.
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

  test('when a task is stopped by hand', async () => {
    const [result] = await Promise.all([
      stack.refused(/failed with generator-failed: .*its task ended with UserInitiated: by hand/, slowly),
      aGenerator().then((task) =>
        stack.account.ecs.send(
          new StopTaskCommand({ cluster: stack.cloud.cluster, task, reason: 'by hand' }),
        ),
      ),
    ]);
    expect(result.log).toContain('traces-lost');
  });

  test('when the log of a generator never comes', async () => {
    await Promise.all([
      stack.refused(/failed with generator-failed: .*its log ends early/, slowly),
      aGenerator().then((task) =>
        stack.account.logs.send(
          new DeleteLogStreamCommand({
            logGroupName: '/ecs/telemetrygen',
            logStreamName: `ecs/telemetrygen/${task.split('/').at(-1)}`,
          }),
        ),
      ),
    ]);
  });

  test('when time runs out, and within ten seconds of it', async () => {
    const result = await stack.refused(
      /did not get there within \d+ s|did not end within 18 s|failed with deadline-exceeded/,
      {
        ...slowly,
        'verify-timeout-minutes': '0.3',
      },
    );
    expect(result.outputs['error-code']).toBe('deadline-exceeded');
    expect(result.seconds).toBeLessThan(18 + 10);
  });

  test('when the logs of the gateways never come', async () => {
    await stack.account.logs.send(new DeleteLogGroupCommand({ logGroupName: `/ecs/${stack.name}/gateway` }));
    await stack.refused(/gateway \w+ has no log stream/);
  });

  /** The first generator that runs. */
  async function aGenerator(): Promise<string> {
    let found: string[] = [];
    const anyRuns = async () => {
      found = await stack.generators();
      return found.length > 0;
    };
    await until('a generator runs', anyRuns, 60);
    return found[0] ?? '';
  }
});
