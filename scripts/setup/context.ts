import { homedir } from 'node:os';
import path from 'node:path';
import { consoleProgress, type Progress } from './progress.ts';

/** The repository's root folder. */
export const repository = path.resolve(import.meta.dirname, '..', '..');

/** What every set-up step needs to know. */
export interface SetupContext {
  /** Folder outside the repository for what is downloaded or built once; every entry is named by its content. */
  cacheDir: string;
  progress: Progress;
  /** Stops commands and waits. */
  signal?: AbortSignal | undefined;
}

export function createContext(overrides: Partial<SetupContext> = {}): SetupContext {
  return { cacheDir: defaultCacheDir(process.env), progress: consoleProgress(), ...overrides };
}

export function defaultCacheDir(env: NodeJS.ProcessEnv): string {
  if (env['ECS_TAIL_SAMPLING_CACHE']) return path.resolve(env['ECS_TAIL_SAMPLING_CACHE']);
  return path.join(env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'ecs-tail-sampling');
}

/** Something that the user has to do first; the message is the one line that says what. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}
