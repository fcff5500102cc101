import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { attempt, CommandError, run } from '../../scripts/setup/command.ts';
import { endProcess, identify, isAlive, stillRuns } from '../../scripts/setup/process-identity.ts';
import { temporaryFolder } from './folder.ts';

const folder = temporaryFolder();

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    if (tries > 100) throw new Error('the condition never came true');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a command', () => {
  test.each([
    { name: 'gives its output', args: ['-c', 'echo out; echo err >&2'], code: 0 },
    { name: 'gives its exit code', args: ['-c', 'echo out; echo err >&2; exit 3'], code: 3 },
  ])('$name', async ({ args, code }) => {
    expect(await attempt('sh', args)).toEqual({ code, stdout: 'out\n', stderr: 'err\n' });
  });

  test('that does not exist has code 127', async () => {
    expect((await attempt('no-such-command-here', [])).code).toBe(127);
  });

  test('that fails is an error with its last lines', async () => {
    const failing = run('sh', ['-c', 'echo the reason >&2; exit 1']);
    await expect(failing).rejects.toThrow(CommandError);
    await expect(failing).rejects.toThrow(/failed\nthe reason$/);
  });

  test('is ended with its children after its time', async () => {
    const file = path.join(folder(), 'child');
    const result = await attempt('sh', ['-c', `sleep 60 & echo $! > '${file}'; wait`], {
      timeoutSeconds: 0.3,
    });
    expect(result.code).toBe(124);
    const child = Number(readFileSync(file, 'utf8'));
    await until(() => !isAlive(child));
  });

  test('is ended by an interruption, and none starts after it', async () => {
    const interrupted = new AbortController();
    const running = run('sleep', ['60'], { signal: interrupted.signal });
    interrupted.abort(new Error('stopped by SIGINT'));
    await expect(running).rejects.toThrow('stopped by SIGINT');
    expect((await attempt('sh', ['-c', 'exit 0'], { signal: interrupted.signal })).code).toBe(130);
  });
});

describe('the identity of a process', () => {
  test('does not fit a process of the same number that started at another time', async () => {
    const own = await identify(process.pid);
    if (!own) throw new Error('this process runs');
    expect(await stillRuns(own)).toBe(true);
    expect(await stillRuns({ ...own, started: 'earlier' })).toBe(false);
    expect(await endProcess({ ...own, started: 'earlier' })).toBe(false);
  });

  test('ends a process that ignores SIGTERM', async () => {
    const file = path.join(folder(), 'pid');
    const command = attempt('sh', ['-c', `trap '' TERM; echo $$ > '${file}'; while :; do sleep 0.1; done`]);
    let pid = 0;
    await until(() => {
      pid = Number(readIfThere(file));
      return pid > 0;
    });
    const identity = await identify(pid);
    if (!identity) throw new Error('the process runs');
    expect(await endProcess(identity, 0.3)).toBe(true);
    expect(await stillRuns(identity)).toBe(false);
    await command;
  });
});

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
