import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/inputs/read.ts';
import type { Settings } from '../../src/inputs/settings.ts';
import { isKitError } from '../../src/kit/errors.ts';

const kitRoot = path.resolve(import.meta.dirname, '../..');

function read(inputs: NodeJS.ProcessEnv): Settings {
  const environment = {
    INPUT_STEPS: 'scale',
    'INPUT_STACK-NAME': 'otel',
    AWS_REGION: 'eu-west-1',
    ...inputs,
  };
  return readSettings({ environment, workspace: kitRoot, kitRoot, mask: () => {} });
}

function faultsOf(inputs: NodeJS.ProcessEnv): string {
  try {
    read(inputs);
  } catch (error) {
    if (isKitError(error, 'invalid-input')) return error.message;
    throw error;
  }
  return '';
}

describe('scale reads', () => {
  test.each([
    ['a count, of gateways', { INPUT_COUNT: '4' }, { role: 'gateway', count: 4, timeoutSeconds: 900 }],
    ['an alias of the role', { INPUT_COUNT: '1', INPUT_ROLE: 'sampler' }, { role: 'gateway' }],
    ['0 when that is allowed', { INPUT_COUNT: '0', 'INPUT_ALLOW-ZERO': 'true' }, { count: 0 }],
    ['its own time', { INPUT_COUNT: '1', 'INPUT_SCALE-TIMEOUT-MINUTES': '2' }, { timeoutSeconds: 120 }],
  ])('%s', (_name, inputs, expected) => {
    expect(read(inputs).scale).toMatchObject(expected);
  });

  test('nothing at all when it is not one of the steps', () => {
    const inputs = { INPUT_STEPS: 'deploy', 'INPUT_S3-CONFIG-BUCKET': 'configs' };
    expect(read(inputs).scale).toBeUndefined();
  });
});

describe('scale refuses', () => {
  test.each([
    ['no count', {}, 'input count: is required by scale'],
    ['a fraction', { INPUT_COUNT: '1.5' }, "input count: got '1.5'; accepted: a whole number"],
    ['a negative count', { INPUT_COUNT: '-1' }, "input count: got '-1'"],
    ['0 by itself', { INPUT_COUNT: '0' }, 'accepted: allow-zero: true beside it'],
    ['more than the template allows', { INPUT_COUNT: '101' }, "got '101'; accepted: a number up to 100"],
    ['an unknown role', { INPUT_COUNT: '1', INPUT_ROLE: 'samplr' }, "did you mean 'sampler'?"],
    ['agents, which are one per instance', { INPUT_COUNT: '1', INPUT_ROLE: 'agent' }, "got 'agent'"],
    ['a yes that is neither true nor false', { INPUT_COUNT: '0', 'INPUT_ALLOW-ZERO': 'yes' }, "got 'yes'"],
  ])('%s', (_name, inputs, fault) => {
    expect(faultsOf(inputs)).toContain(fault);
  });

  test('all of it at once', () => {
    const faults = faultsOf({ 'INPUT_STACK-NAME': '9', INPUT_COUNT: 'x', INPUT_ROLE: 'y' });
    for (const where of ['stack-name', 'input count', 'input role']) expect(faults).toContain(where);
  });
});
