import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ProcessIdentity } from '../../scripts/setup/process-identity.ts';
import type { Cloud } from '../cloud.ts';

/** What `down` needs to know; written as the cloud grows, so that it is right after a kill too. */
export interface CloudState {
  name: string;
  emulator?: ProcessIdentity;
  /** Set at the very end of a start. */
  cloud?: Cloud;
}

const stateFile = 'state.json';

export function readState(stateDir: string): CloudState | undefined {
  const file = path.join(stateDir, stateFile);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as CloudState;
  } catch {
    return undefined; // not ours, or damaged: the labels of the containers still say what belongs to the cloud
  }
}

export function writeState(stateDir: string, state: CloudState): void {
  writeWhole(path.join(stateDir, stateFile), JSON.stringify(state, null, 2));
}

/** Shell lines that set and export every variable: `. .local/env`. */
export function writeEnv(stateDir: string, environment: Record<string, string>): void {
  const lines = Object.entries(environment).map(
    ([name, text]) => `export ${name}='${text.replaceAll("'", "'\\''")}'`,
  );
  writeWhole(path.join(stateDir, 'env'), `${lines.join('\n')}\n`);
}

/** A reader sees the old file or the new one, never half of it. */
function writeWhole(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
