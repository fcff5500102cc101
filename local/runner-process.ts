import { spawn } from 'node:child_process';

export interface ProcessOptions {
  cwd: string;
  environment: Record<string, string | undefined>;
  /** Cancels the process, as a cancelled workflow does. */
  signal?: AbortSignal | undefined;
  /** Kills the process and its group at once, as when its machine is lost. */
  kill?: AbortSignal | undefined;
  /** Takes the two streams of its log. */
  follow: (stream: NodeJS.ReadableStream) => Promise<void>;
}

export interface ProcessEnd {
  /** 128 + number for a process that a signal ended, as a shell has it. */
  exitCode: number;
  seconds: number;
  /** The signals that it was sent, in order. */
  signals: readonly NodeJS.Signals[];
  /** Seconds from the first of them to its end. */
  secondsToEnd: number | undefined;
}

// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation
const cancellation = [
  { after: 0, signal: 'SIGINT' },
  { after: 7_500, signal: 'SIGTERM' },
  { after: 10_000, signal: 'SIGKILL' },
] as const;

const numbers: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** Runs a Node program to its end; cancelled, it gets SIGINT, then SIGTERM, then its whole group is killed. */
export async function runProcess(program: string, options: ProcessOptions): Promise<ProcessEnd> {
  const started = Date.now();
  const child = spawn(process.execPath, [program], {
    cwd: options.cwd,
    env: options.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that nothing it started survives it.
    detached: true,
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (numbers[signal ?? 'SIGINT'] ?? 0)));
  });
  const signals: NodeJS.Signals[] = [];
  const timers: NodeJS.Timeout[] = [];
  let cancelledAt: number | undefined;
  const send = (signal: NodeJS.Signals) => {
    signals.push(signal);
    if (signal === 'SIGKILL' && child.pid !== undefined) process.kill(-child.pid, signal);
    else child.kill(signal);
  };
  const cancel = () => {
    cancelledAt = Date.now();
    for (const { after, signal } of cancellation) timers.push(setTimeout(() => send(signal), after));
  };
  if (options.signal?.aborted) cancel();
  else options.signal?.addEventListener('abort', cancel, { once: true });
  const kill = () => send('SIGKILL');
  options.kill?.addEventListener('abort', kill, { once: true });
  try {
    const [exitCode] = await Promise.all([ended, options.follow(child.stdout), options.follow(child.stderr)]);
    const now = Date.now();
    return {
      exitCode,
      seconds: (now - started) / 1000,
      signals,
      secondsToEnd: cancelledAt === undefined ? undefined : (now - cancelledAt) / 1000,
    };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    options.signal?.removeEventListener('abort', cancel);
    options.kill?.removeEventListener('abort', kill);
  }
}
