import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readLogs, readMetrics } from '../../local/backend.ts';
import type { Cloud } from '../../local/cloud.ts';
import type { ActionRun } from '../../local/runner.ts';
import { UserRepository } from '../../local/user-repository.ts';
import { Account } from '../support/account.ts';
import { AppTasks } from '../support/app-tasks.ts';
import { leftovers } from '../support/leftovers.ts';
import { OtherTraffic } from '../support/other-traffic.ts';
import { theCloud } from '../support/the-cloud.ts';
import { until } from '../support/wait.ts';

// Of one test: a deployment takes minutes where a task counts as healthy after 40 seconds.
jest.setTimeout(theCloud().pace === 'aws' ? 900_000 : 300_000);

const apiKey = 'cxtp_4f0c9e-the-key-nobody-may-see';
const stackName = 'otel-main-job';

interface Cohort {
  name: string;
  generated: number;
  arrived: number;
  kept: number;
  incomplete: number;
  interval: [number, number];
}

// One story: each test goes on from where the one before it ended.
describe('the main job', () => {
  let cloud: Cloud;
  let account: Account;
  let repository: UserRepository;
  const folder = mkdtempSync(path.join(tmpdir(), 'main-job-'));
  const runs: ActionRun[] = [];

  beforeAll(() => {
    cloud = theCloud();
    account = new Account(cloud);
    // A name of its own for what its agents send: those of other tests' stacks read the same instances.
    repository = new UserRepository({ cloud, folder, stackName, parameters: { ApplicationName: stackName } });
  });
  afterAll(async () => {
    await account.removeStack(stackName, await repository.credentials('deploy'));
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(step: 'deploy' | 'verify', inputs: Record<string, string> = {}): Promise<ActionRun> {
    const key = step === 'deploy' ? { 'coralogix-api-key': apiKey } : {};
    const result = await repository.run(step, { ...key, ...inputs });
    runs.push(result);
    return result;
  }

  async function verified(percentage: number): Promise<ActionRun> {
    const result = await run('verify', { cohorts: `{normal: ${percentage}%, errors: 100%}` });
    expect(result).toMatchObject({ exitCode: 0 });
    await expectExact(result);
    return result;
  }

  /** Everything that "verified" promises, recomputed from the outputs and the backend. */
  async function expectExact({ outputs }: ActionRun): Promise<void> {
    const [normal, errors] = JSON.parse(outputs.cohorts ?? '[]') as [Cohort, Cohort];
    expect(normal).toMatchObject({ name: 'normal', generated: 2000, arrived: 2000, incomplete: 0 });
    expect(errors).toMatchObject({
      name: 'errors',
      generated: 200,
      arrived: 200,
      kept: 200,
      incomplete: 0,
      interval: [1, 1],
    });
    expect(normal.kept / normal.arrived).toBeGreaterThanOrEqual(normal.interval[0]);
    expect(normal.kept / normal.arrived).toBeLessThanOrEqual(normal.interval[1]);
    for (const name of ['gateways', 'agents']) {
      const shares = JSON.parse(outputs[name] ?? '[]') as { arrived: number }[];
      expect(shares).toHaveLength(2);
      expect(shares.every(({ arrived }) => arrived > 0)).toBe(true);
      expect(shares.reduce((sum, { arrived }) => sum + arrived, 0)).toBe(2200);
    }
    const kept = normal.kept + errors.kept;
    expect(await repository.delivered(outputs['run-id'] ?? '', kept)).toBe(kept);
  }

  test('a first deployment ends with agents and gateways running', async () => {
    const result = await run('deploy');
    expect(result).toMatchObject({ exitCode: 0, outputs: { 'has-changes': 'true' } });
    expect(result.outputs['release-id']).toMatch(/^[0-9a-f]{64}$/);
    expect(result.summary).toContain('GatewayService');
    expect(await account.tasks('coralogix-otel-agent')).toHaveLength(2);
    expect(await account.tasks('coralogix-otel-sampling')).toHaveLength(2);
  });

  test('a verification counts every trace exactly and names the release that runs', async () => {
    const result = await verified(25);
    expect(result.outputs['release-id']).toBe(runs[0]?.outputs['release-id']);
    expect(await account.objectKeys()).toContain(result.outputs['evidence-key']);
  });

  test('a line that a container writes arrives once, from the agent of its own instance', async () => {
    const line = (instance: string) => `written-on ${instance} ${Date.now()}`;
    const lines = new Map(cloud.instances.map((instance) => [instance, line(instance)]));
    await using _tasks = await AppTasks.start(account, cloud, (instance) => lines.get(instance) ?? '');
    const arrived = async () => {
      const logs = await readLogs(cloud.backendDirectory);
      return logs
        .filter(({ resource }) => resource['cx.application.name'] === stackName)
        .filter(({ body }) => [...lines.values()].includes(body))
        .map(({ body, resource }) => [resource['host.id'], body]);
    };
    await until('every line is at the backend', async () => (await arrived()).length >= lines.size);
    await delay(3000); // time for a second copy, were there one
    expect((await arrived()).sort()).toEqual([...lines].sort());
  });

  test('host metrics of each instance arrive', async () => {
    const hosts = async () => {
      const metrics = await readMetrics(cloud.backendDirectory);
      const ofHosts = metrics.filter(
        ({ name }) => name === 'system.cpu.utilization' || name === 'system.memory.utilization',
      );
      return [...new Set(ofHosts.map(({ name, resource }) => `${resource['host.id']} ${name}`))].sort();
    };
    const expected = cloud.instances
      .flatMap((id) => [`${id} system.cpu.utilization`, `${id} system.memory.utilization`])
      .sort();
    await until(
      'both metrics of each instance are at the backend',
      async () => (await hosts()).length >= expected.length,
      60,
    );
    expect(await hosts()).toEqual(expected);
  });

  test('an unchanged deployment executes nothing and makes nothing', async () => {
    const state = async () => ({
      objects: await account.objectKeys(runs[0]?.outputs['release-id'] ?? 'no release'),
      taskDefinitions: await account.taskDefinitions(stackName),
      tasks: [
        ...(await account.tasks('coralogix-otel-agent')),
        ...(await account.tasks('coralogix-otel-sampling')),
      ],
      changeSets: await account.changeSets(stackName),
    });
    const before = await state();
    const result = await run('deploy');
    expect(result).toMatchObject({ exitCode: 0, outputs: { 'has-changes': 'false' } });
    expect(result.summary).toContain('unchanged: nothing was executed');
    expect(result.summary).toContain('0 objects written');
    expect(await state()).toEqual(before);
  });

  test('other traffic changes nothing about the counts', async () => {
    await using traffic = await OtherTraffic.start(cloud, { tracesPerSecond: 200 });
    await verified(25);
    expect(await traffic.arrivedAtBackend()).toBeGreaterThan(0);
  });

  test('an expectation that the config does not meet fails and names the cohort', async () => {
    const result = await run('verify', { cohorts: '{normal: 50%, errors: 100%}' });
    expect(result.exitCode).toBe(1);
    expect(result.outputs['error-code']).toBe('verification-failed');
    expect(result.log).toMatch(/^error: .* failed with share-out-of-interval: cohort normal: /m);
    expect(result.summary).toContain('share-out-of-interval');
    expect(result.outputs['evidence-key']).toBeUndefined();
  });

  test('a changed config alone rolls the gateways, leaves the agents and keeps the old object', async () => {
    const [gateways, agents, objects] = [
      await account.tasks('coralogix-otel-sampling'),
      await account.tasks('coralogix-otel-agent'),
      await account.objectKeys(),
    ];
    repository.setSamplingPercentage(50);
    const result = await run('deploy');
    expect(result).toMatchObject({ exitCode: 0, outputs: { 'has-changes': 'true' } });
    const after = await account.tasks('coralogix-otel-sampling');
    expect(after).toHaveLength(2);
    expect(after.filter((task) => gateways.includes(task))).toEqual([]);
    expect(await account.tasks('coralogix-otel-agent')).toEqual(agents);
    expect(await account.objectKeys()).toEqual(expect.arrayContaining(objects));
  });

  test('the new share is verified', async () => {
    await verified(50);
  });

  test('nothing of a verification is left behind', async () => {
    for (const { outputs } of runs) {
      const runId = outputs['run-id'];
      expect(await leftovers(account, { cluster: cloud.cluster, stackName, runId })).toEqual([]);
    }
  });

  test('the API key stands nowhere', async () => {
    const places: string[] = [];
    for (const [index, { log, summary, outputs }] of runs.entries()) {
      if ([log, summary, JSON.stringify(outputs)].some((text) => text.includes(apiKey)))
        places.push(`run ${index}`);
    }
    for await (const { where, text } of account.everythingReadable(stackName)) {
      if (text.includes(apiKey)) places.push(where);
    }
    expect(places).toEqual([]);
  });
});
