import { chmodSync, copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ensureBinary, goInstall, inTemporaryFolder, recipe } from './binaries.ts';
import { contentHash } from './cache.ts';
import { run } from './command.ts';
import { repository, type SetupContext } from './context.ts';
import { buildFlags, ensureGo, goEnvironment } from './go.ts';
import { extractProgram } from './public-image.ts';

/** A collector of one version. */
interface Build {
  /** Kind in the cache. */
  kind: string;
  /** Folder with manifest.yaml, go.mod and go.sum. */
  sources: string;
  /** Of the builder and of the published distribution. */
  version: string;
  /** What is said while it is built. */
  patience: string;
}

const newest: Build = {
  kind: 'collector',
  sources: path.join(repository, 'local', 'collector'),
  version: '0.158.0',
  patience: 'building the collector (first time: 6 to 15 minutes)',
};

const oldest: Build = {
  kind: 'collector-oldest',
  sources: path.join(repository, 'local', 'collector-oldest'),
  version: '0.152.0',
  patience: 'building the oldest collector that is proven (first time: 4 to 10 minutes)',
};

/** The collector as a static binary: taken from its image, or built by its manifest (6 to 15 minutes, once). */
export function ensureCollector(context: SetupContext): Promise<string> {
  return ensure(context, newest);
}

/** The oldest collector that the shipped configs are proven with, likewise; for tests that start it as a process. */
export function ensureOldestCollector(context: SetupContext): Promise<string> {
  return ensure(context, oldest);
}

async function ensure(context: SetupContext, build: Build): Promise<string> {
  const sources = ['manifest.yaml', 'go.mod', 'go.sum'].map((name) =>
    readFileSync(path.join(build.sources, name)),
  );
  const hash = contentHash(recipe, process.arch, builderOf(build), ...sources);
  return ensureBinary(context, { kind: build.kind, hash }, 'otelcol', async (binary) => {
    const image = `docker.io/otel/opentelemetry-collector-contrib:${build.version}`;
    if (await extractProgram(context, { image, path: '/otelcol-contrib' }, binary)) {
      if (await hasEveryComponent(binary, build)) return;
      context.progress.note(`${image} lacks a component of the manifest: building`);
    }
    await context.progress.step(build.patience, () => buildCollector(context, build, binary));
    if (!(await hasEveryComponent(binary, build)))
      throw new Error('the collector just built lacks a component of its manifest');
  });
}

function builderOf({ version }: Build): string {
  return `go.opentelemetry.io/collector/cmd/builder@v${version}`;
}

/**
 * The builder writes the sources; go.mod and go.sum beside the manifest say exactly which modules they are built
 * from. They are committed because the builder's own download step asks for every module of every platform and fails
 * on one for Windows that the module proxy lacks; building for Linux never needs it.
 */
async function buildCollector(context: SetupContext, build: Build, binary: string): Promise<void> {
  const go = await ensureGo(context);
  await inTemporaryFolder(context, async (folder) => {
    const ocb = path.join(folder, 'ocb');
    await goInstall(context, builderOf(build), ocb);
    chmodSync(ocb, 0o755);
    const manifest = path.join(build.sources, 'manifest.yaml');
    const generate = ['--config', manifest, '--skip-compilation', '--skip-get-modules'];
    await run(ocb, generate, { cwd: folder, env: goEnvironment(), signal: context.signal });
    const sources = path.join(folder, 'build');
    for (const name of ['go.mod', 'go.sum'])
      copyFileSync(path.join(build.sources, name), path.join(sources, name));
    const args = ['build', '-mod=readonly', ...buildFlags, '-o', binary, '.'];
    await run(go.command, args, { cwd: sources, env: goEnvironment(), signal: context.signal });
  });
}

/** Asks the binary itself: each module of the manifest, in that minor version, among its components. */
async function hasEveryComponent(binary: string, { sources }: Build): Promise<boolean> {
  const manifest = readFileSync(path.join(sources, 'manifest.yaml'), 'utf8');
  const wanted = [...manifest.matchAll(/gomod: (\S+ v\d+\.\d+\.)\d+/g)].map((match) => match[1] ?? '');
  const components = (await run(binary, ['components'])).stdout;
  return wanted.length > 0 && wanted.every((module) => components.includes(`module: ${module}`));
}
