import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { runAction } from '../../local/runner.ts';

// A busy machine takes seconds for a process and its `post`.
jest.setTimeout(60_000);

const bundle = path.resolve(import.meta.dirname, '../../dist/index.js');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bundle-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the committed bundle, as a process', () => {
  test.each(['.', 'deploy', 'verify'])(
    '%s refuses bad inputs with exit code 1, outputs and a summary',
    async (action) => {
      const run = await runAction(action, {
        inputs: { region: 'Ireland' },
        workspace: folder,
        environment: {},
      });
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain("error: - region: got 'Ireland'");
      expect(run.log).toContain('error: - stack-name: is required');
      expect(run.outputs).toMatchObject({ 'error-code': 'invalid-input', durations: '{}' });
      expect(run.outputs['summary-markdown']).toContain("region: got 'Ireland'");
      expect(run.summary).toContain('stack-name: is required');
    },
  );

  test('masks the key before it prints anything else', () => {
    const { stdout } = spawnSync(process.execPath, [bundle], {
      encoding: 'utf8',
      cwd: folder,
      env: { PATH: process.env.PATH, 'INPUT_CORALOGIX-API-KEY': 'cxtp_secret', INPUT_REGION: 'cxtp_secret' },
    });
    const [first, ...rest] = stdout.split('\n');
    expect(first).toBe('::add-mask::cxtp_secret');
    expect(rest.join('\n')).toContain("region: got '***'");
    expect(rest.join('\n')).not.toContain('cxtp_secret');
  });

  test('names an AWS failure in the first line, with its code, and sets what it knows', async () => {
    // Nothing listens on the discard port.
    const environment = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'y',
    };
    const inputs = {
      'stack-name': 'otel',
      's3-config-bucket': 'some-bucket',
      'deploy-timeout-minutes': '0.1',
    };
    const run = await runAction('deploy', { inputs, workspace: folder, environment });
    expect(run.exitCode).toBe(1);
    expect(run.outputs['error-code']).toMatch(/^[a-z-]+$/);
    expect(run.outputs['error-code']).not.toBe('internal');
    expect(JSON.parse(run.outputs.durations ?? '{}')).toHaveProperty('deploy');
  });

  test('holds nothing of the machine it was built on', () => {
    const text = readFileSync(bundle, 'utf8');
    expect(text).not.toContain(path.resolve(import.meta.dirname, '../..'));
  });

  test('reads environment files relative to the workspace', async () => {
    writeFileSync(path.join(folder, 'production.yaml'), 'stack-name: otel\nregions: eu-west-1\n');
    const run = await runAction('verify', {
      inputs: { 'environment-file': 'production.yaml' },
      workspace: folder,
      environment: {},
    });
    expect(run.log).toContain("production.yaml:1: unknown field 'regions' – did you mean 'region'?");
  });
});
