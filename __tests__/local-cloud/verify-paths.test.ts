import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { OtherTraffic } from '../support/other-traffic.ts';
import { cohorts, replaced, VerifiedStack } from '../support/verified-stack.ts';
import { until } from '../support/wait.ts';

jest.setTimeout(300_000);

const withoutTap = (config: string) =>
  replaced(config, 'exporters: [coralogix, forward/tap]', 'exporters: [coralogix]').replace(
    / {4}traces\/tap-kept:\n(?: {6}.*\n)+/,
    '',
  );

describe('a verification', () => {
  let stack: VerifiedStack;

  beforeAll(async () => {
    stack = new VerifiedStack('paths', 3);
    await stack.deploy();
  });
  afterAll(() => stack.remove());

  const evidence = async (key: string | undefined) => JSON.parse(await stack.account.object(key ?? ''));

  test('with slow traces keeps all of them', async () => {
    const result = await stack.verify({
      cohorts: cohorts.replace('}}', '}, slow: {expect: 100%, traces: 100}}'),
    });
    expect(result.exitCode).toBe(0);
    expect(JSON.parse(result.outputs.cohorts ?? '[]')).toContainEqual(
      expect.objectContaining({ name: 'slow', arrived: 100, kept: 100, incomplete: 0 }),
    );
    // As the running tasks and the first lines of their own logs say.
    const [image, digest] = [stack.cloud.collectorImage, stack.cloud.collectorImage.split('@')[1]];
    const build = { image, digest, distribution: expect.stringMatching(/^otelcol-/), version: '0.158.0' };
    expect(await evidence(result.outputs['evidence-key'])).toMatchObject({
      ...{ path: 'agents', basis: 'tap' },
      collectors: [
        { role: 'agent', ...build },
        { role: 'gateway', ...build },
      ],
    });
  });

  test('that goes to the samplers by DNS passes and is marked as a bypass', async () => {
    const result = await stack.verify({ endpoint: 'grpc-sampling' });
    expect(result.exitCode).toBe(0);
    expect(result.outputs).toMatchObject({ arrived: '1300' });
    expect(result.summary).toContain('Agents and routing were bypassed');
    expect(await evidence(result.outputs['evidence-key'])).toMatchObject({ path: 'direct', agents: null });
  });

  test('is inconclusive when a gateway is replaced meanwhile', async () => {
    const [gateway = ''] = await stack.account.tasks(`${stack.name}-sampling`);
    const stopped = async () => {
      await until('generators run', async () => (await stack.generators()).length > 0, 60);
      await stack.account.ecs.send(new StopTaskCommand({ cluster: stack.cloud.cluster, task: gateway }));
    };
    await Promise.all([
      stack.refused(/failed with gateways-changed: .*: inconclusive/, { 'traces-per-second': '40' }),
      stopped(),
    ]);
  });

  describe('of a gateway config without a tap', () => {
    beforeAll(() => stack.deploy({ gateway: withoutTap }));

    test('passes on the evidence of the counters', async () => {
      const result = await stack.verify();
      expect(result.exitCode).toBe(0);
      expect(result.outputs).toMatchObject({ generated: '1300', arrived: '1300' });
      expect(await evidence(result.outputs['evidence-key'])).toMatchObject({
        path: 'agents',
        basis: 'counters',
      });
    });

    test('fails on another share', async () => {
      await stack.refused(/failed with share-out-of-interval: cohort normal: /, {
        cohorts: cohorts.replace('25%', '50%'),
      });
    });

    test('is inconclusive while other traffic flows', async () => {
      await using _traffic = await OtherTraffic.start(stack.cloud, {
        tracesPerSecond: 50,
        port: stack.agentGrpcPort,
      });
      const result = await stack.refused(
        /the gateways took \d+ spans in 6 s before anything was sent: inconclusive/,
      );
      expect(result.outputs['error-code']).toBe('other-traffic');
    });
  });
});
