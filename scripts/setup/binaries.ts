import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type CacheEntry, cached, contentHash, entryDir, isCached } from './cache.ts';
import { run } from './command.ts';
import { repository, type SetupContext } from './context.ts';
import { buildFlags, ensureGo, goEnvironment } from './go.ts';
import { extractProgram, type PublishedProgram } from './public-image.ts';

const builder = 'go.opentelemetry.io/collector/cmd/builder@v0.158.0';
/** Raised when a change of the recipe below changes what it makes. */
const recipe = '1';

const published = {
  collector: { image: 'docker.io/otel/opentelemetry-collector-contrib:0.158.0', path: '/otelcol-contrib' },
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

const collectorSources = path.join(repository, 'local', 'collector');

/** The collector as a static binary: taken from its image, or built by its manifest (6 to 15 minutes, once). */
export async function ensureCollector(context: SetupContext): Promise<string> {
  const sources = ['manifest.yaml', 'go.mod', 'go.sum'].map((name) =>
    readFileSync(path.join(collectorSources, name)),
  );
  const entry = { kind: 'collector', hash: contentHash(recipe, process.arch, builder, ...sources) };
  return ensureBinary(context, entry, 'otelcol', async (binary) => {
    if (await extractProgram(context, published.collector, binary)) {
      if (await hasEveryComponent(binary)) return;
      context.progress.note(`${published.collector.image} lacks a component of the manifest: building`);
    }
    await context.progress.step('building the collector (first time: 6 to 15 minutes)', () =>
      buildCollector(context, binary),
    );
    if (!(await hasEveryComponent(binary)))
      throw new Error('the collector just built lacks a component of its manifest');
  });
}

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

async function ensureBinary(
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
async function goInstall(context: SetupContext, module: string, binary: string): Promise<void> {
  const go = await ensureGo(context);
  await inTemporaryFolder(context, async (folder) => {
    const env = goEnvironment({ GOBIN: folder });
    await run(go.command, ['install', ...buildFlags, module], { env, signal: context.signal });
    const program = module.split('@')[0]?.split('/').at(-1) ?? '';
    copyFileSync(path.join(folder, program), binary);
  });
}

/**
 * The builder writes the sources; go.mod and go.sum beside the manifest say exactly which modules they are built
 * from. They are committed because the builder's own download step asks for every module of every platform and fails
 * on one for Windows that the module proxy lacks; building for Linux never needs it.
 */
async function buildCollector(context: SetupContext, binary: string): Promise<void> {
  const go = await ensureGo(context);
  await inTemporaryFolder(context, async (folder) => {
    const ocb = path.join(folder, 'ocb');
    await goInstall(context, builder, ocb);
    chmodSync(ocb, 0o755);
    const manifest = path.join(collectorSources, 'manifest.yaml');
    const generate = ['--config', manifest, '--skip-compilation', '--skip-get-modules'];
    await run(ocb, generate, { cwd: folder, env: goEnvironment(), signal: context.signal });
    const sources = path.join(folder, 'build');
    for (const name of ['go.mod', 'go.sum'])
      copyFileSync(path.join(collectorSources, name), path.join(sources, name));
    const args = ['build', '-mod=readonly', ...buildFlags, '-o', binary, '.'];
    await run(go.command, args, { cwd: sources, env: goEnvironment(), signal: context.signal });
  });
}

async function inTemporaryFolder<T>(context: SetupContext, work: (folder: string) => Promise<T>): Promise<T> {
  const parent = path.join(context.cacheDir, 'tmp');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, 'build-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Asks the binary itself: each module of the manifest, in that version, among its components. */
async function hasEveryComponent(binary: string): Promise<boolean> {
  const manifest = readFileSync(path.join(collectorSources, 'manifest.yaml'), 'utf8');
  const wanted = [...manifest.matchAll(/gomod: (\S+ v\S+)/g)].map((match) => match[1] ?? '');
  const components = (await run(binary, ['components'])).stdout;
  return wanted.length > 0 && wanted.every((module) => components.includes(`module: ${module}`));
}
