import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { lastLines } from '../../scripts/setup/command.ts';
import { repository, type SetupContext } from '../../scripts/setup/context.ts';
import {
  endProcess,
  identify,
  type ProcessIdentity,
  stillRuns,
} from '../../scripts/setup/process-identity.ts';
import type { Ownership } from './docker.ts';
import type { VpcNetwork } from './network.ts';
import type { CloudPace } from './options.ts';
import { waitFor } from './wait.ts';

export const region = 'eu-west-1';
export const usualEmulatorPort = 4566;

export interface EmulatorOptions {
  python: string;
  port: number;
  network: VpcNetwork;
  /** Image of the containers that stand for EC2 instances. */
  instanceImage: string;
  forwarderImage: string;
  pace: CloudPace;
}

/**
 * Starts the emulator as a process of its own that outlives this one.
 * @param started is told its identity at once
 * @returns its endpoint
 */
export async function startEmulator(
  context: SetupContext,
  owner: Ownership,
  options: EmulatorOptions,
  started: (emulator: ProcessIdentity) => void,
): Promise<string> {
  const log = path.join(owner.stateDir, 'emulator.log');
  const output = openSync(log, 'a');
  const child = spawn(options.python, ['-m', 'extension'], {
    cwd: owner.stateDir,
    env: environment(owner, options),
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  child.unref();
  const identity = child.pid === undefined ? undefined : await identify(child.pid);
  if (!identity) throw new Error(`the emulator could not be started with ${options.python}`);
  started(identity);
  await waitFor(
    async () => {
      if (await emulatorAnswers(options.port)) return true;
      if (await stillRuns(identity)) return undefined;
      throw new Error(
        `the emulator ended; its last lines:\n${lastLines(readFileSync(log, 'utf8').trim(), 20)}`,
      );
    },
    { what: `the emulator answers on port ${options.port}`, deadlineSeconds: 60, signal: context.signal },
  );
  return `http://127.0.0.1:${options.port}`;
}

export async function emulatorAnswers(port: number): Promise<boolean> {
  const url = `http://127.0.0.1:${port}/_ministack/ready`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok ?? false;
}

/** Ends the emulator of a cloud: the recorded one, and any that an interrupted start has left unrecorded. */
export async function stopEmulator(
  stateDir: string,
  recorded: ProcessIdentity | undefined,
): Promise<boolean> {
  const found = [...(recorded ? [recorded] : []), ...(await unrecorded(stateDir))];
  const ended = await Promise.all(found.map((identity) => endProcess(identity)));
  return ended.includes(true);
}

async function unrecorded(stateDir: string): Promise<ProcessIdentity[]> {
  if (!existsSync('/proc/self/environ')) return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isEmulatorOf(name, stateDir));
  const identities = await Promise.all(pids.map((pid) => identify(Number(pid))));
  return identities.filter((identity) => identity !== undefined);
}

function isEmulatorOf(pid: string, stateDir: string): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    if (!command.endsWith('\0-m\0extension\0')) return false;
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`LOCAL_STATE_DIR=${stateDir}`);
  } catch {
    return false; // ended meanwhile, or not ours to look at
  }
}

/**
 * Nothing of the caller's AWS settings gets in, and nothing is written outside the state folder but the report of the
 * guard of the wire, where a test run collects them.
 */
function environment(owner: Ownership, options: EmulatorOptions): NodeJS.ProcessEnv {
  const kept = [
    'PATH',
    'HOME',
    'LANG',
    'DOCKER_HOST',
    'DOCKER_CONTEXT',
    'XDG_RUNTIME_DIR',
    'LOCAL_WIRE_REPORTS',
  ];
  const temporary = path.join(owner.stateDir, 'tmp');
  mkdirSync(temporary, { recursive: true });
  return {
    ...Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    PYTHONPATH: path.join(repository, 'local'),
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    TMPDIR: temporary,
    NO_PROXY: '*',
    GATEWAY_PORT: String(options.port),
    AUTH: 'true',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    MINISTACK_REGION: region,
    // Listeners on fixed ports, for services that this cloud does not use.
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    LOCAL_NAME: owner.name,
    LOCAL_VPC_NETWORK: options.network.name,
    LOCAL_VPC_GATEWAY: options.network.gateway,
    LOCAL_STATE_DIR: owner.stateDir,
    LOCAL_INSTANCE_IMAGE: options.instanceImage,
    LOCAL_FORWARDER_IMAGE: options.forwarderImage,
    LOCAL_PACE: options.pace,
  };
}
