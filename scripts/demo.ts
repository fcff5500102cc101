/**
 * The main job from end to end on this machine: deploy one gateway, verify, scale to three, verify, change the
 * sampling percentage, deploy, verify, tear down. It runs the committed bundle as GitHub would and writes
 * `.demo/report.json`.
 *   npm run demo -- --topology tail-sampling | central-cluster | individual
 */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startCloud, stopCloud } from '../local/cloud.ts';
import { UserRepository } from '../local/user-repository.ts';
import { topologyNames } from '../src/inputs/topologies.ts';
import { Account } from './demo/account.ts';
import { type CohortCounts, Report } from './demo/report.ts';
import { interruption } from './interruption.ts';

const { values } = parseArgs({ options: { topology: { type: 'string', default: 'tail-sampling' } } });
const topology = topologyNames.find((name) => name === values.topology);
if (!topology) {
  console.error(`no topology '${values.topology}'; there are ${topologyNames.join(', ')}`);
  process.exit(2);
}

const folder = path.resolve(import.meta.dirname, '..', '.demo');
// A cloud of its own: one that `npm run local:up` started stays as it is.
const own = { stateDir: path.join(folder, 'cloud'), name: 'ecs-tail-sampling-demo' };
const signal = interruption();

await stopCloud({ ...own, progress: () => {} }); // left by a demo that was killed
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const report = new Report(topology);
const account = new Account(report, signal);

try {
  const cloud = await account.phase('local cloud', () =>
    startCloud({ ...own, signal, progress: account.detail }),
  );
  const repository = new UserRepository({
    cloud,
    topology,
    folder: path.join(folder, 'repository'),
    // Not in the file: a deployment keeps the number that the gateways were scaled to.
    parameters: { SamplingTaskCount: undefined, GatewayTaskCount: undefined },
    onLine: account.detail,
    signal,
  });
  await account.phase('deploy with one gateway', () =>
    deploy(repository, { parameters: '{GatewayTaskCount: 1}' }),
  );
  await account.phase('verify: a quarter of the normal traces, all errors', () => verify(repository, 25));
  await account.phase('scale the gateways from 1 to 3', () => scale(repository, 3));
  await account.phase('verify: the same, by three gateways', () => verify(repository, 25));
  repository.setSamplingPercentage(50);
  await account.phase('deploy the changed sampling percentage', () => deploy(repository));
  await account.phase('verify: half of the normal traces, all errors', () => verify(repository, 50));
} catch (error) {
  process.exitCode = 1;
  console.error(`\n✗ ${error instanceof Error ? error.message : String(error)}`);
} finally {
  await account.always('tear down', () => stopCloud({ ...own, progress: account.detail }));
  report.write(path.join(folder, 'report.json'));
  account.close('.demo/report.json', process.exitCode !== 1);
}

async function deploy(repository: UserRepository, inputs: Record<string, string> = {}): Promise<void> {
  const run = await repository.run('deploy', { 'coralogix-api-key': 'cxtp_key-of-the-demo', ...inputs });
  if (run.exitCode !== 0) throw new Error(`deploy failed: ${run.outputs['error-code']}`);
}

async function scale(repository: UserRepository, count: number): Promise<void> {
  const run = await repository.run('scale', { role: 'gateway', count: String(count) });
  if (run.exitCode !== 0) throw new Error(`scale failed: ${run.outputs['error-code']}`);
}

/** Verifies, then asks the backend stand-in itself how many traces of the run it was given. */
async function verify(repository: UserRepository, percentage: number): Promise<void> {
  const { exitCode, outputs } = await repository.run('verify', {
    cohorts: `{normal: ${percentage}%, errors: 100%}`,
  });
  if (exitCode !== 0) throw new Error(`verify failed: ${outputs['error-code']}`);
  const read = <T>(name: string) => JSON.parse(outputs[name] ?? 'null') as T;
  const cohorts = read<CohortCounts[]>('cohorts');
  const kept = cohorts.reduce((sum, cohort) => sum + cohort.kept, 0);
  const delivered = await repository.delivered(outputs['run-id'] ?? '', kept);
  report.add({
    environment: 'local',
    release: outputs['release-id'] ?? '',
    cohorts,
    gateways: read('gateways'),
    agents: read('agents'),
    receivers: read('receivers'),
    delivered,
  });
  account.table(cohorts, delivered);
  if (delivered !== kept) throw new Error(`${kept} traces were kept, but ${delivered} reached the backend`);
}
