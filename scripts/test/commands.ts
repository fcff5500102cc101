import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Outcome } from './outcome.ts';

export const root = path.resolve(import.meta.dirname, '../..');
export const tool = (name: string): string => path.join(root, 'node_modules', '.bin', name);

interface RunOptions {
  environment?: Record<string, string>;
  signal: AbortSignal;
}

/** Runs a command with its output shown; resolves with the exit code, 1 when a signal ended it. */
export function run(
  command: string,
  args: readonly string[],
  { environment, signal }: RunOptions,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const interrupt = () => child.kill('SIGINT');
    signal.addEventListener('abort', interrupt, { once: true });
    child.once('error', reject);
    child.once('close', (code) => {
      signal.removeEventListener('abort', interrupt);
      resolve(code ?? 1);
    });
  });
}

/** A command that passes or fails as a whole. */
export async function asOneTest(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<Outcome> {
  const failed = (await run(command, args, options)) === 0 ? 0 : 1;
  return { passed: 1 - failed, failed, skipped: 0 };
}

/** Jest, counted from its own result file. A suite that cannot be loaded counts as a failed test. */
export async function jest(
  project: string,
  options: RunOptions,
  // Only files whose path has one of these; none: all of the project.
  only: readonly string[] = [],
): Promise<Outcome> {
  return withResultFile('results.json', async (file) => {
    const args = [
      ...only,
      '--selectProjects',
      project,
      '--json',
      '--outputFile',
      file,
      '--verbose',
      // What a failed set-up left open must not hold the run.
      '--forceExit',
      ...workers(project),
    ];
    const environment = { ...options.environment, NODE_OPTIONS: '--experimental-vm-modules --no-warnings' };
    const code = await run(tool('jest'), args, { ...options, environment });
    const result = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
    const failed = (result.numFailedTests ?? 0) + (result.numRuntimeErrorTestSuites ?? 0);
    return {
      passed: result.numPassedTests ?? 0,
      failed: code === 0 ? failed : Math.max(failed, 1),
      skipped: result.numPendingTests ?? 0,
    };
  });
}

/** Tests of the collector and of the main job take the machine for themselves; the cases mostly wait, and have a stack each. */
function workers(project: string): string[] {
  if (project === 'unit') return [];
  return project === 'cases' ? ['--maxWorkers=5'] : ['--runInBand'];
}

/** pytest, counted from its JUnit file. */
export async function pytest(python: string, folder: string, options: RunOptions): Promise<Outcome> {
  return withResultFile('results.xml', async (file) => {
    const args = [
      '-m',
      'pytest',
      '-q',
      '-p',
      'no:cacheprovider',
      '--durations=5',
      `--junitxml=${file}`,
      folder,
    ];
    const code = await run(python, args, options);
    const suite = /<testsuite [^>]*>/.exec(readFileSync(file, 'utf8'))?.[0] ?? '';
    const count = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
    const failed = count('failures') + count('errors');
    const skipped = count('skipped');
    return {
      passed: count('tests') - failed - skipped,
      failed: code === 0 ? failed : Math.max(failed, 1),
      skipped,
    };
  });
}

async function withResultFile(name: string, work: (file: string) => Promise<Outcome>): Promise<Outcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'results-'));
  try {
    return await work(path.join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
