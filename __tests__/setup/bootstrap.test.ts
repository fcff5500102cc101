import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { repository } from '../../scripts/setup/context.ts';
import { temporaryFolder } from './folder.ts';

const folder = temporaryFolder();

interface Ended {
  code: number | null;
  output: string;
}

/** Runs a script through the launcher; `react` sees its output as it comes. */
function launch(
  script: string,
  args: string[],
  react: (output: string, kill: () => void) => void = () => {},
): Promise<Ended> {
  const file = path.join(folder(), 'script.ts');
  writeFileSync(file, script);
  const launcher = path.join(repository, 'scripts', 'bootstrap.mjs');
  const child = spawn(process.execPath, [launcher, file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    react(output, () => child.kill('SIGTERM'));
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

describe('the launcher', () => {
  test('runs TypeScript on Node 24 with its arguments, the packages’ commands first on the PATH', async () => {
    const script =
      'const where: string = process.env.PATH ?? "";\n' +
      'console.log(JSON.stringify([process.version, process.argv.slice(2), where.split(":")[0]]));';
    const { code, output } = await launch(script, ['a b', '--c']);
    expect(code).toBe(0);
    const bin = path.join(repository, 'node_modules', '.bin');
    expect(JSON.parse(output)).toEqual([expect.stringMatching(/^v24\./), ['a b', '--c'], bin]);
  });

  test('ends with the exit code of the script', async () => {
    expect((await launch('process.exit(7)', [])).code).toBe(7);
  });

  test('passes a signal on and waits for the script to clean up', async () => {
    const script =
      'process.on("SIGTERM", () => setTimeout(() => { console.log("cleaned up"); process.exit(5); }, 100));\n' +
      'setTimeout(() => {}, 30_000); console.log("ready");';
    let killed = false;
    const ended = await launch(script, [], (output, kill) => {
      if (!killed && output.includes('ready')) kill();
      killed ||= output.includes('ready');
    });
    expect(ended).toEqual({ code: 5, output: 'ready\ncleaned up\n' });
  });

  test('says a script killed by a signal with the shell’s code', async () => {
    expect(
      (await launch('process.kill(process.pid, "SIGKILL"); setTimeout(() => {}, 30_000);', [])).code,
    ).toBe(137);
  });
});

interface LockedPackage {
  optional?: boolean;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

describe('package-lock.json', () => {
  const lock = readFileSync(path.join(repository, 'package-lock.json'), 'utf8');
  const packages = (JSON.parse(lock) as { packages: Record<string, LockedPackage> }).packages;

  // `npm ci` refuses a lock file that lacks them; npm leaves out what the registry at hand does not have.
  test('names the optional packages of every platform', () => {
    const missing = Object.entries(packages).flatMap(([name, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (wanted) =>
          !(`node_modules/${wanted}` in packages) && !(`${name}/node_modules/${wanted}` in packages),
      ),
    );
    expect(missing).toEqual([]);
  });

  test('names no registry', () => {
    expect(Object.values(packages).filter((entry) => entry.resolved !== undefined)).toEqual([]);
  });
});
