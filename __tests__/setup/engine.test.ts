import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { acquireEngine, releaseEngine } from '../../scripts/setup/engine.ts';
import { contextIn, fakeCommands, temporaryFolder } from './folder.ts';

// A `docker` and a `dockerd` of shell script: what matters here is who starts and who stops an engine.
const folder = temporaryFolder();
let restore: () => void;
const file = (name: string) => path.join(folder(), name);
const starts = () =>
  existsSync(file('starts')) ? readFileSync(file('starts'), 'utf8').trim().split('\n') : [];

beforeEach(() => {
  jest.spyOn(process as Required<NodeJS.Process>, 'getuid').mockReturnValue(0);
  restore = fakeCommands(folder(), {
    docker: `case "$1" in
      info) test -f '${file('running')}' ;;
      ps) cat '${file('containers')}' 2>/dev/null; exit 0 ;;
    esac`,
    dockerd: `[ "$1" = --version ] && exit 0
      echo "flags:$*" >> '${file('starts')}'
      if [ -f '${file('broken')}' ]; then cat '${file('broken')}'; [ "$1" = --iptables=false ] || exit 1; fi
      [ -f '${file('hopeless')}' ] && exit 1
      touch '${file('running')}'
      trap "rm -f '${file('running')}'; exit 0" TERM
      while :; do sleep 0.05; done`,
    systemctl: 'exit 1',
  });
});
afterEach(() => {
  restore();
  jest.restoreAllMocks();
});

/** A cloud's state folder: a use by it outlives the process. */
function cloud(name: string): string {
  mkdirSync(file(name), { recursive: true });
  writeFileSync(path.join(file(name), 'state.json'), '{}');
  return file(name);
}

describe('the container engine', () => {
  test('that runs already is used and left running', async () => {
    writeFileSync(file('running'), '');
    const use = await acquireEngine(contextIn(folder()), cloud('one'));
    await use.release();
    expect(starts()).toEqual([]);
    expect(existsSync(file('running'))).toBe(true);
  });

  test('is started without flags where none runs, and stopped with its last user', async () => {
    const context = contextIn(folder());
    await acquireEngine(context, cloud('one'));
    await acquireEngine(context, cloud('two'));
    expect(starts()).toEqual(['flags:']);
    await releaseEngine(context, file('one'));
    expect(existsSync(file('running'))).toBe(true);
    await releaseEngine(context, file('two'));
    expect(existsSync(file('running'))).toBe(false);
  });

  test('is not kept by a cloud whose folder is gone and whose process has ended', async () => {
    const context = contextIn(folder());
    await acquireEngine(context, cloud('gone'));
    const uses = path.join(context.cacheDir, 'engine', 'uses');
    for (const use of readdirSync(uses)) {
      writeFileSync(path.join(uses, use), `${file('gone')}\n4194305`);
    }
    rmSync(file('gone'), { recursive: true });
    await acquireEngine(context, cloud('one'));
    await releaseEngine(context, file('one'));
    expect(existsSync(file('running'))).toBe(false);
  });

  test('is not stopped under a container of somebody else', async () => {
    const context = contextIn(folder());
    await acquireEngine(context, cloud('one'));
    writeFileSync(file('containers'), 'f00d\n');
    await releaseEngine(context, file('one'));
    expect(existsSync(file('running'))).toBe(true);
    rmSync(file('containers'));
    await releaseEngine(context, file('one'));
    expect(existsSync(file('running'))).toBe(false);
  });

  test('is started without packet filter where the kernel has none', async () => {
    writeFileSync(file('broken'), 'failed to start daemon: iptables: No such file or directory');
    const context = contextIn(folder());
    await acquireEngine(context, cloud('one'));
    expect(starts()).toEqual(['flags:', 'flags:--iptables=false']);
    await releaseEngine(context, file('one'));
  });

  test('that does not start is reported with its own last lines', async () => {
    writeFileSync(file('broken'), 'failed to mount overlay: operation not permitted');
    writeFileSync(file('hopeless'), '');
    const starting = acquireEngine(contextIn(folder()), cloud('one'));
    await expect(starting).rejects.toThrow(/dockerd does not start here.*\n.*failed to mount overlay/);
  });

  test('is asked for in one line where this user cannot start one', async () => {
    jest.spyOn(process as Required<NodeJS.Process>, 'getuid').mockReturnValue(1000);
    const starting = acquireEngine(contextIn(folder()), cloud('one'));
    await expect(starting).rejects.toThrow(/^a running Docker engine is needed: install .*$/);
    expect(starts()).toEqual([]);
  });
});
