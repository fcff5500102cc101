import { randomUUID } from 'node:crypto';
import type { EcsTask } from '../aws/ecs-task.ts';
import type { EcsTasks, RunRequest } from '../aws/ecs-tasks.ts';
import type { Logs } from '../aws/logs.ts';
import type { SingleContainerTask } from '../aws/task-registration.ts';
import { isKitError, messageOf } from '../kit/errors.ts';
import type { Entry, Ledger, OpenRun } from '../kit/ledger.ts';
import { closing } from '../kit/limits.ts';
import { type Pace, type Voice, verifyTags } from './run.ts';

/** What is the run's own about a task definition. */
export type CrewDefinition = Omit<SingleContainerTask, 'tags'>;
/** What is the run's own about a task. */
export type CrewRequest = Pick<RunRequest, 'taskDefinition' | 'instanceId' | 'container' | 'command'>;

export interface CrewOptions {
  tasks: EcsTasks;
  voice: Voice;
  runId: string;
  cluster: string;
  /** Knows of the run as long as anything of it may be there. */
  ledger: Ledger;
}

/** What a part of the run that starts tasks, and reads their logs, is given. */
export interface TaskMeans extends Pace {
  crew: Crew;
  logs: Logs;
  region: string;
  /** What the tasks run, a full reference. */
  image: string;
  /** Pulls it and writes the log; undefined leaves that to the instances' role. */
  executionRoleArn: string | undefined;
}

/**
 * The tasks of one run, generators and probe: everything that a verification starts in the cluster is
 * started here and, whatever happens, ended here.
 */
export class Crew {
  readonly #options: CrewOptions;
  /** Started and not yet seen STOPPED. */
  readonly #open = new Set<string>();
  readonly #stopped = new Set<string>();
  readonly #entry: Entry<OpenRun>;

  constructor(options: CrewOptions) {
    this.#options = options;
    const { runId, cluster } = options;
    this.#entry = options.ledger.open<OpenRun>({
      ...{ kind: 'run', cluster, runId, startedBy: this.#startedBy },
      ...{ definitions: [], registering: [], starting: 0 },
    });
  }

  async register(definition: CrewDefinition): Promise<string> {
    const { tasks, runId } = this.#options;
    const { thing } = this.#entry;
    this.#entry.note({ registering: [...thing.registering, definition.family] });
    const answered = () => this.#entry.note({ registering: without(thing.registering, definition.family) });
    const asked = tasks.register({ ...definition, tags: verifyTags(runId) });
    const arn = await untilAnswered(asked, answered);
    this.#entry.note({ definitions: [...thing.definitions, arn] });
    return arn;
  }

  /** Starts one task and returns its ARN. */
  async start(request: CrewRequest): Promise<string> {
    const { tasks, runId, cluster } = this.#options;
    const { thing } = this.#entry;
    this.#entry.note({ starting: thing.starting + 1 });
    const answered = () => this.#entry.note({ starting: thing.starting - 1 });
    const asked = tasks.run({
      ...request,
      cluster,
      startedBy: this.#startedBy,
      clientToken: randomUUID(),
      tags: verifyTags(runId),
    });
    const arn = await untilAnswered(asked, answered);
    this.#open.add(arn);
    return arn;
  }

  /** The tasks that ECS can describe; one just started may be missing for a moment. */
  async describe(arns: readonly string[]): Promise<EcsTask[]> {
    if (arns.length === 0) return [];
    const found = await this.#options.tasks.describe(this.#options.cluster, arns);
    for (const { arn, lastStatus } of found) {
      if (lastStatus !== 'STOPPED') continue;
      this.#open.delete(arn);
      this.#stopped.add(arn);
    }
    return found;
  }

  /**
   * Stops every task of the run and deregisters its task definitions. Never throws: what went wrong before it
   * matters more, and what could not be ended stays in the ledger. Not bound to the signal, which may be aborted.
   */
  async dismiss(): Promise<void> {
    await closing(() => this.#dismiss());
  }

  async #dismiss(): Promise<void> {
    const { tasks, voice, runId, cluster } = this.#options;
    try {
      // A task whose start was never answered is known to ECS only.
      for (const arn of await tasks.startedBy(cluster, this.#startedBy)) this.#open.add(arn);
    } catch (error) {
      voice.warning(`clean-up: ${messageOf(error)}`);
      return;
    }
    const { thing } = this.#entry;
    const left = [...this.#open].filter((arn) => !this.#stopped.has(arn));
    const endings = [
      ...left.map((arn) => tasks.stop(cluster, arn, `verification ${runId} is over`)),
      ...thing.definitions.map(async (arn) => {
        await tasks.deregister(arn);
        this.#entry.note({ definitions: without(thing.definitions, arn) });
      }),
    ];
    const failed = (await Promise.allSettled(endings)).filter((outcome) => outcome.status === 'rejected');
    for (const { reason } of failed) voice.warning(`clean-up: ${messageOf(reason)}`);
    if (failed.length === 0 && isAnswered(thing)) this.#entry.close();
  }

  get #startedBy(): string {
    return `verify-${this.#options.runId}`;
  }
}

/** Whether ECS has answered every request of the run: nothing of it can turn up any more. */
export function isAnswered({ registering, starting }: OpenRun): boolean {
  return registering.length === 0 && starting === 0;
}

/** After these a request may still be carried out; every other error is ECS's answer. */
const open = ['cancelled', 'deadline-exceeded', 'endpoint-unreachable', 'aws-error'];

async function untilAnswered<T>(request: Promise<T>, answered: () => void): Promise<T> {
  try {
    const answer = await request;
    answered();
    return answer;
  } catch (error) {
    if (isKitError(error) && !isKitError(error, ...open)) answered();
    throw error;
  }
}

function without(list: readonly string[], item: string): string[] {
  const index = list.indexOf(item);
  return list.filter((_, at) => at !== index);
}
