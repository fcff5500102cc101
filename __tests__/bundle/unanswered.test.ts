import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { runAction } from '../../local/runner.ts';
import { silentEndpoint } from '../support/silent-endpoint.ts';
import { until } from '../support/wait.ts';

jest.setTimeout(60_000);

const workspace = mkdtempSync(path.join(tmpdir(), 'unanswered-'));
afterAll(() => rmSync(workspace, { recursive: true }));

const common = { 'stack-name': 'otel', region: 'eu-west-1' };
const steps: [string, Record<string, string>][] = [
  ['deploy', { 's3-config-bucket': 'some-bucket', 'deploy-timeout-minutes': '0.03' }],
  ['scale', { count: '2', 'scale-timeout-minutes': '0.03' }],
  [
    'verify',
    { 's3-config-bucket': 'some-bucket', cohorts: '{normal: 25%}', 'verify-timeout-minutes': '0.03' },
  ],
];

describe('an API that takes requests and never answers', () => {
  test.each(steps)('does not hold %s for more than ten seconds beyond its deadline', async (step, inputs) => {
    await using endpoint = await silentEndpoint();
    const run = await runAction(step, { inputs: { ...common, ...inputs }, workspace, ...endpoint });
    expect(run).toMatchObject({ exitCode: 1, outputs: { 'error-code': 'deadline-exceeded' } });
    expect(run.log).toMatch(
      new RegExp(
        `^error: ${step} did not end within 1.8 s; last state: no answer for [\\d.]+ s to the request to `,
        'm',
      ),
    );
    expect(run.seconds).toBeGreaterThan(1.8);
    expect(run.seconds).toBeLessThan(11.8);
    expect(JSON.parse(run.outputs.durations ?? '{}')).toHaveProperty(step);
    expect(run.post).toMatchObject({ exitCode: 0 });
  });

  test('does not hold a cancelled step until it is killed', async () => {
    await using endpoint = await silentEndpoint();
    const workflow = new AbortController();
    const inputs = { ...common, 's3-config-bucket': 'some-bucket' };
    const running = runAction('deploy', { inputs, workspace, signal: workflow.signal, ...endpoint });
    await until('a request is under way', () => endpoint.connections() > 0);
    workflow.abort();
    const run = await running;
    expect(run).toMatchObject({ exitCode: 1, signals: ['SIGINT'], outputs: { 'error-code': 'cancelled' } });
    expect(run.secondsToEnd).toBeLessThan(7.5);
  });
});
