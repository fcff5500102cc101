import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ActionRun } from '../../local/runner.ts';
import { DeployedStack } from '../support/deployed-stack.ts';
import { firstErrorLine } from '../support/verified-stack.ts';

jest.setTimeout(300_000);

const cohorts = '{normal: {expect: 25%, traces: 600}, errors: {expect: 100%, traces: 100}}';

// One story on one stack, whose environment file says nothing of a count.
describe('scale', () => {
  let stack: DeployedStack;

  beforeAll(async () => {
    stack = new DeployedStack('scaled', 7, { SamplingTaskCount: undefined });
    stack.edit('sampling-config.yaml', 'decision_wait: 10s', 'decision_wait: 2s');
    // By the other names that the guide has for the number and for the template.
    await stack.deploy({
      parameters: '{GatewayTaskCount: 1}',
      template: 'otel-complete-tail-sampling.yaml',
    });
  });
  afterAll(() => stack.remove());

  async function scale(count: number, inputs: Record<string, string> = {}): Promise<ActionRun> {
    return stack.run('scale', { count: String(count), 'scale-timeout-minutes': '3', ...inputs });
  }

  /** What a change of the number must leave alone. */
  async function untouched() {
    const { SamplingTaskCount: _count, ...parameters } = await stack.parameters();
    const template = await stack.account.cloudFormation.send(
      new GetTemplateCommand({ StackName: stack.name, TemplateStage: 'Original' }),
    );
    return {
      parameters,
      template: template.TemplateBody,
      agents: await stack.account.tasks(`${stack.name}-agent`),
      definitions: await stack.account.taskDefinitions(stack.name),
    };
  }

  test('adds gateways beside the one that runs, through the stack, and touches nothing else', async () => {
    const [before, [first]] = [await untouched(), await stack.gateways()];
    const result = await scale(3, { role: 'sampler' });
    expect(result).toMatchObject({ exitCode: 0, outputs: { 'has-changes': 'true', 'task-count': '3' } });
    expect(result.summary).toContain('| `SamplingTaskCount` | `1` | `3` |');
    expect(result.summary).toContain('gateway scaled from 1 to 3');
    expect(JSON.parse(result.outputs['durations'] ?? '{}')).toEqual({ scale: expect.any(Number) });
    expect(await stack.gateways()).toHaveLength(3);
    expect(await stack.gateways()).toContain(first);
    expect(await untouched()).toEqual(before);
    expect((await stack.parameters())['SamplingTaskCount']).toBe('3');
    expect(await stack.leftovers()).toEqual([]);
  });

  test('returns when a verification finds all of them at work at once', async () => {
    const { exitCode, outputs } = await stack.run('verify', { cohorts });
    expect(exitCode).toBe(0);
    const gateways = JSON.parse(outputs['gateways'] ?? '[]') as { arrived: number }[];
    expect(gateways).toHaveLength(3);
    expect(gateways.reduce((sum, { arrived }) => sum + arrived, 0)).toBe(700);
  });

  test('to the number that is there executes nothing', async () => {
    const before = [await untouched(), await stack.gateways()];
    const result = await scale(3);
    expect(result).toMatchObject({ exitCode: 0, outputs: { 'has-changes': 'false', 'task-count': '3' } });
    expect(result.summary).toContain('nothing was executed');
    expect([await untouched(), await stack.gateways()]).toEqual(before);
  });

  test('is kept by a later deployment without a count', async () => {
    stack.edit('sampling-config.yaml', 'sampling_percentage: 25', 'sampling_percentage: 50');
    const result = await stack.deploy();
    expect(result.outputs['has-changes']).toBe('true');
    expect(result.summary).not.toContain('SamplingTaskCount');
    expect(await stack.gateways()).toHaveLength(3);
  });

  test('is undone by a deployment with a count, whose account shows it', async () => {
    const result = await stack.deploy({ parameters: '{SamplingTaskCount: 2}' });
    expect(result.summary).toContain('| `SamplingTaskCount` | `3` | `2` |');
    expect(result.log).toContain('SamplingTaskCount: 3 -> 2');
    expect(await stack.gateways()).toHaveLength(2);
  });

  test('fails when something else sets the number past the stack', async () => {
    const request = { cluster: stack.cloud.cluster, service: stack.gatewayService };
    await stack.account.ecs.send(new UpdateServiceCommand({ ...request, desiredCount: 1 }));
    const result = await scale(2);
    expect(result).toMatchObject({ exitCode: 1, outputs: { 'error-code': 'count-not-in-force' } });
    expect(firstErrorLine(result)).toContain('is asked for 1 tasks, though stack scaled says 2');
  });

  test('to 0 is refused unless that is allowed', async () => {
    const result = await scale(0);
    expect(result).toMatchObject({ exitCode: 1, outputs: { 'error-code': 'invalid-input' } });
    expect(firstErrorLine(result)).toContain('accepted: allow-zero: true beside it');
  });

  test('to 0, when allowed, ends with no gateway and an empty Cloud Map, which no deployment calls a success', async () => {
    const result = await scale(0, { 'allow-zero': 'true' });
    expect(result).toMatchObject({ exitCode: 0, outputs: { 'task-count': '0' } });
    expect(result.summary).toContain('| empty |');
    expect(await stack.gateways()).toEqual([]);
    await stack.refused('service-empty', /service scaled-sampling: it wants no tasks at all/);
  });

  test('brings gateways back', async () => {
    expect(await scale(1)).toMatchObject({ exitCode: 0, outputs: { 'task-count': '1' } });
    expect(await stack.gateways()).toHaveLength(1);
  });

  test('fails on a stack that does not exist', async () => {
    const result = await scale(1, { 'stack-name': 'no-such-stack' });
    // Its role may look at its own stack only.
    expect(result.outputs['error-code']).toBe('access-denied');
    expect(firstErrorLine(result)).toContain('no-such-stack');
  });

  test('leaves nothing of itself behind', async () => {
    expect(await stack.leftovers()).toEqual([]);
  });
});
