import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { replaced, VerifiedStack } from '../support/verified-stack.ts';

jest.setTimeout(300_000);

const sampling = (percentage: number) => (config: string) =>
  replaced(config, 'sampling_percentage: 25', `sampling_percentage: ${percentage}`);

// Each case is a config as somebody might commit it, deployed like any other.
describe('a verification fails on a gateway', () => {
  let stack: VerifiedStack;

  beforeAll(() => {
    stack = new VerifiedStack('sampling', 2);
  });
  afterAll(() => stack.remove());

  test('that keeps 35% where 25% is expected', async () => {
    await stack.deploy({ gateway: sampling(35) });
    const result = await stack.refused(
      /failed with share-out-of-interval: cohort normal: \d+ of 1200 traces kept/,
    );
    expect(result.outputs).toMatchObject({ generated: '1300', arrived: '1300' });
  });

  test('that drops everything', async () => {
    const gateway = (config: string) => replaced(sampling(0)(config), '[ERROR]', '[OK]');
    await stack.deploy({ gateway });
    const result = await stack.refused(
      /failed with share-out-of-interval: cohort normal: 0 of 1200 traces kept \(0%\), expected 25%/,
    );
    expect(result.outputs).toMatchObject({ arrived: '1300', kept: '0' });
  });

  test('whose num_traces is so small that traces go before their decision', async () => {
    await stack.deploy({ gateway: (config) => replaced(config, 'num_traces: 25000', 'num_traces: 50') });
    await stack.refused(/failed with early-drops: gateway \w+ dropped \d+ traces before their decision/);
  });
});
