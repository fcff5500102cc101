import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { paceOf, startCloud, stopCloud } from '../../local/cloud.ts';
import { ensureTelemetrygen } from '../setup/binaries.ts';
import { ensureCollector, ensureOldestCollector } from '../setup/collectors.ts';
import { createContext } from '../setup/context.ts';
import { acquireEngine } from '../setup/engine.ts';
import { ensureGo } from '../setup/go.ts';
import { ensureAwsCli, ensureCfnLint, ensureCheckov, ensurePython } from '../setup/python.ts';
import { checkov } from './checkov.ts';
import { asOneTest, jest, pytest, root, tool } from './commands.ts';
import { type Outcome, sum } from './outcome.ts';
import { wireOutcome } from './wire-reports.ts';

export interface Check {
  name: string;
  what: string;
  run: (signal: AbortSignal) => Promise<Outcome>;
}

/** In this order: what fails fastest comes first. Each sets up what it needs. */
export const checks: readonly Check[] = [
  command('format', 'formatting and lint of TypeScript and JSON (biome)', 'biome', [
    'ci',
    '--error-on-warnings',
  ]),
  command('types', 'strict TypeScript', 'tsc', ['-p', 'tsconfig.json']),
  command('boundaries', 'dependencies point one way (dependency-cruiser)', 'depcruise', ['src', '--config']),
  command('generated', 'action.yml files, tables and schema are what the sources say', 'node', [
    'scripts/generate.ts',
    '--check',
  ]),
  command('bundle', 'dist/ is what the sources say, byte for byte', 'node', ['scripts/bundle.ts', '--check']),
  {
    name: 'template',
    what: 'templates (cfn-lint, checkov)',
    run: templates,
  },
  command('rights', "what AWS's references say of rights is what the lists are compared with", 'node', [
    'scripts/rights-data.ts',
    '--check',
  ]),
  {
    name: 'unit',
    what: 'tables, parsers, the bundle as a process',
    run: (signal) => jest('unit', { signal }),
  },
  {
    name: 'collector',
    what: 'the shipped configs on the real collector',
    run: async (signal) => jest('collector', { signal, environment: await binaries(signal) }),
  },
  {
    name: 'extension',
    what: "the emulator's extension, behaviour by behaviour (pytest)",
    run: (signal) => withWireReports(() => extension(signal)),
  },
  {
    name: 'cloud',
    what: 'the main job on the local cloud',
    run: (signal) => withWireReports(() => onLocalCloud('local-cloud', signal)),
  },
  {
    name: 'cases',
    what: 'rights, faults and interruptions on the local cloud',
    run: (signal) => withWireReports(() => onLocalCloud('cases', signal)),
  },
];

function command(name: string, what: string, program: string, args: readonly string[]): Check {
  return { name, what, run: (signal) => asOneTest(tool(program), args, { signal }) };
}

async function templates(signal: AbortSignal): Promise<Outcome> {
  const context = createContext({ signal });
  const linted = await asOneTest(await ensureCfnLint(context), [], { signal });
  return sum([linted, await checkov(await ensureCheckov(context), signal)]);
}

async function binaries(signal: AbortSignal): Promise<Record<string, string>> {
  const context = createContext({ signal });
  return {
    ECS_TAIL_SAMPLING_COLLECTOR: await ensureCollector(context),
    ECS_TAIL_SAMPLING_COLLECTOR_OLDEST: await ensureOldestCollector(context),
    ECS_TAIL_SAMPLING_TELEMETRYGEN: await ensureTelemetrygen(context),
  };
}

async function extension(signal: AbortSignal): Promise<Outcome> {
  const context = createContext({ signal });
  const { python } = await ensurePython(context);
  const go = await ensureGo(context);
  const engine = await acquireEngine(context, path.join(root, 'local/tests'));
  try {
    // The tests build their small programs with `go`, which may be the one of the cache.
    const folders = [
      process.env['PATH'] ?? '',
      ...(path.isAbsolute(go.command) ? [path.dirname(go.command)] : []),
    ];
    const environment = {
      PYTHONPATH: path.join(root, 'local'),
      PATH: folders.reverse().join(path.delimiter),
    };
    return await pytest(python, 'local/tests', { signal, environment });
  } finally {
    await engine.release();
  }
}

/**
 * What the emulators that a check starts have seen counts as one test more. An emulator writes its last report when it
 * ends, into a folder that outlives it.
 */
async function withWireReports(check: () => Promise<Outcome>): Promise<Outcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'wire-'));
  process.env['LOCAL_WIRE_REPORTS'] = folder;
  try {
    return sum([await check(), wireOutcome(folder)]);
  } finally {
    delete process.env['LOCAL_WIRE_REPORTS'];
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One cloud of its own for all of these tests, so that a developer's stays as it is, and a look at what they left. */
async function onLocalCloud(project: string, signal: AbortSignal): Promise<Outcome> {
  const stateDir = mkdtempSync(path.join(tmpdir(), 'cloud-'));
  const options = { stateDir, name: 'ecs-tail-sampling-test' };
  try {
    await startCloud({ ...options, signal });
    // Here, since a test that installs it may run out of its time.
    if (project === 'cases') await ensureAwsCli(createContext({ signal }));
    const environment = { LOCAL_STATE_DIR: stateDir };
    // At AWS's pace the others' patience would not do: they look at faults, which are no slower there.
    const only = paceOf() === 'aws' && project === 'local-cloud' ? ['main-job'] : [];
    return sum([
      await jest(project, { signal, environment }, only),
      ...(project === 'cases' ? [await jest('cases-afterwards', { signal, environment })] : []),
      await jest('afterwards', { signal, environment }),
    ]);
  } finally {
    await stopCloud(options);
    rmSync(stateDir, { recursive: true, force: true });
  }
}
