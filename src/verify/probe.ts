import type { EcsTask } from '../aws/ecs-task.ts';
import type { LogStreamReader } from '../aws/logs.ts';
import { probeConfig, readProbeLine, type Sample } from '../collector/own-metrics.ts';
import { isKitError, KitError } from '../kit/errors.ts';
import { type Look, poll } from '../kit/poll.ts';
import { type ProbedCollector, type Reading, wentBack } from './counters.ts';
import type { TaskMeans } from './crew.ts';
import type { Fault } from './judge.ts';
import { LineJoiner } from './line-joiner.ts';
import { logsOf, taskLog } from './run.ts';

/** A collector with one receiver: about 100 MiB resident. */
const size = { cpu: 128, memory: 256 };
const container = 'probe';
const command = ['--config', 'env:PROBE_CONFIG'];
const intervalSeconds = 2;
/** From RunTask to the first scrape of all gateways: placing, pulling, starting, and the log's way. */
const startPatienceMilliseconds = 120_000;
/** From a moment to a readable scrape made after it. */
const readPatienceMilliseconds = 30_000;

/** Its image is the one that the gateways run. */
export interface ProbeOptions extends TaskMeans {
  collectors: readonly ProbedCollector[];
}

/** The counters at a moment, and the collectors whose counters cannot be told, each with the reason. */
export interface ProbeAccount {
  reading: Reading;
  faults: readonly Fault[];
}

/**
 * A task of the gateways' own image that scrapes the own metrics of each receiver and gateway, at the address that
 * ECS gives, as long as the run lasts. On the host network it reaches them as agents do, and needs neither an
 * interface nor a rule of its own.
 *
 *   RunTask ── first line ── scrape ─ scrape ─ … ─ scrape ── stopped with the run's other tasks
 *      askedAt      bornAt   before sending        after the last decision
 */
export class Probe {
  readonly #options: ProbeOptions;
  readonly #arn: string;
  readonly #askedAt: number;
  readonly #log: LogStreamReader;
  readonly #joiner = new LineJoiner();
  /** When its first line was printed, by its own clock. */
  #bornAt: number | undefined;
  readonly #latest = new Map<string, { at: number; up: boolean; samples: readonly Sample[] }>();
  readonly #errors = new Map<string, string>();
  readonly #restarts = new Map<string, string>();

  private constructor(options: ProbeOptions, arn: string, askedAt: number) {
    this.#options = options;
    this.#arn = arn;
    this.#askedAt = askedAt;
    this.#log = taskLog(options.logs, container, arn);
  }

  /** Starts the probe's task; it is stopped with the crew. */
  static async start(options: ProbeOptions): Promise<Probe> {
    const { crew, clock, signal, voice, collectors } = options;
    const taskDefinition = await crew.register({
      family: 'telemetry-probe',
      networkMode: 'host',
      executionRoleArn: options.executionRoleArn,
      cpu: String(size.cpu),
      memory: String(size.memory),
      container: {
        name: container,
        image: options.image,
        command,
        environment: {
          PROBE_CONFIG: probeConfig(
            collectors.map(({ target }) => target),
            intervalSeconds,
          ),
        },
        ...size,
        portMappings: [],
        logs: logsOf(options.region),
      },
    });
    signal.throwIfAborted();
    const askedAt = clock.now();
    const arn = await crew.start({ taskDefinition, instanceId: undefined, container, command });
    voice.info(
      `probe of ${collectors.map(({ target }) => target).join(', ')}: task ${arn.split('/').at(-1)}`,
    );
    return new Probe(options, arn, askedAt);
  }

  /**
   * The counters before anything is sent.
   * @throws KitError `probe-failed` when the probe does not run, `gateway-unprobed` when a collector does not answer it.
   */
  async baseline(): Promise<Reading> {
    const { missing, reading, stopped } = await this.#await(this.#askedAt, startPatienceMilliseconds);
    if (stopped !== undefined) throw probeFailed(stopped);
    const [first] = missing;
    if (first !== undefined) throw unprobed(missing.map((each) => this.#whyMissing(each)).join('; '));
    return reading;
  }

  /** The counters of scrapes made after now; a collector without one is a fault: nothing is known of it. */
  async read(): Promise<ProbeAccount> {
    const { missing, reading, stopped } = await this.#await(
      this.#options.clock.now(),
      readPatienceMilliseconds,
    );
    const blind = (message: string): Fault => ({ code: 'probe-blind', message: `${message}: inconclusive` });
    const reason = stopped === undefined ? undefined : `the probe ended early, ${endOf(stopped)}`;
    return {
      reading,
      faults: [
        ...[...this.#restarts].map(([, message]) => blind(message)),
        ...missing.map((each) => blind(reason ?? this.#whyMissing(each))),
      ],
    };
  }

  /** Waits until every collector has a scrape made after `moment`, or patience or the probe is at an end. */
  async #await(moment: number, patience: number) {
    const { clock, signal, voice, collectors } = this.#options;
    const deadline = Math.min(this.#options.deadline, clock.now() + patience);
    let stopped: EcsTask | undefined;
    const missing = () => collectors.filter((each) => !this.#isScrapedAfter(each, moment));
    const about = { what: 'probe', deadline, intervalSeconds: 1, clock, signal, heartbeat: voice.debug };
    try {
      await poll(about, async (): Promise<Look<void>> => {
        // The log is read after the status: what a stopped task wrote is then what there will be.
        const [task] = await this.#options.crew.describe([this.#arn]);
        if (task?.lastStatus === 'STOPPED') stopped = task;
        await this.#listen();
        if (missing().length === 0 || stopped !== undefined) return { done: true, value: undefined };
        return { done: false, state: `${missing().length} of ${collectors.length} collectors to be scraped` };
      });
    } catch (error) {
      if (!isKitError(error, 'deadline-exceeded')) throw error;
    }
    const scraped = collectors.filter((each) => !missing().includes(each));
    const reading: Reading = new Map(
      scraped.map(({ task, target }) => [task, this.#latest.get(target)?.samples ?? []]),
    );
    return { missing: missing(), reading, stopped: missing().length === 0 ? undefined : stopped };
  }

  /**
   * Clocks may differ, so moments are compared by what has passed since the start: the probe printed its first
   * line after it was asked for, so a scrape that is as much later than that line as `moment` is later than the
   * asking was made after `moment`.
   */
  #isScrapedAfter({ target }: ProbedCollector, moment: number): boolean {
    const latest = this.#latest.get(target);
    if (latest === undefined || !latest.up || this.#bornAt === undefined) return false;
    return latest.at - this.#bornAt >= moment - this.#askedAt;
  }

  async #listen(): Promise<void> {
    for (const { timestamp, message } of await this.#log.read(this.#options.signal)) {
      this.#bornAt ??= timestamp;
      for (const joined of this.#joiner.push(message)) {
        if ('line' in joined) this.#take(joined.line, timestamp);
      }
    }
  }

  #take(text: string, at: number): void {
    const line = readProbeLine(text);
    if (line.kind === 'failure') this.#errors.set(line.target, line.error);
    if (line.kind !== 'scrape') return;
    for (const { target, up, samples } of line.scrapes) {
      const before = this.#latest.get(target);
      const lower = up && before !== undefined ? wentBack(before.samples, samples) : undefined;
      if (lower !== undefined) this.#noteRestart(target, lower.name);
      this.#latest.set(target, { at, up, samples: up ? samples : (before?.samples ?? []) });
    }
  }

  #noteRestart(target: string, counter: string): void {
    const found = this.#options.collectors.find((each) => each.target === target);
    const name = found ? nameOf(found) : target;
    this.#restarts.set(target, `${name} was restarted during the run, its ${counter} went back`);
  }

  #whyMissing(collector: ProbedCollector): string {
    const { target } = collector;
    const error = this.#errors.get(target);
    const reason = error === undefined ? 'the probe printed no scrape of it' : error;
    return `${nameOf(collector)} could not be scraped at ${target}: ${reason}`;
  }
}

function nameOf({ role, task }: ProbedCollector): string {
  return `${role} ${task}`;
}

function probeFailed(task: EcsTask): KitError {
  return new KitError(`the probe of the collectors' counters did not run: its task ended, ${endOf(task)}`, {
    code: 'probe-failed',
    source: 'aws',
  });
}

function endOf({ stopCode, stoppedReason, containers }: EcsTask): string {
  const exits = containers.map(({ exitCode, reason }) => reason ?? `exit code ${exitCode ?? 'unknown'}`);
  return [stopCode ?? 'no stop code', stoppedReason ?? 'no reason given', ...exits].join(', ');
}

function unprobed(reason: string): KitError {
  return new KitError(reason, {
    code: 'gateway-unprobed',
    source: 'user',
    hint: "let the instances' security group reach the metrics port of receivers and gateways, and show the metrics on 0.0.0.0",
  });
}
