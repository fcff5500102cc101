import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { readSettings } from '../../src/inputs/read.ts';
import type { Settings } from '../../src/inputs/settings.ts';
import { isKitError } from '../../src/kit/errors.ts';

const kitRoot = path.resolve(import.meta.dirname, '../..');
const usual = { region: 'eu-west-1', 's3-config-bucket': 'configs', cohorts: { normal: '25%' } };
const services = { cluster: 'apps', agent: { service: 'otel-agent' }, gateway: { service: 'otel-gateway' } };
const verify = { INPUT_STEPS: 'verify' };

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'services-'));
});
afterEach(() => rmSync(workspace, { recursive: true }));

function read(file: object, inputs: NodeJS.ProcessEnv = verify): Settings {
  writeFileSync(path.join(workspace, 'staging.yaml'), stringify({ ...usual, ...file }));
  const environment = { 'INPUT_ENVIRONMENT-FILE': 'staging.yaml', ...inputs };
  return readSettings({ environment, workspace, kitRoot, mask: () => {} });
}

function faultsOf(file: object, inputs: NodeJS.ProcessEnv = verify): string {
  try {
    read(file, inputs);
  } catch (error) {
    if (isKitError(error, 'invalid-input')) return error.message;
    throw error;
  }
  return '';
}

describe('services that are named', () => {
  test('are all that verify needs: no stack', () => {
    const settings = read({ services });
    expect(settings.stacks).toEqual([]);
    expect(settings.services).toMatchObject({
      agent: { service: 'otel-agent', cluster: 'apps' },
      gateway: { service: 'otel-gateway', cluster: 'apps' },
    });
    expect(settings.verify.endpoint).toBe('agents');
  });

  test('are sent to through their receivers where they have no agents', () => {
    const { gateway } = services;
    const settings = read({
      services: { receiver: { service: 'r', cluster: 'a' }, gateway, cluster: 'apps' },
    });
    expect(settings.verify.endpoint).toBe('receivers');
    expect(settings.services.receiver).toMatchObject({ cluster: 'a' });
  });

  test('may be given by their ARNs, as may the cluster', () => {
    const arn = 'arn:aws:ecs:eu-west-1:123456789012';
    const gateway = { service: `${arn}:service/telemetry/otel-gateway` };
    const agent = { service: `${arn}:service/otel-agent` };
    expect(read({ services: { cluster: `${arn}:cluster/apps`, agent, gateway } }).services).toMatchObject({
      agent: { service: 'otel-agent', cluster: 'apps' },
      gateway: { service: 'otel-gateway', cluster: 'telemetry' },
    });
  });

  test('may stand beside a stack, which has the other roles', () => {
    const settings = read({ 'stack-name': 'theirs', services: { gateway: { service: 'two' } } });
    expect(settings.stacks).toHaveLength(1);
    expect(settings.services).toEqual({
      gateway: expect.objectContaining({ service: 'two', cluster: undefined }),
    });
  });

  test('have a config of the repository and ports where theirs cannot be read', () => {
    writeFileSync(path.join(workspace, 'gateway.yaml'), 'service: {}\n');
    const gateway = { service: 'g', config: 'gateway.yaml', 'grpc-port': 14317, 'metrics-port': 18888 };
    expect(read({ services: { ...services, gateway } }).services.gateway).toMatchObject({
      config: { path: 'gateway.yaml', bytes: Buffer.from('service: {}\n') },
      ...{ grpcPort: 14317, metricsPort: 18888 },
    });
  });

  test('can be given by the input, role by role', () => {
    const settings = read({ services }, { ...verify, INPUT_SERVICES: '{gateway: {service: other}}' });
    expect(settings.services).toMatchObject({
      agent: { service: 'otel-agent' },
      gateway: { service: 'other' },
    });
  });

  test('can be asked for another number, which is then refused with what would do it', () => {
    const scale = { INPUT_STEPS: 'scale', INPUT_ROLE: 'sampler', INPUT_COUNT: '3' };
    expect(read({ services }, scale).scale).toMatchObject({ role: 'gateway', count: 3 });
  });
});

describe('faults of services', () => {
  test('are all reported at once, beside all others, with file and line', () => {
    const gateway = { servce: 'x', 'grpc-port': 70_000, config: 'gone.yaml' };
    const faults = faultsOf({ region: 'Ireland', services: { ...services, gateway, receivers: {} } });
    expect(faults).toMatch(/staging\.yaml:\d+ services\.gateway\.service: .*expected string/);
    expect(faults).toMatch(/staging\.yaml:\d+ services\.gateway\.grpc-port: got 70000/);
    expect(faults).toContain("unknown field 'servce' – did you mean 'service'?");
    expect(faults).toContain("unknown field 'receivers' – did you mean 'receiver'?");
    expect(faults).toContain("region: got 'Ireland'");
    expect(faults).not.toContain('stack-name');
  });

  test.each<[string, object, string]>([
    ['no role', { services: { cluster: 'apps' } }, 'name at least one of agent, receiver, gateway'],
    [
      'no cluster and no stack',
      { services: { gateway: { service: 'g' } } },
      'services.gateway.cluster: is required where there is no stack',
    ],
    [
      'no gateway',
      { services: { cluster: 'a', agent: { service: 'g' } } },
      'services: verify needs the gateway',
    ],
    [
      'a config that is not there',
      { services: { ...services, gateway: { service: 'g', config: 'gone.yaml' } } },
      'gone.yaml: Error: ENOENT',
    ],
  ])('are refused with %s', (_name, file, fault) => {
    expect(faultsOf(file)).toContain(fault);
  });

  test('need a stack for a deployment', () => {
    expect(faultsOf({ services }, { INPUT_STEPS: 'deploy,verify' })).toContain('stack-name: is required');
  });
});
