import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CancelUpdateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ActionRun } from '../../local/runner.ts';
import { UserRepository } from '../../local/user-repository.ts';
import { Account } from '../support/account.ts';
import { theCloud } from '../support/the-cloud.ts';
import { until } from '../support/wait.ts';

jest.setTimeout(300_000);

const stackName = 'otel-failures';
const gateways = 'failures-sampling';
/** More memory for a gateway than any instance has. */
const noRoom = { parameters: '{Memory: 200000}' };

// One story: each test goes on from where the one before it ended. A stack of its own beside that of other tests.
describe('a deployment that fails', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'failures-'));
  const samplingConfig = path.join(folder, 'sampling-config.yaml');
  let account: Account;
  let repository: UserRepository;
  let goodConfig: string;

  beforeAll(() => {
    account = new Account(theCloud());
    repository = new UserRepository(options());
    goodConfig = readFileSync(samplingConfig, 'utf8');
  });

  afterAll(async () => {
    await account.cloudFormation.send(new DeleteStackCommand({ StackName: stackName }));
    await waitUntilStackDeleteComplete(
      { client: account.cloudFormation, maxWaitTime: 200, minDelay: 2, maxDelay: 2 },
      { StackName: stackName },
    );
    rmSync(folder, { recursive: true, force: true });
  });

  /** Names and ports of its own, so that the stack fits beside the one of the main job. */
  function options() {
    const parameters = {
      NamespaceName: 'failures',
      ServiceNamePrefix: 'failures',
      AgentGrpcPort: 24317,
      AgentHttpPort: 24318,
      AgentHealthPort: 23133,
      AgentMetricsPort: 28888,
      Memory: 256,
      AgentMemory: 128,
    };
    return { cloud: theCloud(), folder, stackName, parameters };
  }

  async function status(): Promise<string | undefined> {
    const { Stacks } = await account.cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
    return Stacks?.[0]?.StackStatus;
  }

  function deploy(inputs: Record<string, string> = {}): Promise<ActionRun> {
    return repository.run('deploy', {
      'coralogix-api-key': 'cxtp_0c1d2e3f-failures',
      'deploy-timeout-minutes': '3',
      ...inputs,
    });
  }

  function breakConfig(): void {
    const broken = goodConfig.replace('type: probabilistic', 'type: probabilistc');
    expect(broken).not.toBe(goodConfig);
    writeFileSync(samplingConfig, broken);
  }

  /** The first line of the error, which alone must name the cause. */
  function firstLine({ log }: ActionRun): string {
    return /^error: (.*)$/m.exec(log)?.[1] ?? '';
  }

  test('of a new stack names the service and how its container ended', async () => {
    breakConfig();
    const result = await deploy();
    expect(result).toMatchObject({ exitCode: 1, outputs: { 'error-code': 'deployment-rolled-back' } });
    expect(firstLine(result)).toMatch(/stack otel-failures ended in ROLLBACK_COMPLETE: GatewayService /);
    // The rollback removes the log group, here faster than anyone can read it; the test of an update reads a log.
    expect(firstLine(result)).toMatch(
      /otel-collector: exit code 1|unknown sampling policy type probabilistc/,
    );
    expect(result.summary).toContain(firstLine(result));
    expect(result.outputs['release-id']).toMatch(/^[0-9a-f]{64}$/);
  });

  test('leaves a stack that the next run does not touch by itself', async () => {
    writeFileSync(samplingConfig, goodConfig);
    const result = await deploy();
    expect(result).toMatchObject({ exitCode: 1, outputs: { 'error-code': 'stack-rolled-back' } });
    expect(result.log).toContain('replace-rolled-back-stack');
    expect(result.outputs['has-changes']).toBeUndefined();
  });

  test('is made good by a run that may replace the stack', async () => {
    const result = await deploy({ 'replace-rolled-back-stack': 'true' });
    expect(result).toMatchObject({ exitCode: 0, outputs: { 'has-changes': 'true' } });
    expect(await account.tasks(gateways)).toHaveLength(2);
  });

  test('of an update is rolled back, and names the line of the collector that tells why', async () => {
    breakConfig();
    const result = await deploy();
    expect(result).toMatchObject({ exitCode: 1, outputs: { 'error-code': 'deployment-rolled-back' } });
    expect(firstLine(result)).toContain('unknown sampling policy type probabilistc');
  });

  test('is followed by an unchanged deployment that finds the services steady again', async () => {
    writeFileSync(samplingConfig, goodConfig);
    const result = await deploy();
    expect(result).toMatchObject({ exitCode: 0, outputs: { 'has-changes': 'false' } });
    expect(await account.tasks(gateways)).toHaveLength(2);
  });

  test('with its workflow cancelled takes the update back', async () => {
    const workflow = new AbortController();
    const onLine = (line: string) => line.includes('unable to place a task') && workflow.abort();
    const cancelled = new UserRepository({ ...options(), onLine, signal: workflow.signal });
    const result = await cancelled.run('deploy', noRoom);
    expect(result).toMatchObject({ exitCode: 1, outputs: { 'error-code': 'cancelled' } });
    await until(
      'the update is rolled back',
      async () => (await status()) === 'UPDATE_ROLLBACK_COMPLETE',
      120,
    );
  });

  test('for want of room says so when its time is up, and goes on to block the next run', async () => {
    const result = await deploy({ ...noRoom, 'deploy-timeout-minutes': '0.3' });
    expect(result).toMatchObject({ exitCode: 1, outputs: { 'error-code': 'deadline-exceeded' } });
    expect(firstLine(result)).toContain('unable to place a task');
    const next = await deploy();
    expect(next).toMatchObject({ exitCode: 1, outputs: { 'error-code': 'stack-busy' } });
    await account.cloudFormation.send(new CancelUpdateStackCommand({ StackName: stackName }));
    await until(
      'the update is rolled back',
      async () => (await status()) === 'UPDATE_ROLLBACK_COMPLETE',
      120,
    );
  });
});
