import { existsSync, rmSync } from 'node:fs';
import { attempt, succeeds } from '../../scripts/setup/command.ts';
import type { SetupContext } from '../../scripts/setup/context.ts';
import { acquireEngine, engineAnswers, releaseEngine } from '../../scripts/setup/engine.ts';
import { removeAll } from './docker.ts';
import { stopEmulator } from './emulator.ts';
import { namesOf } from './network.ts';
import { readState } from './state.ts';

/** Removes whatever a state folder and the labels of containers say is there. @returns whether there was anything */
export async function cleanUp(context: SetupContext, stateDir: string): Promise<boolean> {
  const state = readState(stateDir);
  // First the one that makes new containers.
  const ended = await stopEmulator(stateDir, state?.emulator);
  const removed = await removeContainers(context, stateDir, state?.name, state?.published ?? []);
  const existed = existsSync(stateDir);
  await removeFolder(stateDir);
  if (removed !== undefined) await releaseEngine(context, stateDir);
  return ended || existed || (removed ?? 0) > 0;
}

/** @returns how many clouds' containers were removed; undefined when no engine runs */
async function removeContainers(
  context: SetupContext,
  stateDir: string,
  name: string | undefined,
  published: string[],
): Promise<number | undefined> {
  if (!(await engineAnswers())) {
    // Containers of ours may be left in an engine that was stopped hard; without a state folder there are none.
    if (!existsSync(stateDir) || !(await succeeds('docker', ['--version']))) return undefined;
    await acquireEngine(context, stateDir);
  }
  const names = new Set(await namesOf(stateDir));
  if (name !== undefined && published.length > 0) names.add(name);
  for (const each of names) await removeAll(each);
  if (published.length > 0) await attempt('docker', ['rmi', ...published]);
  return names.size;
}

/** Containers run as root and leave files that only root may remove; the engine can do what this user may not. */
async function removeFolder(stateDir: string): Promise<void> {
  try {
    rmSync(stateDir, { recursive: true, force: true });
  } catch (error) {
    const images = await attempt('docker', [
      'image',
      'ls',
      '--format',
      '{{.Repository}}:{{.Tag}}',
      'ecs-tail-sampling/app',
    ]);
    const image = images.stdout.split('\n')[0];
    if (!image) throw error;
    await attempt('docker', ['run', '--rm', '--volume', `${stateDir}:/state`, image, '-clear', '/state']);
    rmSync(stateDir, { recursive: true, force: true });
  }
}
