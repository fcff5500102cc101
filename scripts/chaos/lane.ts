import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Cloud } from '../../local/cloud.ts';
import type { ActionRun } from '../../local/runner.ts';
import { UserRepository } from '../../local/user-repository.ts';
import type { StepName } from '../../src/inputs/topologies.ts';
import { ChaosAccount, type Leftovers } from './account.ts';
import { deviationsOf, nothing, type Trial } from './trial.ts';

export interface LaneOptions {
  cloud: Cloud;
  /** Folder for the lane's repository. */
  folder: string;
  /** Tells the lanes' stacks, services and ports apart; from 0. */
  place: number;
  signal: AbortSignal;
  say: (line: string) => void;
}

/** What is interrupted next. */
interface Task {
  kind: string;
  step: StepName;
  inputs: Record<string, string>;
  /** Gateways that run when it is done. */
  gateways: number;
}

export const laneNames = ['deploy', 'scale', 'verify'] as const;
export type LaneName = (typeof laneNames)[number];

const key = { 'coralogix-api-key': 'cxtp_key-of-the-chaos' };
const cohorts = '{normal: {traces: 200, expect: 25%}, errors: {traces: 40, expect: 100%}}';

/** About how long each takes; an instant is drawn from it, and drawn nearer when the step was over before. */
const usualSeconds: Record<string, number> = {
  'deploy create': 20,
  'deploy update': 20,
  scale: 14,
  verify: 26,
};
/** Half of the instants are drawn from this first part, in which nearly everything is made and changed. */
const busyPart = 0.35;

/** Interrupts one step again and again, on a stack of its own beside those of the other lanes. */
export class Lane {
  readonly #name: LaneName;
  readonly #options: LaneOptions;
  readonly #account: ChaosAccount;
  readonly #repository: UserRepository;
  readonly #prefix: string;
  #percentage = 25;
  #count = 1;

  constructor(name: LaneName, options: LaneOptions) {
    this.#name = name;
    this.#options = options;
    this.#account = new ChaosAccount(options.cloud);
    this.#prefix = `chaos-${name}`;
    const port = 25_000 + 10 * options.place;
    this.#repository = new UserRepository({
      cloud: options.cloud,
      folder: options.folder,
      stackName: this.#prefix,
      parameters: {
        NamespaceName: this.#prefix,
        ServiceNamePrefix: this.#prefix,
        ...{
          AgentGrpcPort: port,
          AgentHttpPort: port + 1,
          AgentHealthPort: port + 2,
          AgentMetricsPort: port + 3,
        },
        ...{ Memory: 256, AgentMemory: 128, SamplingTaskCount: 1 },
      },
    });
    this.#quickConfig();
  }

  /** Brings the lane to where trial `first` starts. */
  async setUp(first: number): Promise<void> {
    await this.#account.remove(this.#prefix);
    if (this.#name === 'deploy' && isCreation(first)) return;
    const { exitCode, log } = await this.#run('deploy', key);
    if (exitCode !== 0) throw new Error(`the stack of lane ${this.#name} could not be deployed:\n${log}`);
  }

  async tearDown(): Promise<void> {
    await this.#account.remove(this.#prefix);
  }

  /** One interruption at `fraction` of the step's usual time, `post`, and the rerun. */
  async trial(number: number, fraction: number): Promise<Trial> {
    const task = await this.#next(number);
    const part = fraction < 0.5 ? 2 * fraction * busyPart : 2 * fraction - 1;
    let at = part * (usualSeconds[task.kind] ?? 20);
    for (;;) {
      const run = await this.#interrupted(task, at);
      this.#options.signal.throwIfAborted();
      if (run.result.signals.length > 0 && run.result.exitCode !== 0) return this.#judge(task, number, run);
      // It was over before the signal came: once more, and sooner.
      this.#options.say(`${task.kind} ${number}: was over after ${run.result.seconds} s, drawn again`);
      await this.#again(task);
      at = Math.min(at, run.result.seconds) * 0.7;
    }
  }

  async #judge(task: Task, number: number, { result, at, phase }: Interrupted): Promise<Trial> {
    const stackName = this.#prefix;
    const left = await this.#leftovers();
    const { status } = await this.#account.stack(stackName, `${stackName}-sampling`);
    const rerun = await this.#run(task.step, task.inputs);
    // A rerun that was cancelled together with all of this proves nothing.
    this.#options.signal.throwIfAborted();
    const trial = {
      ...{ kind: task.kind, number, at, phase, left, status },
      ended: result.secondsToEnd ?? 0,
      exitCode: result.exitCode,
      errorCode: result.outputs['error-code'] ?? '',
      post: result.post ?? { exitCode: -1, seconds: 0 },
      rerun: {
        exitCode: rerun.exitCode,
        seconds: rerun.seconds,
        left: await this.#leftovers(),
        state: await this.#account.stack(stackName, `${stackName}-sampling`),
      },
    };
    const expected = { samplingKey: this.#samplingKey(), gateways: task.gateways };
    const deviations = deviationsOf(trial, result.log, expected);
    if (deviations.length > 0) this.#keepLogs(task, number, result.log, rerun.log);
    return { ...trial, deviations };
  }

  /** Tasks and their definitions are of the one lane that makes any. */
  async #leftovers(): Promise<Leftovers> {
    const changeSets = await this.#account.changeSets(this.#prefix);
    const made = this.#name === 'verify' ? await this.#account.verifications() : nothing;
    return { ...made, changeSets };
  }

  /** What the next trial interrupts, with everything in place for it. */
  async #next(number: number): Promise<Task> {
    if (this.#name === 'verify') {
      return { kind: 'verify', step: 'verify', inputs: { cohorts }, gateways: this.#count };
    }
    if (this.#name === 'scale') {
      this.#count = this.#count === 1 ? 2 : 1;
      return this.#scaling();
    }
    const kind = isCreation(number) ? 'deploy create' : 'deploy update';
    if (kind === 'deploy create') await this.#account.remove(this.#prefix);
    else this.#changeConfig();
    return { kind, step: 'deploy', inputs: key, gateways: 1 };
  }

  /** Gives a task that was over too soon something to do again. */
  async #again(task: Task): Promise<void> {
    if (task.kind === 'deploy create') await this.#account.remove(this.#prefix);
    if (task.kind === 'deploy update') this.#changeConfig();
    if (task.kind === 'scale') {
      this.#count = this.#count === 1 ? 2 : 1;
      Object.assign(task, this.#scaling());
    }
  }

  #scaling(): Task {
    const inputs = { count: String(this.#count) };
    return { kind: 'scale', step: 'scale', inputs, gateways: this.#count };
  }

  async #interrupted(task: Task, at: number): Promise<Interrupted> {
    const cancel = new AbortController();
    let phase = '';
    const onLine = (line: string) => {
      if (!cancel.signal.aborted && line.startsWith('▸ ')) phase = line.slice(2);
    };
    const timer = setTimeout(() => cancel.abort(), at * 1000);
    try {
      const result = await this.#repository.run(task.step, task.inputs, { signal: cancel.signal, onLine });
      return { result, at, phase };
    } finally {
      clearTimeout(timer);
    }
  }

  #run(step: StepName, inputs: Record<string, string>): Promise<ActionRun> {
    return this.#repository.run(step, inputs, { signal: this.#options.signal });
  }

  #changeConfig(): void {
    this.#percentage = this.#percentage === 25 ? 50 : 25;
    this.#repository.setSamplingPercentage(this.#percentage);
  }

  /** Decides soon, so that a verification is short. */
  #quickConfig(): void {
    const file = this.#file('sampling-config.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/(decision_wait:\s*)\d+s/, '$12s'));
  }

  #samplingKey(): string {
    const hash = createHash('sha256')
      .update(readFileSync(this.#file('sampling-config.yaml')))
      .digest('hex');
    return `ecs-tail-sampling/sampling-config.${hash.slice(0, 12)}.yaml`;
  }

  #keepLogs(task: Task, number: number, first: string, rerun: string): void {
    const name = `${task.kind.replace(' ', '-')}-${number}.log`;
    writeFileSync(this.#file(name), `${first}\n━━ rerun\n${rerun}\n`);
    this.#options.say(`${task.kind} ${number}: log in ${this.#file(name)}`);
  }

  #file(name: string): string {
    return path.join(this.#repository.folder, name);
  }
}

/** Creations and updates take turns. */
function isCreation(number: number): boolean {
  return number % 2 === 0;
}

interface Interrupted {
  result: ActionRun;
  at: number;
  phase: string;
}
