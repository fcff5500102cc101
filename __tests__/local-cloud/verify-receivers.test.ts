import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { DeployedTopology } from '../support/deployed-topology.ts';

jest.setTimeout(300_000);

const cohorts = '{normal: {expect: 25%, traces: 600}, errors: {expect: 100%, traces: 100}}';

// What receivers lose never comes to the gateways, whose tap and counters are all in order then.
describe('a verification of a central cluster fails on receivers', () => {
  let central: DeployedTopology;

  beforeAll(() => {
    central = new DeployedTopology('losing', {
      topology: 'central-cluster',
      parameters: { ReceiverTaskCount: 1, GatewayTaskCount: 1, ReceiverMemory: 256, Memory: 256 },
    });
    central.edit('gateway', 'decision_wait: 10s', 'decision_wait: 2s');
  });
  afterAll(() => central.remove());

  test('that cannot send to the gateways', async () => {
    central.edit('receiver', 'port: 4317', 'port: 4999');
    // Given up after six seconds, not after five minutes.
    const [usual, hasty] = ['15s', '6s'].map(
      (interval) => `max_interval: ${interval}\n      max_elapsed_time: `,
    );
    central.edit('receiver', `${usual}300s`, `${hasty}6s`);
    await central.done('deploy');
    const result = await central.refused(
      'verify',
      [
        'verification-failed',
        /failed with export-failed: receiver \w+, loadbalancing: \d+ spans could not be sent/,
      ],
      { cohorts },
    );
    expect(result.outputs['evidence-hash']).toBeUndefined();
  });

  test('that drop one cohort without a word', async () => {
    central.edit('receiver', 'port: 4999', 'port: 4317');
    central.edit(
      'receiver',
      '  batch:\n',
      '  filter/noise:\n    traces:\n      span: [status.code == STATUS_CODE_ERROR]\n  batch:\n',
    );
    central.edit(
      'receiver',
      'processors: [memory_limiter, batch]\n      exporters: [loadbalancing]',
      'processors: [memory_limiter, filter/noise, batch]\n      exporters: [loadbalancing]',
    );
    await central.done('deploy');
    const cause = /failed with traces-lost: cohort errors: 0 of 100 traces arrived/;
    await central.refused('verify', ['verification-failed', cause], { cohorts });
  });
});
