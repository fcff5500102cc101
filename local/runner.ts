import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'yaml';
import { RunnerFiles } from './runner-files.ts';
import { type ProcessEnd, runProcess } from './runner-process.ts';

const root = path.resolve(import.meta.dirname, '..');

export interface ActionRun extends ProcessEnd {
  /** What GITHUB_OUTPUT held. */
  outputs: Record<string, string>;
  /** What GITHUB_STEP_SUMMARY held. */
  summary: string;
  /** The log as a reader of the workflow sees it: commands carried out, masked values starred. */
  log: string;
  /** Errors that stand on a file, as the pull request shows them; the log has them too. */
  annotations: { file: string; line: number | undefined; message: string }[];
  /** How the action's `post` ended; undefined when it was left out. */
  post: { exitCode: number; seconds: number } | undefined;
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
  /** Cancels the step as a cancelled workflow does: SIGINT, 7.5 s, SIGTERM, 2.5 s, SIGKILL. */
  signal?: AbortSignal;
  /** Kills the step at once. */
  kill?: AbortSignal;
  /** Leaves `post` out, as when the machine of the job is lost. */
  skipPost?: boolean;
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
  const files = new RunnerFiles();
  const log = new RunnerLog(options.onLine);
  type Ending = Pick<ActionOptions, 'signal' | 'kill'>;
  const stage = (program: string, more: Record<string, string>, { signal, kill }: Ending) =>
    runProcess(program, {
      cwd: options.workspace,
      environment: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ...options.environment,
        ...inputVariables(action, options.inputs),
        ...files.variables,
        ...more,
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: options.workspace,
      },
      signal,
      kill,
      follow: (stream) => log.follow(createInterface(stream)),
    });
  try {
    const { main, post } = entriesOf(folder, action);
    const end = await stage(main, {}, options);
    const outputs = files.outputs();
    const isFinished = post === undefined || options.skipPost === true;
    // GitHub runs it at the end of the job, a cancelled one too.
    const after = isFinished ? undefined : await stage(post, files.state(), {});
    return {
      ...end,
      outputs,
      summary: files.summary(),
      log: log.text(),
      annotations: log.annotations,
      post: after && { exitCode: after.exitCode, seconds: after.seconds },
    };
  } finally {
    files.remove();
  }
}

/** The bundle, as GitHub would run it; the sources instead while somebody works on them. */
function entriesOf(folder: string, { main, post }: Action): { main: string; post: string | undefined } {
  const entry = process.env['ECS_TAIL_SAMPLING_ENTRY'];
  const source = entry && path.resolve(root, entry);
  if (source) return { main: source, post: path.join(path.dirname(source), `post${path.extname(source)}`) };
  return { main: path.join(root, folder, main), post: post && path.join(root, folder, post) };
}

interface Action {
  main: string;
  post: string | undefined;
  inputs: Record<string, { default?: string }>;
}

function readAction(folder: string): Action {
  const file = parse(readFileSync(path.join(root, folder, 'action.yml'), 'utf8')) as {
    runs: { main: string; post?: string };
    inputs: Action['inputs'];
  };
  return { main: file.runs.main, post: file.runs.post, inputs: file.inputs };
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
  readonly annotations: ActionRun['annotations'] = [];
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
    const command = /^::([a-z-]+)(?: ([^:]*))?::(.*)$/.exec(line);
    const [, name, properties = '', data] = command ?? [];
    if (name === 'add-mask') this.#masks.push(unescapeData(data ?? ''));
    else if (name === 'group') this.#add(`▸ ${unescapeData(data ?? '')}`);
    else if (name === 'error' && properties.includes('file=')) this.#annotate(properties, data ?? '');
    else if (name === 'error' || name === 'warning' || name === 'notice') {
      for (const part of unescapeData(data ?? '').split('\n')) this.#add(`${name}: ${part}`);
    } else if (name !== 'endgroup' && name !== 'debug') this.#add(line);
  }

  #annotate(properties: string, data: string): void {
    const { file = '', line } = Object.fromEntries(
      properties.split(',').map((property) => property.split('=') as [string, string]),
    );
    const annotation = {
      file,
      line: line === undefined ? undefined : Number(line),
      message: unescapeData(data),
    };
    this.annotations.push(annotation);
    this.#add(`annotation: ${file}${line === undefined ? '' : `:${line}`}: ${annotation.message}`);
  }

  #add(line: string): void {
    const masked = this.#masks.reduce((text, secret) => text.replaceAll(secret, '***'), line);
    this.#lines.push(masked);
    this.#onLine?.(masked);
  }
}

const unescapeData = (data: string) =>
  data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
