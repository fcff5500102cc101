import path from 'node:path';
import { contentHash } from '../../scripts/setup/cache.ts';
import { createContext, repository, type SetupContext, SetupError } from '../../scripts/setup/context.ts';
import { consoleProgress } from '../../scripts/setup/progress.ts';

export const defaultStateDir = path.join(repository, '.local');
export const defaultName = 'ecs-tail-sampling';

/** How long things take: `local` is quick, `aws` as slow as AWS (`extension/pace.py`). */
export const paces = ['local', 'aws'] as const;
export type CloudPace = (typeof paces)[number];

export interface CloudOptions {
  /** Default: `ecs-tail-sampling`; a number is added when a cloud of another folder has that name. */
  name?: string | undefined;
  /** Folder for everything the cloud writes, one cloud each. Default: `.local` of the repository. */
  stateDir?: string | undefined;
  /** Default: what `LOCAL_PACE` says, else `local`. */
  pace?: string | undefined;
  /** Stops a start; what was made until then is removed. */
  signal?: AbortSignal | undefined;
  /** Gets one line of progress at a time. Default: standard output. */
  progress?: ((line: string) => void) | undefined;
}

export function contextOf(options: CloudOptions): SetupContext {
  return createContext({ signal: options.signal, progress: consoleProgress(options.progress) });
}

export function stateDirOf(options: CloudOptions): string {
  return path.resolve(options.stateDir ?? defaultStateDir);
}

/** @throws SetupError for a pace that there is not */
export function paceOf({ pace }: Pick<CloudOptions, 'pace'> = {}): CloudPace {
  const wanted = pace ?? (process.env['LOCAL_PACE'] || 'local');
  const found = paces.find((each) => each === wanted);
  if (found) return found;
  throw new SetupError(`no such pace: ${wanted}; there are ${paces.join(' and ')}`);
}

/** One start or stop at a time for each state folder. */
export function lockName(stateDir: string): string {
  return `cloud-${contentHash(stateDir)}`;
}
