import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type ConfigName, DeployedStack } from '../support/deployed-stack.ts';

jest.setTimeout(300_000);

interface Case {
  name: string;
  config: ConfigName;
  edit: [string, string];
  /** Of the first line of the error, and of the annotation: the collector's own words. */
  says: string;
  /** Of both: what is said of the image. */
  lacks?: RegExp;
  /** What the marked line holds. */
  marks: string;
}

const cases: Case[] = [
  {
    // Coralogix' own distribution alone has it.
    name: 'a component of the published configs that this build lacks',
    config: 'sampling-config.yaml',
    edit: ['\nprocessors:\n', '\nprocessors:\n  ecsattributes: {}\n'],
    says: `'processors' unknown type: "ecsattributes" for id: "ecsattributes"`,
    lacks: /image \S+otelcol-local@sha256:\w{64} is built without processor ecsattributes/,
    marks: 'ecsattributes:',
  },
  {
    name: 'an unknown policy type, which a mere validation lets pass',
    config: 'sampling-config.yaml',
    edit: ['type: probabilistic', 'type: probabilistc'],
    says: 'unknown sampling policy type probabilistc',
    marks: 'type: probabilistc',
  },
  {
    name: 'a YAML fault',
    config: 'sampling-config.yaml',
    edit: ['    num_traces: 25000', '   num_traces: 25000'],
    says: 'yaml: line ',
    marks: '   num_traces: 25000',
  },
  {
    name: "a wrong key in the agents' config",
    config: 'agent-config.yaml',
    edit: ['aws_cloud_map:', 'aws_cloudmap:'],
    says: "'resolver' has invalid keys: aws_cloudmap",
    marks: 'aws_cloudmap:',
  },
];

// The stack works and goes on working: each config is refused by the collectors themselves and rolled back.
describe('a deployment fails and is rolled back', () => {
  let stack: DeployedStack;
  let gateways: string[];

  beforeAll(async () => {
    stack = new DeployedStack('config-faults', 1);
    stack.edit('sampling-config.yaml', 'decision_wait: 10s', 'decision_wait: 2s');
    await stack.deploy();
    gateways = await stack.gateways();
  });
  afterAll(() => stack.remove());

  test.each(cases)('on $name, with its line marked', async ({ config, edit, says, marks, lacks = /./ }) => {
    const result = await stack.edited(config, edit, async () => {
      const run = await stack.refused('deployment-rolled-back', new RegExp(escaped(says)));
      const lines = stack.read(config).split('\n');
      expect(run.annotations).toEqual([
        { file: config, line: expect.any(Number), message: expect.stringContaining(says) },
      ]);
      expect(lines[(run.annotations[0]?.line ?? 0) - 1]).toContain(marks);
      for (const text of [run.log, run.annotations[0]?.message]) expect(text).toMatch(lacks);
      return run;
    });
    expect(result.log).toMatch(/^error: +command +--config s3:\/\//m);
    expect(await stack.status()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await stack.gateways()).toEqual(gateways);
    expect(await stack.leftovers()).toEqual([]);
  });

  test('and with the config put right there is nothing to deploy', async () => {
    const { outputs } = await stack.deploy();
    expect(outputs['has-changes']).toBe('false');
  });

  test('and the old gateways serve: a verification passes on them', async () => {
    const cohorts = '{normal: {expect: 25%, traces: 1200}, errors: {expect: 100%, traces: 100}}';
    const result = await stack.run('verify', { cohorts, 'traces-per-second': '200' });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(await stack.gateways()).toEqual(gateways);
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[[\]()*+?.\\^$|{}/]/g, '\\$&');
}
