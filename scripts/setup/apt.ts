import { attempt, run, succeeds } from './command.ts';
import { type SetupContext, SetupError } from './context.ts';

/** Whether packages can be installed here without asking anyone: root on Debian or Ubuntu. */
export async function canInstall(): Promise<boolean> {
  return process.getuid?.() === 0 && (await succeeds('apt-get', ['--version']));
}

/** Installs those of the packages that the distribution has. @throws SetupError with the list when that fails */
export async function installPackages(context: SetupContext, packages: string[], why: string): Promise<void> {
  const options = {
    signal: context.signal,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  await context.progress.step(`installing ${packages.join(', ')} (${why})`, async () => {
    await attempt('apt-get', ['update', '-q'], options); // a stale list may do, the next line decides
    const known = await onlyKnown(packages);
    try {
      await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...known], options);
    } catch (error) {
      context.signal?.throwIfAborted();
      throw new SetupError(
        `apt-get could not install ${packages.join(' ')} (${why}): install them yourself`,
        {
          cause: error,
        },
      );
    }
  });
}

/** Names differ between releases: since Debian 13 the Docker client is a package of its own. */
async function onlyKnown(packages: string[]): Promise<string[]> {
  const known = await Promise.all(
    packages.map(async (name) =>
      /Candidate: [^(]/.test((await attempt('apt-cache', ['policy', name])).stdout),
    ),
  );
  return packages.filter((_name, index) => known[index]);
}
