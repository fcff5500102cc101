import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type CacheEntry, cached, contentHash, entryDir, isCached } from './cache.ts';
import { run } from './command.ts';
import { repository, type SetupContext } from './context.ts';
import { buildFlags, ensureGo, goEnvironment } from './go.ts';
import { extractProgram, type PublishedProgram } from './public-image.ts';

/** Raised when a change of the recipe below changes what it makes. */
export const recipe = '1';

const published = {
  telemetrygen: {
    image: 'ghcr.io/open-telemetry/opentelemetry-collector-contrib/telemetrygen:v0.161.0',
    path: '/telemetrygen',
  },
  registry: { image: 'docker.io/library/registry:3.1.2', path: '/bin/registry' },
} satisfies Record<string, PublishedProgram>;

const modules = {
  telemetrygen: 'github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen@v0.161.0',
  registry: 'github.com/distribution/distribution/v3/cmd/registry@v3.1.2',
};

export function ensureTelemetrygen(context: SetupContext): Promise<string> {
  return ensureModule(context, 'telemetrygen');
}

export function ensureRegistry(context: SetupContext): Promise<string> {
  return ensureModule(context, 'registry');
}

/** A small program of this repository: one Go file, standard library only. */
export async function ensureOwnProgram(context: SetupContext, source: string): Promise<string> {
  const name = path.basename(path.dirname(source));
  const entry = { kind: name, hash: contentHash(process.arch, readFileSync(source)) };
  return ensureBinary(context, entry, name, async (binary) => {
    const go = await ensureGo(context);
    const args = ['build', ...buildFlags, '-o', binary, source];
    await context.progress.step(`building ${path.relative(repository, source)}`, () =>
      run(go.command, args, { env: goEnvironment(), cwd: path.dirname(source), signal: context.signal }),
    );
  });
}

async function ensureModule(context: SetupContext, name: keyof typeof modules): Promise<string> {
  const entry = { kind: name, hash: contentHash(recipe, process.arch, modules[name]) };
  return ensureBinary(context, entry, name, async (binary) => {
    if (await extractProgram(context, published[name], binary)) return;
    await context.progress.step(`building ${name} (first time: about a minute)`, () =>
      goInstall(context, modules[name], binary),
    );
  });
}

/** The binary of an entry of the cache, made when it is not there yet. */
export async function ensureBinary(
  context: SetupContext,
  entry: CacheEntry,
  name: string,
  make: (binary: string) => Promise<void>,
): Promise<string> {
  const binary = path.join(entryDir(context, entry), name);
  if (!isCached(context, entry)) {
    await cached(context, entry, async () => {
      await make(binary);
      chmodSync(binary, 0o755);
    });
  }
  return binary;
}

/** `go install package@version`, through the module proxy and against the public checksum database. */
export async function goInstall(context: SetupContext, module: string, binary: string): Promise<void> {
  const go = await ensureGo(context);
  await inTemporaryFolder(context, async (folder) => {
    const env = goEnvironment({ GOBIN: folder });
    await run(go.command, ['install', ...buildFlags, module], { env, signal: context.signal });
    const program = module.split('@')[0]?.split('/').at(-1) ?? '';
    copyFileSync(path.join(folder, program), binary);
  });
}

export async function inTemporaryFolder<T>(
  context: SetupContext,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const parent = path.join(context.cacheDir, 'tmp');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, 'build-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
