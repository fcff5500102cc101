import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { attempt, run } from '../../scripts/setup/command.ts';
import type { SetupContext } from '../../scripts/setup/context.ts';
import { cloudLabel, docker, dockerLines, labelArguments, type Ownership, registryLabel } from './docker.ts';
import { freePort } from './ports.ts';
import { waitFor } from './wait.ts';

const usualPort = 5050;

/**
 * The registry that tasks pull from, on the loopback interface. Its blobs are kept in the cache, and its port is the
 * same where possible: the engine then knows what is there and does not send 170 MB again.
 * @returns its address: `127.0.0.1:<port>`
 */
export async function startRegistry(
  context: SetupContext,
  owner: Ownership,
  options: { image: string; network: string },
): Promise<string> {
  const blobs = path.join(context.cacheDir, 'registry-blobs');
  mkdirSync(blobs, { recursive: true });
  const address = `127.0.0.1:${await freePort(usualPort)}`;
  const name = ['--name', `${owner.name}-registry`, '--network', options.network, ...labelArguments(owner)];
  const label = ['--label', `${registryLabel}=${address}`];
  const access = ['--publish', `${address}:5000`, '--volume', `${blobs}:/var/lib/registry`, ...asThisUser()];
  await docker(['run', '--detach', ...name, ...label, ...access, options.image]);
  await waitFor(
    async () => {
      const answer = await fetch(`http://${address}/v2/`).catch(() => undefined);
      return answer?.ok ? true : undefined;
    },
    { what: 'the registry answers', deadlineSeconds: 30, signal: context.signal },
  );
  return address;
}

/** Puts an image into the registry. @returns its reference by digest, which is what a task definition should name */
export async function publish(context: SetupContext, image: string, registry: string): Promise<string> {
  const reference = `${registry}/${image.split('/').at(-1)}`;
  const repository = reference.slice(0, reference.lastIndexOf(':'));
  await docker(['tag', image, reference]);
  await run('docker', ['push', '--quiet', reference], { signal: context.signal });
  const digests = await dockerLines([
    'image',
    'inspect',
    '--format',
    '{{range .RepoDigests}}{{println .}}{{end}}',
    image,
  ]);
  const found = digests.find((digest) => digest.startsWith(`${repository}@sha256:`));
  if (!found) throw new Error(`the registry gave no digest for ${reference}`);
  return found;
}

/** Takes a cloud's references out of the engine's list of images; to be called before its containers are removed. */
export async function forgetReferences(cloud: string): Promise<void> {
  const filter = ['--filter', `label=${cloudLabel}=${cloud}`, '--filter', `label=${registryLabel}`];
  const registries = await dockerLines(['ps', '-a', ...filter, '--format', `{{.Label "${registryLabel}"}}`]);
  const references = await dockerLines(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}']);
  const own = references.filter((reference) =>
    registries.some((registry) => reference.startsWith(`${registry}/`)),
  );
  if (own.length > 0) await attempt('docker', ['rmi', '--force', ...own]);
}

/** Files written through a mounted folder then belong to whoever runs this. */
export function asThisUser(): string[] {
  return process.getuid && process.getgid ? ['--user', `${process.getuid()}:${process.getgid()}`] : [];
}
