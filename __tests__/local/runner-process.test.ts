import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { runProcess } from '../../local/runner-process.ts';
import { until } from '../support/wait.ts';

jest.setTimeout(30_000);

const folder = mkdtempSync(path.join(tmpdir(), 'runner-process-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program that is cancelled with its first line. */
async function cancelled(source: string) {
  const program = path.join(folder, 'program.mjs');
  writeFileSync(program, `${source}\nconsole.log('ready');\nsetInterval(() => {}, 1000);`);
  const workflow = new AbortController();
  const lines: string[] = [];
  const follow = async (stream: NodeJS.ReadableStream) => {
    for await (const line of createInterface(stream)) {
      lines.push(line);
      workflow.abort();
    }
  };
  const end = await runProcess(program, { cwd: folder, environment: {}, signal: workflow.signal, follow });
  return { ...end, lines };
}

describe('a cancelled step', () => {
  test('gets SIGINT, and nothing more when it ends', async () => {
    const end = await cancelled("process.on('SIGINT', () => process.exit(7));");
    expect(end).toMatchObject({ exitCode: 7, signals: ['SIGINT'] });
    expect(end.secondsToEnd).toBeLessThan(5);
  });

  test('gets SIGTERM after 7.5 s and is killed 2.5 s later, with all that it started', async () => {
    const ignoring = `
      import { spawn } from 'node:child_process';
      for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => console.log(signal));
      console.log(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']).pid);`;
    const end = await cancelled(ignoring);
    expect(end).toMatchObject({ exitCode: 137, signals: ['SIGINT', 'SIGTERM', 'SIGKILL'] });
    expect(end.secondsToEnd).toBeGreaterThanOrEqual(10);
    expect(end.lines).toEqual(expect.arrayContaining(['ready', 'SIGINT', 'SIGTERM']));
    const child = Number(end.lines[0]);
    await until('its child is gone', () => !isAlive(child), 5);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
