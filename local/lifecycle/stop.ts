import { withLock } from '../../scripts/setup/cache.ts';
import { cleanUp } from './clean-up.ts';
import { type CloudOptions, contextOf, lockName, stateDirOf } from './options.ts';

/** Removes a cloud with every container, network, process and file it made. Nothing to remove is fine. */
export async function stopCloud(options: Omit<CloudOptions, 'name'> = {}): Promise<void> {
  const context = contextOf(options);
  const stateDir = stateDirOf(options);
  await withLock(context, lockName(stateDir), async () => {
    const found = await cleanUp(context, stateDir);
    context.progress.note(found ? 'the local cloud is gone' : 'no local cloud is running');
  });
}
