import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { OthersStack } from '../support/others-stack.ts';
import { ServicesByHand } from '../support/services-by-hand.ts';
import { expectSuccess, replaced } from '../support/verified-stack.ts';

jest.setTimeout(300_000);

const fixture = (file: string) => readFileSync(`__tests__/fixtures/${file}`, 'utf8');

// One story: somebody else's template from its first, failing deployment on, and beside it services in no stack.
describe("somebody else's stack", () => {
  let stack: OthersStack;

  beforeAll(() => {
    stack = new OthersStack();
  });
  afterAll(() => stack.remove());

  test('does not come to be where its role may make no log group, which is said first', async () => {
    const result = await stack.deploy();
    stack.expectRefused(result, 'log-unwritable', /\/ecs\/others-(agent|sampler)/);
  });

  test('is deployed with the configs of the release in the parameters that it has for them', async () => {
    await stack.makeLogGroups();
    const result = await stack.deploy({ 'replace-rolled-back-stack': 'true' });
    expectSuccess(result);
    expect(await stack.samplers()).toHaveLength(1);
  });

  test('is scaled by the parameter that its template has, and keeps the gateway that runs', async () => {
    const [first] = await stack.samplers();
    const result = await stack.done('scale', { count: '2' });
    expect(result.outputs).toMatchObject({ 'has-changes': 'true', 'task-count': '2' });
    expect(result.summary).toContain('| `GatewayTaskCount` | `1` | `2` |');
    expect(await stack.samplers()).toHaveLength(2);
    expect(await stack.samplers()).toContain(first);
  });

  test('is verified by the counters of gateways that no output names, as the release that was deployed', async () => {
    const { outputs, summary } = await stack.done('verify');
    expect(outputs).toMatchObject({ generated: '600', arrived: '600', promotable: 'true' });
    expect(outputs['release-id']).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse(outputs['gateways'] ?? '[]')).toHaveLength(2);
    expect(summary).toContain("Counted from the gateways' own counters");
    const evidence = JSON.parse(await stack.account.object(outputs['evidence-key'] ?? ''));
    expect(evidence).toMatchObject({
      ...{ basis: 'counters', promotable: true, notPromotable: [] },
      services: [
        { role: 'agent', service: 'others-agent' },
        { role: 'gateway', service: 'others-sampler' },
      ],
    });
  });

  test('is not updated to a config that names a component which the image lacks, which is said first', async () => {
    stack.editAgent('\nextensions:', '\nextensions:\n  pprof: {}');
    stack.editAgent('extensions: [health_check]', 'extensions: [health_check, pprof]');
    const result = await stack.deploy();
    stack.expectRefused(result, 'deployment-rolled-back', /is built without extension pprof/);
  });

  describe('beside services in no stack', () => {
    let services: ServicesByHand;

    beforeAll(async () => {
      services = new ServicesByHand(stack);
      const agent = replaced(fixture('others-agent-config.yaml'), '0.0.0.0:4317', '0.0.0.0:21917');
      await services.make({
        agent: replaced(
          replaced(replaced(agent, '0.0.0.0:4318', '0.0.0.0:21918'), 'port: 8888', 'port: 21988'),
          'service_name: grpc-gateway',
          'service_name: grpc-by-hand',
        ).replace('health_check: {}', 'health_check: { endpoint: 0.0.0.0:21913 }'),
        sampler: fixture('others-gateway-config.yaml'),
      });
      const { cluster } = stack.cloud;
      stack.writeServices({
        cluster,
        agent: { service: 'by-hand-agent' },
        gateway: { service: 'by-hand-sampler' },
      });
    });
    afterAll(() => services.remove());

    test('verifies these, as of no release and never promotable', async () => {
      const { outputs, summary } = await stack.done('verify', { 'environment-file': 'services.yaml' });
      expect(outputs).toMatchObject({ 'release-id': 'none', promotable: 'false', arrived: '600' });
      expect(summary).toContain('**Of no release**, and so never promotable');
      const evidence = JSON.parse(await stack.account.object(outputs['evidence-key'] ?? ''));
      expect(evidence).toMatchObject({ release: 'none', promotable: false, stacks: [] });
    });

    test('says that these are not scaled through a stack, and what would do it', async () => {
      const result = await stack.run('scale', { 'environment-file': 'services.yaml', count: '2' });
      stack.expectRefused(
        result,
        'not-scalable',
        /^service by-hand-sampler cannot be scaled: it is in no stack/,
      );
      expect(result.log).toContain('aws ecs update-service --cluster');
    });
  });
});
