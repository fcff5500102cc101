import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { canInstall, installPackages } from './apt.ts';
import { contentHash, withLock } from './cache.ts';
import { attempt, lastLines, succeeds } from './command.ts';
import { type SetupContext, SetupError } from './context.ts';
import { endProcess, identify, isAlive, type ProcessIdentity, stillRuns } from './process-identity.ts';

const startSeconds = 60;
const missing =
  'a running Docker engine is needed: install Docker Engine and start it (https://docs.docker.com/engine/install/)';

/** Somebody who needs the container engine; the last one to release an engine of ours ends it. */
export interface EngineUse {
  release(): Promise<void>;
}

/**
 * Makes sure that `docker` works, and notes that this owner uses it until released. An engine that runs already is
 * used as it is. Otherwise root on Debian or Ubuntu gets one: installed where missing and started by us.
 * @param owner a folder of the user's own; the state folder for a cloud
 */
export async function acquireEngine(context: SetupContext, owner: string): Promise<EngineUse> {
  await withLock(context, 'engine', async () => {
    if (!(await engineAnswers())) await provideEngine(context);
    const file = useFile(context, owner);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${owner}\n${process.pid}`);
  });
  return { release: () => releaseEngine(context, owner) };
}

/** Ends the engine if it was started by us, nobody else uses it and no container runs. */
export async function releaseEngine(context: SetupContext, owner: string): Promise<void> {
  await withLock(context, 'engine', async () => {
    rmSync(useFile(context, owner), { force: true });
    const own = ownEngine(context);
    if (!own || !(await stillRuns(own))) return;
    if (otherUsers(context) || (await runningContainers()) !== '') return;
    await context.progress.step('stopping the container engine that was started for this', async () => {
      await endProcess(own, 30);
    });
    rmSync(pidFile(context), { force: true });
  });
}

export function engineAnswers(): Promise<boolean> {
  return succeeds('docker', ['info'], { timeoutSeconds: 20 });
}

async function provideEngine(context: SetupContext): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new SetupError(missing);
  if (!(await succeeds('dockerd', ['--version'])) || !(await succeeds('docker', ['--version']))) {
    if (!(await canInstall())) throw new SetupError(missing);
    const packages = ['docker.io', 'docker-cli', 'iptables', 'ca-certificates', 'tar'];
    if (existsSync('/sys/kernel/security/apparmor')) packages.push('apparmor'); // the engine loads a profile with it
    await installPackages(context, packages, 'a container engine is needed');
  }
  if (await startedBySystem()) return;
  await context.progress.step('starting the container engine', () => startEngine(context));
}

/** Where systemd runs, the engine is its business: it stays, as the package intends. */
async function startedBySystem(): Promise<boolean> {
  if (!existsSync('/run/systemd/system')) return false;
  await attempt('systemctl', ['start', 'docker'], { timeoutSeconds: 60 });
  return engineAnswers();
}

async function startEngine(context: SetupContext): Promise<void> {
  const log = path.join(engineDir(context), 'dockerd.log');
  if (await runEngine(context, log, [])) return;
  const said = readFileSync(log, 'utf8');
  // Kernels without netfilter modules: containers still reach each other on a bridge and published ports go through
  // the engine's own proxy; only the way out of the containers is missing, which nothing here uses.
  if (/iptables|nf_tables|ip6tables/i.test(said) && (await runEngine(context, log, ['--iptables=false'])))
    return;
  throw new SetupError(`dockerd does not start here; its last lines:\n${lastLines(said.trim(), 8)}`);
}

async function runEngine(context: SetupContext, log: string, flags: string[]): Promise<boolean> {
  mkdirSync(path.dirname(log), { recursive: true });
  // A pid file left by a machine that went down hard keeps dockerd from starting; it checks that pid itself.
  const output = openSync(log, 'w');
  const child = spawn('dockerd', flags, {
    detached: true,
    stdio: ['ignore', output, output],
    env: process.env,
  });
  closeSync(output);
  child.on('error', () => {});
  child.unref();
  const identity = child.pid === undefined ? undefined : await identify(child.pid);
  if (!identity) return false;
  writeFileSync(pidFile(context), JSON.stringify(identity));
  for (let waited = 0; waited < startSeconds * 5; waited++) {
    if (await engineAnswers()) return true;
    if (!(await stillRuns(identity)) || context.signal?.aborted) break;
    await sleep(200);
  }
  await endProcess(identity);
  rmSync(pidFile(context), { force: true });
  context.signal?.throwIfAborted();
  return false;
}

function engineDir(context: SetupContext): string {
  return path.join(context.cacheDir, 'engine');
}

function pidFile(context: SetupContext): string {
  return path.join(engineDir(context), 'dockerd.json');
}

function ownEngine(context: SetupContext): ProcessIdentity | undefined {
  if (!existsSync(pidFile(context))) return undefined;
  return JSON.parse(readFileSync(pidFile(context), 'utf8')) as ProcessIdentity;
}

function useFile(context: SetupContext, owner: string): string {
  return path.join(engineDir(context), 'uses', contentHash(owner));
}

/** A use counts while its process lives, or as long as its owner is the state folder of a cloud, which outlives it. */
function otherUsers(context: SetupContext): boolean {
  const folder = path.join(engineDir(context), 'uses');
  if (!existsSync(folder)) return false;
  return readdirSync(folder).some((file) => {
    const [owner = '', pid = '0'] = readFileSync(path.join(folder, file), 'utf8').split('\n');
    return existsSync(path.join(owner, 'state.json')) || isAlive(Number(pid));
  });
}

async function runningContainers(): Promise<string> {
  return (await attempt('docker', ['ps', '-q'])).stdout.trim();
}
