import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { CheckRecord } from '../../scripts/conformance/record.ts';
import { theCloud } from '../support/the-cloud.ts';

jest.setTimeout(600_000);

interface Ran {
  exitCode: number | null;
  log: string;
}

// What a run asks of AWS is asked of the local cloud here, in the quick form: it proves the runner, not AWS.
describe('a conformance run', () => {
  const cloud = theCloud();
  const folder = mkdtempSync(path.join(tmpdir(), 'conformance-'));
  const ground = path.join(folder, 'ground.json');

  beforeAll(() => {
    const { vpc, subnets, securityGroup, cluster, bucket } = cloud;
    writeFileSync(ground, JSON.stringify({ vpc, subnets, securityGroup, cluster, bucket }));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** @param more further options; without `--ground` the run makes its own */
  function conformance(stages: string, more: Record<string, string>, killAt?: RegExp): Promise<Ran> {
    const options = {
      '--account': '000000000000',
      '--region': cloud.region,
      '--stages': stages,
      '--image': cloud.collectorImage,
      '--telemetrygen': cloud.telemetrygenImage,
      '--folder': folder,
      ...more,
    };
    const program = path.resolve(import.meta.dirname, '../../scripts/conformance.ts');
    const child = spawn(process.execPath, [program, '--short', '--yes', ...Object.entries(options).flat()], {
      env: { ...process.env, ...cloud.environment, CORALOGIX_API_KEY: 'cxtp_a-key-of-the-tests' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line);
      if (process.env['VERBOSE']) process.stderr.write(`${line}\n`);
      if (killAt?.test(line)) child.kill('SIGKILL');
    });
    return new Promise((resolve) => {
      child.once('close', (exitCode) => resolve({ exitCode, log: lines.join('\n') }));
    });
  }

  const record = () =>
    JSON.parse(readFileSync(path.join(folder, 'conformance.json'), 'utf8')) as {
      checks: CheckRecord[];
      made: unknown[];
      leftovers: string[];
    };

  test('that is killed leaves a note of what it made', async () => {
    const { exitCode } = await conformance('1', {}, /create connect\/shared-namespace/);
    expect(exitCode).toBeNull();
    expect(record().made).toEqual(
      expect.arrayContaining([
        { kind: 'stack', name: 'conformance' },
        { kind: 'stack', name: 'conformance-namespace' },
      ]),
    );
  });

  test('removes that first, and finds every stage that can run here as expected', async () => {
    const { exitCode, log } = await conformance('0,1,2,3,4,5', { '--ground': ground });
    expect(log).toContain('an earlier run was not finished: removing what it made');
    expect(log.indexOf('removed stack conformance-namespace')).toBeLessThan(
      log.indexOf('stage 0: Change sets'),
    );
    const { checks, made, leftovers } = record();
    expect(checks.filter(({ settled, holds }) => !settled || !holds)).toEqual([]);
    expect([...new Set(checks.map(({ stage }) => stage))]).toEqual([0, 1, 2, 4, 5]);
    expect({ made, leftovers, exitCode }).toEqual({ made: [], leftovers: [], exitCode: 0 });
    expect(readFileSync(path.join(folder, 'conformance.md'), 'utf8')).toContain(
      ', 0 otherwise, 0 not settled.',
    );
    expect(log).not.toContain('cxtp_a-key-of-the-tests');
  });

  test('refuses the credentials of another account', async () => {
    const args = ['--account', '123456789012', '--region', cloud.region, '--yes'];
    const program = path.resolve(import.meta.dirname, '../../scripts/conformance.ts');
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, ...cloud.environment },
    });
    const exitCode = await new Promise((resolve) => child.once('close', resolve));
    expect(exitCode).toBe(2);
  });
});
