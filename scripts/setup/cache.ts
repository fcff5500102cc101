import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SetupContext } from './context.ts';
import { errorCode, isAlive } from './process-identity.ts';

const marker = '.complete';

/** A short content hash over the parts, each kept apart from the next. */
export function contentHash(...parts: (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, 16);
}

/** An entry of the cache by what it is and the hash of everything it is made from. */
export interface CacheEntry {
  kind: string;
  hash: string;
}

export function entryDir(context: SetupContext, entry: CacheEntry): string {
  return path.join(context.cacheDir, `${entry.kind}-${entry.hash}`);
}

export function isCached(context: SetupContext, entry: CacheEntry): boolean {
  return existsSync(path.join(entryDir(context, entry), marker));
}

const inProgress = new Map<string, Promise<string>>();

/**
 * The folder of an entry, made by `build` when it is not there yet. It is made in its final place (a Python
 * environment cannot be moved) and counts only once marked complete, so an interrupted build leaves no half entry.
 */
export function cached(
  context: SetupContext,
  entry: CacheEntry,
  build: (dir: string) => Promise<unknown>,
): Promise<string> {
  const dir = entryDir(context, entry);
  if (isCached(context, entry)) return Promise.resolve(dir);
  const making =
    inProgress.get(dir) ??
    withLock(context, path.basename(dir), () => makeEntry(context, entry, build)).finally(() =>
      inProgress.delete(dir),
    );
  inProgress.set(dir, making);
  return making;
}

async function makeEntry(
  context: SetupContext,
  entry: CacheEntry,
  build: (dir: string) => Promise<unknown>,
): Promise<string> {
  const dir = entryDir(context, entry);
  if (isCached(context, entry)) return dir;
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  try {
    await build(dir);
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
  writeFileSync(path.join(dir, marker), '');
  return dir;
}

/** Holds a lock of the cache folder during the work; waits for other processes, takes over from dead ones. */
export async function withLock<T>(context: SetupContext, name: string, work: () => Promise<T>): Promise<T> {
  const locks = path.join(context.cacheDir, 'locks');
  mkdirSync(locks, { recursive: true });
  const file = path.join(locks, name);
  for (let waits = 0; !tryLock(file); waits++) {
    if (waits === 0) context.progress.note(`waiting for another command that holds ${name}`);
    await sleep(300, undefined, { signal: context.signal });
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    const handle = openSync(file, 'wx');
    writeFileSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  return ownerIsDead(file) && removeDead(file) && tryLock(file);
}

function ownerIsDead(file: string): boolean {
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    return owner > 0 && !isAlive(owner);
  } catch {
    return false; // released in this moment
  }
}

/** Moved aside first: of several that see the dead owner only one can move it, and none removes a new owner's lock. */
function removeDead(file: string): boolean {
  const aside = `${file}.dead-${process.pid}`;
  try {
    renameSync(file, aside);
    if (!ownerIsDead(aside)) {
      renameSync(aside, file);
      return false;
    }
    rmSync(aside, { force: true });
    return true;
  } catch {
    return false; // another process was faster
  }
}
