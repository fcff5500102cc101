import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'yaml';

const root = path.resolve(import.meta.dirname, '..');

export interface ActionRun {
  exitCode: number;
  /** What GITHUB_OUTPUT held. */
  outputs: Record<string, string>;
  /** What GITHUB_STEP_SUMMARY held. */
  summary: string;
  /** The log as a reader of the workflow sees it: commands carried out, masked values starred. */
  log: string;
  seconds: number;
}

export interface ActionOptions {
  /** Values of `with:`, by input name. */
  inputs: Record<string, string>;
  /** GITHUB_WORKSPACE and working folder. */
  workspace: string;
  /** Environment of the job: AWS credentials, region, endpoint. */
  environment: Record<string, string>;
  /** Called with each line of the log as it comes. */
  onLine?: (line: string) => void;
  /** Interrupts the process as a cancelled workflow does. */
  signal?: AbortSignal;
}

/**
 * Runs an action of this repository in a process of its own, as GitHub's runner does: `runs.main` of its
 * `action.yml`, inputs as `INPUT_*` with the defaults filled in, files for outputs and summary, workflow
 * commands taken from the log and carried out.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 * @param folder the action's folder: `deploy`, or `.` for the root
 * @throws Error when `with:` names an input that the action does not have
 */
export async function runAction(folder: string, options: ActionOptions): Promise<ActionRun> {
  const action = readAction(folder);
  const files = mkdtempSync(path.join(tmpdir(), 'runner-'));
  const outputFile = path.join(files, 'output');
  const summaryFile = path.join(files, 'summary');
  for (const file of [outputFile, summaryFile]) writeFileSync(file, '');
  const started = Date.now();
  try {
    const child = spawn(process.execPath, [entryOf(folder, action)], {
      cwd: options.workspace,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ...options.environment,
        ...inputVariables(action, options.inputs),
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: options.workspace,
        GITHUB_OUTPUT: outputFile,
        GITHUB_STEP_SUMMARY: summaryFile,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const interrupt = () => child.kill('SIGINT');
    options.signal?.addEventListener('abort', interrupt, { once: true });
    const log = new RunnerLog(options.onLine);
    const exit = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 128)));
    await Promise.all([child.stdout, child.stderr].map((stream) => log.follow(createInterface(stream))));
    const exitCode = await exit;
    options.signal?.removeEventListener('abort', interrupt);
    return {
      exitCode,
      outputs: parseOutputs(readFileSync(outputFile, 'utf8')),
      summary: readFileSync(summaryFile, 'utf8'),
      log: log.text(),
      seconds: (Date.now() - started) / 1000,
    };
  } finally {
    rmSync(files, { recursive: true, force: true });
  }
}

/** The bundle, as GitHub would run it; the sources instead while somebody works on them. */
function entryOf(folder: string, action: Action): string {
  const entry = process.env['ECS_TAIL_SAMPLING_ENTRY'];
  return entry ? path.resolve(root, entry) : path.join(root, folder, action.main);
}

interface Action {
  main: string;
  inputs: Record<string, { default?: string }>;
}

function readAction(folder: string): Action {
  const file = parse(readFileSync(path.join(root, folder, 'action.yml'), 'utf8')) as {
    runs: { main: string };
    inputs: Action['inputs'];
  };
  return { main: file.runs.main, inputs: file.inputs };
}

/** The runner sets a variable for every input, empty where nothing was given. */
function inputVariables(action: Action, given: Record<string, string>): Record<string, string> {
  const unknown = Object.keys(given).filter((name) => !(name in action.inputs));
  if (unknown.length > 0) throw new Error(`the action has no input ${unknown.join(', ')}`);
  return Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      given[name] ?? input.default ?? '',
    ]),
  );
}

/** Carries out `::command::` lines and keeps the rest. */
class RunnerLog {
  readonly #lines: string[] = [];
  readonly #masks: string[] = [];
  readonly #onLine: ((line: string) => void) | undefined;

  constructor(onLine: ((line: string) => void) | undefined) {
    this.#onLine = onLine;
  }

  async follow(lines: AsyncIterable<string>): Promise<void> {
    for await (const line of lines) this.#take(line);
  }

  text(): string {
    return this.#lines.join('\n');
  }

  #take(line: string): void {
    const command = /^::([a-z-]+)(?: [^:]*)?::(.*)$/.exec(line);
    const [, name, data] = command ?? [];
    if (name === 'add-mask') this.#masks.push(unescapeData(data ?? ''));
    else if (name === 'group') this.#add(`▸ ${unescapeData(data ?? '')}`);
    else if (name === 'error' || name === 'warning' || name === 'notice') {
      for (const part of unescapeData(data ?? '').split('\n')) this.#add(`${name}: ${part}`);
    } else if (name !== 'endgroup' && name !== 'debug') this.#add(line);
  }

  #add(line: string): void {
    const masked = this.#masks.reduce((text, secret) => text.replaceAll(secret, '***'), line);
    this.#lines.push(masked);
    this.#onLine?.(masked);
  }
}

const unescapeData = (data: string) =>
  data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');

/** `name<<DELIMITER`, lines of the value, `DELIMITER`. */
function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const [, name, delimiter] = /^([^=<]+)<<(.+)$/.exec(lines[index] ?? '') ?? [];
    if (!name || !delimiter) continue;
    const end = lines.indexOf(delimiter, index + 1);
    outputs[name] = lines.slice(index + 1, end).join('\n');
    index = end;
  }
  return outputs;
}
