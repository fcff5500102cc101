import { setTimeout as delay } from 'node:timers/promises';
import { DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { saying } from '../kit.ts';
import type { Stage, StageWork } from '../stage.ts';

const pagesAtMost = 50;

/** Lets gateways with an old export error stand idle, then asks how their logs are read and what verify makes of them. */
export const quietLogs: Stage = {
  number: 3,
  title: 'Logs of gateways that were quiet for two hours',
  settles: ['C1', 'log lag'],
  makes: 'nothing beyond the stack of stage 2',
  minutes: 140,
  dollars: 0.8,
  needsInstances: true,
  notLocal: 'the stand-in for Coralogix accepts every key, and log events are readable at once',
  async run(work) {
    const kit = await work.collectors.deployed();
    const wrong = await kit.run('deploy', { 'coralogix-api-key': 'not-a-key' });
    work.say(`with a wrong key: ${saying(wrong)}`);
    const failing = {
      id: 'C1',
      what: 'verify with a key that Coralogix refuses',
      expected: 'fails with export-failed',
    };
    await work.check(failing, async () => {
      const run = await kit.run('verify', { cohorts: '{errors: 100%}' });
      return { holds: run.outputs['error-code'] === 'verification-failed', seen: saying(run) };
    });
    await kit.run('deploy');
    await delay((work.short ? 5 : 120) * 60_000, undefined, { signal: work.signal });
    await emptyPages(work, `/ecs/${kit.stackName}/gateway`);
    for (const which of ['first', 'second'])
      await work.check(
        { id: 'C1', what: `${which} verify after the quiet`, expected: 'the step succeeds' },
        async () => {
          const run = await kit.run('verify', {
            cohorts: '{normal: {expect: 25%, traces: 600}, errors: 100%}',
          });
          return { holds: run.exitCode === 0, seen: saying(run) };
        },
      );
  },
};

/** How many pages backwards until the last event of each stream shows. */
async function emptyPages({ check, account }: StageWork, logGroupName: string): Promise<void> {
  const question = {
    id: 'C1',
    what: `pages of GetLogEvents backwards until the last event, in ${logGroupName}`,
    expected: 'recorded; more than one is possible by the documentation',
  };
  await check(question, async () => {
    const { logStreams = [] } = await account.logs.send(new DescribeLogStreamsCommand({ logGroupName }));
    const counts: number[] = [];
    for (const { logStreamName = '' } of logStreams) {
      let nextToken: string | undefined;
      let page = 0;
      for (; page < pagesAtMost; page += 1) {
        const { events = [], nextBackwardToken } = await account.logs.send(
          new GetLogEventsCommand({ logGroupName, logStreamName, limit: 1, startFromHead: false, nextToken }),
        );
        if (events.length > 0) break;
        nextToken = nextBackwardToken;
      }
      counts.push(page + 1);
    }
    return { holds: counts.length > 0, seen: `pages per stream: ${counts.join(', ')}` };
  });
}
