import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureOwnProgram, ensureRegistry, ensureTelemetrygen } from '../../scripts/setup/binaries.ts';
import { contentHash, withLock } from '../../scripts/setup/cache.ts';
import { ensureCollector } from '../../scripts/setup/collectors.ts';
import { attempt, run, succeeds } from '../../scripts/setup/command.ts';
import { repository, type SetupContext } from '../../scripts/setup/context.ts';
import { together } from '../../scripts/setup/together.ts';
import { ensurePki, type Pki } from './pki.ts';

/** Tags of the images in the container engine, and the authority that the collector's trusts. */
export interface LocalImages {
  pki: Pki;
  collector: string;
  telemetrygen: string;
  app: string;
  /** The data plane of load balancers. */
  forwarder: string;
  registry: string;
}

/** An image with nothing in it but static binaries and a few files. */
interface Recipe {
  name: string;
  /** Target path in the image to file on this machine. */
  files: Record<string, string>;
  /** Dockerfile instructions: https://docs.docker.com/reference/cli/docker/image/import/ */
  changes: string[];
  /** Tells whether the image at hand is the wanted one. */
  hash: string;
}

/** Makes every image that is not there yet; with warm caches this only asks the engine for their tags. */
export async function ensureImages(context: SetupContext): Promise<LocalImages> {
  const [collector, telemetrygen, registry, app, forwarder, pki] = await together<
    [string, string, string, string, string, Pki]
  >(context, [
    ensureCollector,
    ensureTelemetrygen,
    ensureRegistry,
    (each) => ensureOwnProgram(each, ownSource('app')),
    (each) => ensureOwnProgram(each, ownSource('forwarder')),
    ensurePki,
  ]);
  return {
    pki,
    collector: await ensureImage(context, collectorRecipe(collector, pki)),
    telemetrygen: await ensureImage(context, program('telemetrygen', telemetrygen, ['traces', '--help'])),
    app: await ensureImage(context, program('app', app, [])),
    forwarder: await ensureImage(context, program('forwarder', forwarder, [])),
    registry: await ensureImage(context, registryRecipe(registry)),
  };
}

function ownSource(name: string): string {
  return path.join(repository, 'local', 'images', name, 'main.go');
}

/** The collector that trusts the local authority and no other: nothing of this cloud leaves the machine. */
function collectorRecipe(binary: string, pki: Pki): Recipe {
  return recipe('otelcol-local', pki.hash, {
    files: { otelcol: binary, 'etc/ssl/certs/ca-certificates.crt': pki.ca },
    changes: ['ENTRYPOINT ["/otelcol"]', 'CMD ["--config", "/etc/otelcol/config.yaml"]'],
  });
}

function registryRecipe(binary: string): Recipe {
  const config = path.join(repository, 'local', 'images', 'registry-config.yaml');
  return recipe('registry', readFileSync(config, 'utf8'), {
    files: { registry: binary, 'etc/registry.yaml': config },
    changes: [
      'ENTRYPOINT ["/registry"]',
      'CMD ["serve", "/etc/registry.yaml"]',
      'ENV OTEL_TRACES_EXPORTER=none',
    ],
  });
}

function program(name: string, binary: string, defaults: string[]): Recipe {
  return recipe(name, '', {
    files: { [name]: binary },
    changes: [`ENTRYPOINT ["/${name}"]`, `CMD ${JSON.stringify(defaults)}`],
  });
}

/** The first file is a binary of the cache, whose folder's name says what it is made from. */
function recipe(name: string, salt: string, parts: Pick<Recipe, 'files' | 'changes'>): Recipe {
  const origin = path.basename(path.dirname(Object.values(parts.files)[0] ?? ''));
  return {
    name,
    ...parts,
    hash: contentHash(origin, salt, JSON.stringify([Object.keys(parts.files), parts.changes])),
  };
}

async function ensureImage(context: SetupContext, wanted: Recipe): Promise<string> {
  const tag = `ecs-tail-sampling/${wanted.name}:${wanted.hash}`;
  const present = () => succeeds('docker', ['image', 'inspect', tag]);
  if (await present()) return tag;
  return withLock(context, `image-${wanted.name}`, async () => {
    if (await present()) return tag;
    await context.progress.step(`making the image ${wanted.name}`, () => importImage(context, wanted, tag));
    return tag;
  });
}

/** `docker import` of a folder: needs neither a base image nor a builder. */
async function importImage(context: SetupContext, wanted: Recipe, tag: string): Promise<void> {
  const parent = path.join(context.cacheDir, 'tmp');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, 'image-'));
  try {
    const rootfs = path.join(folder, 'rootfs');
    mkdirSync(path.join(rootfs, 'tmp'), { recursive: true });
    chmodSync(rootfs, 0o755);
    chmodSync(path.join(rootfs, 'tmp'), 0o1777);
    for (const [target, source] of Object.entries(wanted.files)) {
      mkdirSync(path.dirname(path.join(rootfs, target)), { recursive: true });
      copyFileSync(source, path.join(rootfs, target));
    }
    const archive = path.join(folder, 'rootfs.tar');
    await run('tar', ['--create', '--file', archive, '--owner=0', '--group=0', '--directory', rootfs, '.']);
    const changes = wanted.changes.flatMap((change) => ['--change', change]);
    await run('docker', ['import', ...changes, archive, tag], { signal: context.signal });
  } catch (error) {
    await attempt('docker', ['rmi', tag]);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
