import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cached, contentHash, isCached, withLock } from '../../scripts/setup/cache.ts';
import { contextIn, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
const entry = { kind: 'thing', hash: 'abc' };

describe('the cache', () => {
  test('makes an entry once for everyone who asks at the same time', async () => {
    let builds = 0;
    const context = contextIn(folder());
    const make = () =>
      cached(context, entry, async (dir) => {
        builds += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        writeFileSync(path.join(dir, 'file'), 'made');
      });
    const dirs = await Promise.all([make(), make(), make()]);
    await make();
    expect(builds).toBe(1);
    expect(new Set(dirs)).toEqual(new Set([path.join(context.cacheDir, 'thing-abc')]));
  });

  test('keeps nothing of a build that failed and builds again', async () => {
    const context = contextIn(folder());
    const failing = cached(context, entry, async (dir) => {
      writeFileSync(path.join(dir, 'half'), '');
      throw new Error('no network');
    });
    await expect(failing).rejects.toThrow('no network');
    expect(isCached(context, entry)).toBe(false);
    const dir = await cached(context, entry, async () => {});
    expect(existsSync(path.join(dir, 'half'))).toBe(false);
  });

  test('builds anew over what a killed process left half made', async () => {
    const context = contextIn(folder());
    const half = path.join(context.cacheDir, 'thing-abc');
    mkdirSync(half, { recursive: true });
    writeFileSync(path.join(half, 'half'), '');
    await cached(context, entry, async (dir) => writeFileSync(path.join(dir, 'whole'), ''));
    expect(readdirSync(half).sort()).toEqual(['.complete', 'whole']);
  });

  test('hashes tell parts from their concatenation', () => {
    expect(contentHash('ab', 'c')).not.toBe(contentHash('a', 'bc'));
    expect(contentHash('ab', Buffer.from('c'))).toBe(contentHash('ab', 'c'));
  });
});

describe('a lock of the cache', () => {
  test('lets one in at a time', async () => {
    const context = contextIn(folder());
    let inside = 0;
    let most = 0;
    const enter = () =>
      withLock(context, 'door', async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 10));
        inside -= 1;
      });
    await Promise.all([enter(), enter(), enter()]);
    expect(most).toBe(1);
  });

  test('is taken over from a process that died', async () => {
    const context = contextIn(folder());
    mkdirSync(path.join(context.cacheDir, 'locks'), { recursive: true });
    // Larger than any process number: https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html (pid_max)
    writeFileSync(path.join(context.cacheDir, 'locks', 'door'), '4194305');
    await expect(withLock(context, 'door', async () => 'in')).resolves.toBe('in');
    expect(readdirSync(path.join(context.cacheDir, 'locks'))).toEqual([]);
  });

  test('ends its wait when interrupted', async () => {
    const interrupted = new AbortController();
    const context = contextIn(folder(), { signal: interrupted.signal });
    await withLock(context, 'door', async () => {
      const waiting = withLock(context, 'door', async () => 'in');
      interrupted.abort();
      await expect(waiting).rejects.toThrow(/abort/i);
    });
  });
});
