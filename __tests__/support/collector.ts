import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { bindable } from '../../local/lifecycle/ports.ts';
import { binaryOf, type CollectorEnd, configFor, overlayFor } from './collector-ends.ts';
import { at, stack } from './rendered.ts';

/** Starts and stops real collectors as processes on loopback, from the configs that ship. */

export interface CollectorOptions {
  /** Path of the config; `overlay` is laid over it, as the collector itself merges several `--config`. */
  config: string;
  overlay?: object;
  /** Which of the versions; default the newest. */
  end?: CollectorEnd;
  env?: Readonly<Record<string, string>>;
  /** Default 30 s: collectors start in about one second, and in several on a busy machine. */
  startTimeoutSeconds?: number;
}

export interface CollectorPorts {
  grpc: number;
  http: number;
  health: number;
  metrics: number;
}

export interface RunningCollector extends AsyncDisposable {
  ports: CollectorPorts;
  /** Milliseconds from the spawn to the line that says it is ready. */
  startMilliseconds: number;
  /** Complete lines of its log so far. */
  lines(): readonly string[];
  /** Its own metrics, as Prometheus text. */
  metrics(): Promise<string>;
  /** Sends SIGTERM, as ECS does, and waits for the exit code; `SIGKILL` for a crash. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** The binary that `variable` points to. */
export function binary(variable: (typeof binaryOf)[CollectorEnd] | 'ECS_TAIL_SAMPLING_TELEMETRYGEN'): string {
  const path = process.env[variable];
  if (path === undefined || path === '') {
    throw new Error(`${variable} is not set: run these tests through npm test, which builds the binary`);
  }
  return path;
}

const given = new Set<number>();

/**
 * A port that was free on all addresses a moment ago, and that nobody in this process was given before. It is below
 * those that the system itself gives out: an outgoing connection might take one of these before the collector does.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 22_000);
    if (given.has(port)) continue;
    given.add(port);
    if ((await bindable(port)) !== undefined) return port;
  }
}

/** A folder of its own below the system's temporary one, removed on disposal. */
export function temporaryFolder(): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), 'ecs-tail-sampling-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export async function startCollector(options: CollectorOptions): Promise<RunningCollector> {
  const ports = {
    grpc: await freePort(),
    http: await freePort(),
    health: await freePort(),
    metrics: await freePort(),
  };
  const folder = temporaryFolder();
  const { end: version = 'newest' } = options;
  const config = join(folder.path, 'config.yaml');
  writeFileSync(config, configFor(version, readFileSync(options.config, 'utf8')));
  const overlay = join(folder.path, 'overlay.yaml');
  writeFileSync(overlay, stringify(overlayFor(version, options.overlay ?? {})));
  const started = performance.now();
  const child = spawn(binary(binaryOf[version]), ['--config', config, '--config', overlay], {
    env: { ...templateEnvironment(ports), ...options.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log = collectLines(child);
  try {
    await untilReady(child, log, options.startTimeoutSeconds ?? 30);
  } catch (error) {
    child.kill('SIGKILL');
    folder[Symbol.dispose]();
    throw error;
  }
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    const code = await end(child, signal);
    folder[Symbol.dispose]();
    return code;
  };
  return {
    ports,
    startMilliseconds: Math.round(performance.now() - started),
    lines: () => log.lines,
    metrics: async () => (await fetch(`http://127.0.0.1:${ports.metrics}/metrics`)).text(),
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop('SIGKILL');
    },
  };
}

/**
 * What the template gives a collector, with ports of this machine; and what the machine of a task does: its role's
 * credentials, no more. A collector that needs another variable needs it in the template.
 */
export function templateEnvironment(ports: CollectorPorts): Record<string, string> {
  return {
    ...variablesOfAgent(),
    CORALOGIX_DOMAIN: 'eu2.coralogix.com',
    CORALOGIX_PRIVATE_KEY: 'key-of-the-tests',
    APPLICATION_NAME: 'application',
    SUBSYSTEM_NAME: 'subsystem',
    OTLP_GRPC_PORT: String(ports.grpc),
    OTLP_HTTP_PORT: String(ports.http),
    HEALTH_PORT: String(ports.health),
    METRICS_PORT: String(ports.metrics),
    // No instance metadata service answers here; without this the ec2 detector waits for one.
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
}

function variablesOfAgent(): Record<string, string> {
  const path = 'AgentTaskDefinition/ContainerDefinitions/otel-collector/Environment';
  const variables = at(stack('otel-tail-sampling.yaml'), path) as { Name: string; Value: string }[];
  return Object.fromEntries(variables.map(({ Name, Value }) => [Name, Value]));
}

interface Log {
  lines: string[];
}

function collectLines(child: ChildProcess): Log {
  const log: Log = { lines: [] };
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    log.lines.push(...parts);
  });
  return log;
}

async function untilReady(child: ChildProcess, log: Log, timeoutSeconds: number): Promise<void> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  while (!log.lines.some((line) => line.includes('Everything is ready'))) {
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (ended || performance.now() > deadline) {
      const what = ended ? `ended with code ${child.exitCode}` : `was not ready after ${timeoutSeconds} s`;
      throw new Error(`the collector ${what}:\n${log.lines.slice(-15).join('\n')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  // `close` rather than `exit`: the last lines of the log have been read by then.
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
  return child.exitCode;
}
