import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ActionOptions, ActionRun } from '../../local/runner.ts';
import type { StepName } from '../../src/inputs/topologies.ts';
import { DeployedStack } from '../support/deployed-stack.ts';

jest.setTimeout(300_000);

/** More memory for a gateway than any instance has: an update that goes on until somebody ends it. */
const endless = { parameters: '{Memory: 200000}' };
const stuck = 'unable to place a task';

type Ending = Pick<ActionOptions, 'skipPost'> & { by: 'signal' | 'kill' };

// One story: each test goes on from where the one before it ended.
describe('a deployment that is cut short', () => {
  let stack: DeployedStack;

  beforeAll(() => {
    stack = new DeployedStack('interrupted', 9, { SamplingTaskCount: 1 });
  });
  afterAll(() => stack.remove());

  /** A deployment, or another step, that ends when its log says `moment`. */
  function endedAt(moment: string, how: Ending, inputs = {}, step: StepName = 'deploy'): Promise<ActionRun> {
    const { by, ...ending } = how;
    const end = new AbortController();
    const onLine = (line: string) => line.includes(moment) && end.abort();
    return stack.run(step, inputs, { onLine, ending: { [by]: end.signal, ...ending } });
  }

  test('by SIGKILL while it creates the stack is taken back by post', async () => {
    const killed = await endedAt('CREATE_IN_PROGRESS                  GatewayTaskDefinition', { by: 'kill' });
    expect(killed).toMatchObject({ exitCode: 137, post: { exitCode: 0 } });
    expect(killed.log).toContain('nothing is left open');
    expect(await stack.status()).toBeUndefined();
    expect(await stack.leftovers()).toEqual([]);
  });

  test('by SIGKILL, with its machine and post, is taken up by the next run', async () => {
    const killed = await endedAt('CREATE_IN_PROGRESS                  AgentLogGroup', {
      by: 'kill',
      skipPost: true,
    });
    expect(killed).toMatchObject({ exitCode: 137, post: undefined });
    const next = await stack.deploy();
    expect(next.log).toContain('begun by an earlier run of this step: following it');
    expect(next.log).toMatch(/CREATE_COMPLETE +interrupted \(AWS::CloudFormation::Stack\)/);
    expect(await stack.status()).toBe('CREATE_COMPLETE');
  });

  test('by SIGINT while it plans leaves no plan', async () => {
    const cancelled = await endedAt('Plan the change', { by: 'signal' }, endless);
    expect(cancelled).toMatchObject({ exitCode: 1, outputs: { 'error-code': 'cancelled' } });
    expect(await stack.status()).toBe('CREATE_COMPLETE');
    expect(await stack.leftovers()).toEqual([]);
  });

  test('by SIGINT while it updates asks for the cancellation within 7.5 s, and post sees it through', async () => {
    const cancelled = await endedAt(stuck, { by: 'signal' }, endless);
    expect(cancelled).toMatchObject({
      exitCode: 1,
      signals: ['SIGINT'],
      outputs: { 'error-code': 'cancelled' },
      post: { exitCode: 0 },
    });
    expect(cancelled.log).toContain('Stop what is open');
    expect(cancelled.log).toMatch(/stack interrupted: it is in UPDATE_ROLLBACK_COMPLETE/);
    expect(cancelled.summary).toContain('stack interrupted: it is in UPDATE_ROLLBACK_COMPLETE');
    expect(await stack.status()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await stack.leftovers()).toEqual([]);
  });

  // Its role has fewer rights than that of a deployment: once its post waited in vain for a list that it may not see.
  test('by SIGINT while it scales is taken back too, under the rights of that step', async () => {
    const moment = 'UPDATE_IN_PROGRESS                  GatewayService';
    const cancelled = await endedAt(moment, { by: 'signal' }, { count: '2' }, 'scale');
    expect(cancelled).toMatchObject({ outputs: { 'error-code': 'cancelled' }, post: { exitCode: 0 } });
    expect(cancelled.log).toContain('stack interrupted: it is in UPDATE_ROLLBACK_COMPLETE');
    expect(await stack.parameters()).toMatchObject({ SamplingTaskCount: '1' });
    expect(await stack.leftovers()).toEqual([]);
  });

  test('before the cancellation is over is waited for by the next run', async () => {
    const cancelled = await endedAt(stuck, { by: 'signal', skipPost: true }, endless);
    expect(cancelled.log).toMatch(/stack interrupted: the update is being (cancelled|rolled back)/);
    // Something to change, which makes CloudFormation drop the record of what was cancelled.
    await stack.deploy({ parameters: '{SubsystemName: again}' });
    expect(await stack.status()).toBe('UPDATE_COMPLETE');
    expect(await stack.leftovers()).toEqual([]);
  });

  test('twice is still its own: the one that took it up takes it back', async () => {
    const killed = await endedAt(stuck, { by: 'kill', skipPost: true }, endless);
    expect(killed.exitCode).toBe(137);
    expect(await stack.status()).toBe('UPDATE_IN_PROGRESS');
    const joined = await endedAt(stuck, { by: 'signal' }, endless);
    expect(joined.log).toContain('begun by an earlier run of this step: following it');
    expect(joined).toMatchObject({ outputs: { 'error-code': 'cancelled' }, post: { exitCode: 0 } });
    expect(await stack.status()).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  test('by nobody, with another content under way, is refused', async () => {
    const killed = await endedAt(stuck, { by: 'kill', skipPost: true }, endless);
    expect(killed.exitCode).toBe(137);
    await stack.refused('stack-busy', /stack interrupted is in UPDATE_IN_PROGRESS/);
    expect(await stack.status()).toBe('UPDATE_IN_PROGRESS');
    await stack.cancelByHand();
  });

  test('by an AWS that stops answering ends within ten seconds of its deadline, and post finishes', async () => {
    const emulator = emulatorPid();
    let frozenAt = 0;
    const onLine = (line: string) => {
      if (frozenAt === 0 && line.includes(stuck)) {
        frozenAt = Date.now();
        process.kill(emulator, 'SIGSTOP');
      }
      // It answers again for `post`.
      if (line.startsWith('error: ')) process.kill(emulator, 'SIGCONT');
    };
    const inputs = { ...endless, 'deploy-timeout-minutes': '0.25' };
    const late = await stack
      .run('deploy', inputs, { onLine })
      .finally(() => process.kill(emulator, 'SIGCONT'));
    expect(frozenAt).toBeGreaterThan(0);
    expect(late).toMatchObject({ exitCode: 1, outputs: { 'error-code': 'deadline-exceeded' } });
    expect(late.log).toMatch(
      /^error: deploy did not end within 15 s; last state: no answer for [\d.]+ s to the request to .*; the stack operation: in progress: \w+/m,
    );
    expect(late.seconds).toBeLessThan(15 + 10);
    expect(late.post).toMatchObject({ exitCode: 0 });
    expect(late.log).toContain('stack interrupted: it is in UPDATE_ROLLBACK_COMPLETE');
    expect(await stack.status()).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  test('is followed by one that puts everything in order, with nothing left', async () => {
    await stack.deploy({ parameters: '{SubsystemName: in-order}' });
    expect(await stack.status()).toBe('UPDATE_COMPLETE');
    expect(await stack.gateways()).toHaveLength(1);
    expect(await stack.leftovers()).toEqual([]);
  });

  function emulatorPid(): number {
    const state = readFileSync(path.join(stack.cloud.stateDir, 'state.json'), 'utf8');
    return (JSON.parse(state) as { emulator: { pid: number } }).emulator.pid;
  }
});
