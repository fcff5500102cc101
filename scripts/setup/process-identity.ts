import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { attempt } from './command.ts';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, in the system's own notation; only compared for equality. */
  started: string;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** @returns undefined when there is no such process */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  if (!isAlive(pid)) return undefined;
  const started =
    statFields(pid)?.[19] ?? (await attempt('ps', ['-o', 'lstart=', '-p', String(pid)])).stdout.trim();
  return started ? { pid, started } : undefined;
}

export async function stillRuns(known: ProcessIdentity): Promise<boolean> {
  return (await identify(known.pid))?.started === known.started;
}

/** Ends exactly this process: SIGTERM, and SIGKILL after the grace time. @returns whether it was running */
export async function endProcess(known: ProcessIdentity, graceSeconds = 10): Promise<boolean> {
  if (!(await stillRuns(known))) return false;
  process.kill(known.pid, 'SIGTERM');
  for (let waited = 0; waited < graceSeconds * 10; waited++) {
    await sleep(100);
    if (!(await stillRuns(known))) return true;
  }
  process.kill(known.pid, 'SIGKILL');
  while (await stillRuns(known)) await sleep(50);
  return true;
}

/** The `code` of a system error: ENOENT, EEXIST and so on. */
export function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function isZombie(pid: number): boolean {
  return statFields(pid)?.[0] === 'Z';
}

/** The fields of /proc/<pid>/stat from the state on (the name before them may hold spaces): proc_pid_stat(5). */
function statFields(pid: number): string[] | undefined {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return undefined;
  try {
    const text = readFileSync(file, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
