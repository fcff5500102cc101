import { existsSync, rmSync } from 'node:fs';
import { attempt } from '../../scripts/setup/command.ts';
import { type SetupContext, SetupError } from '../../scripts/setup/context.ts';
import { acquireEngine, engineAnswers, releaseEngine } from '../../scripts/setup/engine.ts';
import { removeAll } from './docker.ts';
import { stopEmulator } from './emulator.ts';
import { namesOf } from './network.ts';
import { forgetReferences } from './registry.ts';
import { readState } from './state.ts';

/** Removes whatever a state folder and the labels of containers say is there. @returns whether there was anything */
export async function cleanUp(context: SetupContext, stateDir: string): Promise<boolean> {
  const state = readState(stateDir);
  // First the one that makes new containers.
  const ended = await stopEmulator(stateDir, state?.emulator);
  const removed = await removeContainers(context, stateDir, state?.emulator && state.name);
  const existed = existsSync(stateDir);
  await removeFolder(stateDir);
  if (removed !== undefined) await releaseEngine(context, stateDir);
  return ended || existed || (removed ?? 0) > 0;
}

/** @returns how many clouds' containers were removed; undefined when no engine runs */
async function removeContainers(
  context: SetupContext,
  stateDir: string,
  recorded: string | undefined,
): Promise<number | undefined> {
  if (!(await engineAnswers()) && !(recorded && (await revived(context, stateDir)))) return undefined;
  const names = new Set(await namesOf(stateDir));
  if (recorded) names.add(recorded);
  for (const name of names) {
    await forgetReferences(name);
    await removeAll(name);
  }
  return names.size;
}

/** An engine that was stopped hard under a running cloud still holds its containers. */
async function revived(context: SetupContext, stateDir: string): Promise<boolean> {
  try {
    await acquireEngine(context, stateDir);
    return true;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    context.progress.note(
      'no container engine runs: what it holds of this cloud goes with the next local:down',
    );
    return false;
  }
}

/** Containers run as root and leave files that only root may remove; the engine can do what this user may not. */
async function removeFolder(stateDir: string): Promise<void> {
  try {
    rmSync(stateDir, { recursive: true, force: true });
  } catch (error) {
    const listing = ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', 'ecs-tail-sampling/app'];
    const image = (await attempt('docker', listing)).stdout.split('\n')[0];
    if (!image) throw error;
    await attempt('docker', ['run', '--rm', '--volume', `${stateDir}:/state`, image, '-clear', '/state']);
    rmSync(stateDir, { recursive: true, force: true });
  }
}
