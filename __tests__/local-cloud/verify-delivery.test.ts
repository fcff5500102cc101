import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { OtherTraffic } from '../support/other-traffic.ts';
import { replaced, VerifiedStack } from '../support/verified-stack.ts';

jest.setTimeout(300_000);

// Before the gateways and behind them: sampling itself is as it should be.
describe('a verification fails on a gateway', () => {
  let stack: VerifiedStack;

  beforeAll(() => {
    stack = new VerifiedStack('delivery', 4);
  });
  afterAll(() => stack.remove());

  test('whose backend refuses what it sends', async () => {
    // Nothing listens on that port of the gateway itself.
    const gateway = (config: string) =>
      replaced(
        config,
        '    domain: $' + '{env:CORALOGIX_DOMAIN}',
        '    traces: { endpoint: "127.0.0.1:4999" }',
      );
    await stack.deploy({ gateway });
    await stack.refused(/failed with export-failed: gateway \w+, coralogix: Exporting failed/);
  });

  test('to which the traces of one cohort do not come, while all other traffic does', async () => {
    const agent = (config: string) =>
      replaced(
        replaced(
          config,
          '  batch:\n',
          `  filter/noise:\n    traces:\n      span: [status.code == STATUS_CODE_ERROR]\n  batch:\n`,
        ),
        'processors: [memory_limiter, batch]',
        'processors: [memory_limiter, filter/noise, batch]',
      );
    await stack.deploy({ agent });
    await using traffic = await OtherTraffic.start(stack.cloud, {
      tracesPerSecond: 50,
      port: stack.agentGrpcPort,
    });
    const result = await stack.refused(/failed with traces-lost: cohort errors: 0 of 100 traces arrived/);
    expect(result.log).not.toContain('cohort normal: ');
    expect(await traffic.arrivedAtBackend()).toBeGreaterThan(0);
  });
});
