import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Settings } from '../../src/inputs/settings.ts';
import type { ConfigRole } from '../../src/inputs/topologies.ts';
import { KitError } from '../../src/kit/errors.ts';
import { Ledger } from '../../src/kit/ledger.ts';
import { requireSoundConfigs } from '../../src/steps/config-lint.ts';
import { run } from '../../src/steps/deploy.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeReporter } from '../support/fake-reporter.ts';

const config = (role: ConfigRole, name: string, folder = 'configs') => ({
  ...{ role, parameter: 'Key', path: `${folder}/${name}` },
  bytes: readFileSync(`configs/${name}`),
});
const receiver = config('receiver', 'receiver-config-with-span-metrics.yaml');
const gateway = config('gateway', 'gateway-config-with-span-metrics.yaml');

function refusal(work: () => void): KitError {
  try {
    work();
  } catch (error) {
    if (error instanceof KitError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test.each([
  ['in one stack', [{ configs: [receiver, gateway] }]],
  ['in a stack each', [{ configs: [] }, { configs: [receiver] }, { configs: [gateway] }]],
])('span metrics on receivers and gateways are refused %s, with both lines marked', (_name, stacks) => {
  const reporter = new FakeReporter();
  const error = refusal(() => requireSoundConfigs(stacks, reporter));
  expect(error).toMatchObject({ code: 'config-refused', source: 'user' });
  expect(error.message).toMatch(/^span-metrics-once: .*receiver-config-with-span-metrics\.yaml:\d+/);
  const files = reporter.annotations.map(({ file, line }) => [file, typeof line]);
  expect(files).toEqual([
    ['configs/receiver-config-with-span-metrics.yaml', 'number'],
    ['configs/gateway-config-with-span-metrics.yaml', 'number'],
  ]);
});

test('a config of the kit is named in the log, which has no file of the workspace to mark', () => {
  const reporter = new FakeReporter();
  const shipped = { ...gateway, path: 'kit:configs/gateway-config-with-span-metrics.yaml' };
  refusal(() => requireSoundConfigs([{ configs: [receiver, shipped] }], reporter));
  expect(reporter.annotations).toHaveLength(1);
  expect(reporter.lines.join()).toContain('kit:configs/gateway-config-with-span-metrics.yaml:');
});

test.each([
  ['on receivers alone', [receiver, config('gateway', 'gateway-config.yaml')]],
  ['on gateways alone', [config('receiver', 'receiver-config.yaml'), gateway]],
  ['nowhere', [config('receiver', 'receiver-config.yaml'), config('gateway', 'gateway-config.yaml')]],
])('span metrics %s are accepted', (_name, configs) => {
  expect(() => requireSoundConfigs([{ configs }], new FakeReporter())).not.toThrow();
});

test('deploy refuses before it asks AWS for anything, the identity included', async () => {
  const reporter = new FakeReporter();
  const settings = { region: 'eu-west-1', stacks: [{ configs: [receiver, gateway] }] } as unknown as Settings;
  const signal = new AbortController().signal;
  const deps = { reporter, clock: new FakeClock(), signal, ledger: new Ledger('eu-west-1', () => {}) };
  await expect(run(settings, deps)).rejects.toMatchObject({ code: 'config-refused' });
  expect(reporter.lines).not.toContain('Prove the AWS identity');
});
