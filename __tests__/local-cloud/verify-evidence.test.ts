import { DeleteLogGroupCommand, DeleteLogStreamCommand } from '@aws-sdk/client-cloudwatch-logs';
import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { VerifiedStack } from '../support/verified-stack.ts';
import { until } from '../support/wait.ts';

jest.setTimeout(300_000);

const slowly = { 'traces-per-second': '40' };

// The stack is healthy throughout: what goes wrong is that the evidence does not come.
describe('a verification that does not see everything fails', () => {
  let stack: VerifiedStack;

  beforeAll(async () => {
    stack = new VerifiedStack('unseen', 5);
    await stack.deploy();
  });
  afterAll(() => stack.remove());

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
