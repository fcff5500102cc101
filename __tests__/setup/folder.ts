import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from '@jest/globals';
import { createContext, type SetupContext } from '../../scripts/setup/context.ts';
import { silentProgress } from '../../scripts/setup/progress.ts';

/** A folder for each test of a file, removed after it. */
export function temporaryFolder(): () => string {
  let folder: string | undefined;
  afterEach(() => {
    if (folder) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
  });
  return () => {
    folder ??= mkdtempSync(path.join(tmpdir(), 'setup-'));
    return folder;
  };
}

export function contextIn(folder: string, overrides: Partial<SetupContext> = {}): SetupContext {
  return createContext({ cacheDir: path.join(folder, 'cache'), progress: silentProgress, ...overrides });
}

/** Puts commands made of shell script in front of the PATH. @returns what undoes it */
export function fakeCommands(folder: string, scripts: Record<string, string>): () => void {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
  const before = process.env['PATH'];
  process.env['PATH'] = `${bin}${path.delimiter}/usr/bin${path.delimiter}/bin`;
  return () => {
    process.env['PATH'] = before;
  };
}
