import { spawn } from 'node:child_process';

export interface CommandOptions {
  cwd?: string | undefined;
  /** The whole environment of the command; default: ours. */
  env?: NodeJS.ProcessEnv | undefined;
  /** Ends the command with SIGTERM, then SIGKILL, its children included. */
  signal?: AbortSignal | undefined;
  timeoutSeconds?: number | undefined;
}

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** A command that could not be started, failed, or took too long. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly result: CommandResult;

  constructor(summary: string, result: CommandResult) {
    const said = lastLines(result.stderr.trim() || result.stdout.trim(), 15);
    super(said ? `${summary}\n${said}` : summary);
    this.result = result;
  }
}

/** Runs a command to its end. @throws CommandError unless it exits with 0 */
export async function run(
  command: string,
  args: string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const result = await attempt(command, args, options);
  options.signal?.throwIfAborted();
  if (result.code !== 0) throw new CommandError(`${command} ${args.slice(0, 3).join(' ')} failed`, result);
  return result;
}

/** Whether a command can be started and exits with 0. */
export async function succeeds(
  command: string,
  args: string[],
  options: CommandOptions = {},
): Promise<boolean> {
  return (await attempt(command, args, options)).code === 0;
}

/** Runs a command to its end, whatever that is; code 127 when there is no such command, 124 after a timeout. */
export function attempt(
  command: string,
  args: string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  if (options.signal?.aborted) return Promise.resolve({ code: 130, stdout: '', stderr: 'interrupted' });
  return new Promise((resolve) => {
    // A process group of its own, so that ending it ends its children too (go starts many compilers).
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text;
    });
    let timedOut = false;
    const stop = () => endGroup(child.pid);
    const timer = setTimeout(
      () => {
        timedOut = true;
        stop();
      },
      (options.timeoutSeconds ?? 3600) * 1000,
    );
    options.signal?.addEventListener('abort', stop, { once: true });
    const done = (code: number, stderr = output.stderr) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', stop);
      resolve({ code: timedOut ? 124 : code, stdout: output.stdout, stderr });
    };
    child.on('error', (error: NodeJS.ErrnoException) =>
      done(error.code === 'ENOENT' ? 127 : 126, error.message),
    );
    child.on('close', (code) => done(code ?? 1));
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  const send = (signal: NodeJS.Signals) => {
    try {
      process.kill(-pid, signal);
    } catch {
      // The group has ended already.
    }
  };
  send('SIGTERM');
  setTimeout(() => send('SIGKILL'), 3_000).unref();
}

export function lastLines(text: string, count: number): string {
  return text.split('\n').slice(-count).join('\n');
}
