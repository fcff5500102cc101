import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/inputs/read.ts';
import type { Settings, StackSettings } from '../../src/inputs/settings.ts';
import { isKitError } from '../../src/kit/errors.ts';

const kitRoot = path.resolve(import.meta.dirname, '../..');
const enough = {
  'INPUT_STACK-NAME': 'otel',
  'INPUT_S3-CONFIG-BUCKET': 'bucket-of-configs',
  INPUT_COHORTS: '{normal: 25%, errors: 100%}',
  AWS_REGION: 'eu-west-1',
};
let workspace: string;
let masked: string[];

beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'inputs-'));
  masked = [];
});
afterEach(() => rmSync(workspace, { recursive: true }));

function read(environment: NodeJS.ProcessEnv): Settings {
  return readSettings({ environment, workspace, kitRoot, mask: (secret) => masked.push(secret) });
}

function only({ stacks: [stack] }: Settings): StackSettings {
  if (!stack) throw new Error('no stack');
  return stack;
}

function faultsOf(environment: NodeJS.ProcessEnv): string {
  try {
    read(environment);
  } catch (error) {
    if (isKitError(error, 'invalid-input')) return error.message;
    throw error;
  }
  return '';
}

function environmentFile(text: string): NodeJS.ProcessEnv {
  writeFileSync(path.join(workspace, 'staging.yaml'), text);
  return { 'INPUT_ENVIRONMENT-FILE': 'staging.yaml', AWS_REGION: 'eu-west-1' };
}

describe('settings', () => {
  test('come from inputs alone, with the shipped template and configs', () => {
    const settings = read(enough);
    expect(settings).toMatchObject({
      steps: ['deploy', 'verify'],
      region: 'eu-west-1',
      stacks: [{ component: 'complete', stackName: 'otel' }],
      prefix: 'ecs-tail-sampling',
    });
    expect(only(settings).configs.map(({ role, parameter, path: from }) => [role, parameter, from])).toEqual([
      ['agent', 'AgentS3ConfigKey', 'kit:configs/agent-config.yaml'],
      ['gateway', 'SamplingS3ConfigKey', 'kit:configs/sampling-config.yaml'],
    ]);
    expect(settings.verify.cohorts).toEqual([
      { name: 'normal', traces: 2000, expected: 0.25, status: 'Unset' },
      { name: 'errors', traces: 200, expected: 1, status: 'Error' },
    ]);
  });

  test('come from the environment file, and inputs override its fields', () => {
    const settings = read({
      ...environmentFile(
        'stack-name: from-file\ns3-config-bucket: bucket-a\nregion: us-east-1\ncohorts: {normal: {expect: 0.1, traces: 500}}\nparameters: {SamplingTaskCount: 2, SubnetIds: [subnet-1, subnet-2]}\n',
      ),
      'INPUT_STACK-NAME': 'from-input',
    });
    expect(settings).toMatchObject({
      stacks: [{ stackName: 'from-input' }],
      bucket: 'bucket-a',
      region: 'us-east-1',
      environment: 'staging',
    });
    expect(only(settings).parameters).toEqual({ SamplingTaskCount: '2', SubnetIds: 'subnet-1,subnet-2' });
    expect(settings.verify.cohorts).toEqual([
      { name: 'normal', traces: 500, expected: 0.1, status: 'Unset' },
    ]);
  });

  test('keep the digits of a value that only looks like a number', () => {
    const settings = read({ ...enough, INPUT_PARAMETERS: 'ApplicationName: 012345678901' });
    expect(only(settings).parameters.ApplicationName).toBe('012345678901');
  });

  test('accept the guide’s other names for template and gateway', () => {
    writeFileSync(path.join(workspace, 'mine.yaml'), 'receivers: {}\n');
    const settings = read({
      ...enough,
      INPUT_TEMPLATE: 'otel-complete-tail-sampling.yaml',
      INPUT_CONFIGS: 'sampling: mine.yaml',
    });
    expect(only(settings).template.path).toBe('kit:templates/otel-tail-sampling.yaml');
    expect(only(settings).configs[1]).toMatchObject({ role: 'gateway', path: 'mine.yaml' });
  });
});

describe('faults', () => {
  test('are all reported at once, each with value, accepted form and near miss', () => {
    const message = faultsOf({
      INPUT_STEPS: 'deploy,verfy',
      'INPUT_STACK-NAME': '1otel',
      INPUT_STACKNAME: 'x',
      INPUT_REGION: 'Ireland',
      INPUT_COHORTS: 'normal: 25',
      INPUT_PARAMETERS: '{SamplingTaskCont: 2, CoralogixRegion: Europe}',
      'INPUT_DEPLOY-TIMEOUT-MINUTES': 'soon',
    });
    for (const part of [
      "unknown step 'verfy' – did you mean 'verify'?",
      "stack-name: got '1otel'",
      "input stackname: there is no such input – did you mean 'stack-name'?",
      "region: got 'Ireland'",
      "cohorts.normal: got '25'; accepted: a share such as 25% or 0.25",
      "parameter SamplingTaskCont: the template has no such parameter – did you mean 'SamplingTaskCount'?",
      "parameter CoralogixRegion: got 'Europe'",
      's3-config-bucket: is required',
      "input deploy-timeout-minutes: got 'soon'; accepted: a number above 0",
    ]) {
      expect(message).toContain(part);
    }
  });

  test('in the environment file name file, line and field', () => {
    const message = faultsOf(
      environmentFile(
        'stack-name: otel\ns3-config-bucket: bucket-a\ncohort: {normal: 25%}\nverify-timeout-minutes: long\n',
      ),
    );
    expect(message).toMatch(/staging\.yaml:\d+.*unknown field 'cohort' – did you mean 'cohorts'\?/);
    expect(message).toMatch(/staging\.yaml:4 verify-timeout-minutes: .*long/);
  });

  test.each([['a key in a file', 'CoralogixApiKey: cxtp-secret-value']])(
    'refuse %s without repeating it, and mask it',
    (_, line) => {
      const message = faultsOf({ ...enough, INPUT_PARAMETERS: line });
      expect(message).toContain('parameter CoralogixApiKey: a secret does not belong in a file');
      expect(message).not.toContain('cxtp-secret-value');
      expect(masked).toEqual(['cxtp-secret-value']);
    },
  );

  test('refuse what the kit itself sets', () => {
    expect(faultsOf({ ...enough, INPUT_PARAMETERS: 'AgentS3ConfigKey: mine.yaml' })).toContain(
      'parameter AgentS3ConfigKey: is set by the kit',
    );
  });

  test.each([
    ['absent', 'nowhere.yaml', /ENOENT/],
    ['empty', 'empty.yaml', /the file is empty/],
  ])('name a config file that is %s', (_, name, expected) => {
    writeFileSync(path.join(workspace, 'empty.yaml'), '');
    expect(faultsOf({ ...enough, INPUT_CONFIGS: `agent: ${name}` })).toMatch(expected);
  });
});
