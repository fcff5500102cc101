import { describe } from '@jest/globals';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeLogs } from '../support/fake-logs.ts';
import { logsContract } from '../support/logs-contract.ts';

describe('the fake of CloudWatch Logs', () => {
  const logs = new FakeLogs(new FakeClock(Date.now()), 3);
  logsContract(() => ({
    logs,
    group: '/test',
    write: async (stream, events) => {
      logs.make('/test', stream);
      for (const event of events) logs.write('/test', stream, event);
    },
  }));
});
