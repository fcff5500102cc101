import type { EcsTask } from '../aws/ecs-task.ts';
import type { LogStreamReader } from '../aws/logs.ts';
import { isKitError, messageOf } from '../kit/errors.ts';
import { type Look, poll } from '../kit/poll.ts';
import type { CrewDefinition, TaskMeans } from './crew.ts';
import type { Destination } from './destination.ts';
import {
  isCompleteLog,
  isDoomed,
  isNoteworthy,
  judgeGenerator,
  type LogExpectations,
} from './generator-log.ts';
import type { Fault } from './judge.ts';
import { type GeneratorPlan, generatorCommand } from './plan.ts';
import { logsOf, taskLog } from './run.ts';

/** The guide's numbers: a quarter of a CPU and half a GiB. */
const size = { cpu: 256, memory: 512 };
const container = 'telemetrygen';
const family = 'telemetrygen-task';
/** How long a stopped generator's last lines may take to show up in CloudWatch Logs. */
const logLagMilliseconds = 30_000;
/** How long an ECS agent may be away before its instance counts as lost. */
const reconnectMilliseconds = 60_000;

export interface GeneratorsOptions extends TaskMeans {
  runId: string;
  destination: Destination;
  plans: readonly GeneratorPlan[];
  expectations: LogExpectations;
}

interface Generator {
  plan: GeneratorPlan;
  /** Undefined until ECS has placed its task. */
  arn: string | undefined;
  reader: LogStreamReader | undefined;
  lines: string[];
  task: EcsTask | undefined;
  /** When its start was first tried. */
  triedAt: number | undefined;
  /** When it was first seen STOPPED. */
  stoppedAt: number | undefined;
}

/**
 * Runs the generators to their end, or until one of them has failed, and gives what is wrong with them; what is
 * left of them the crew ends.
 */
export async function runGenerators(options: GeneratorsOptions): Promise<Fault[]> {
  const { crew, voice, clock, signal, deadline } = options;
  const taskDefinition = await crew.register(taskDefinitionOf(options));
  const generators = options.plans.map(waiting);
  const about = { what: 'generators', deadline, intervalSeconds: 2, clock, signal, heartbeat: voice.info };
  await poll(about, async () => {
    await startWaiting(options, generators, taskDefinition);
    return follow(options, generators);
  });
  const doomed = generators.filter(({ task, lines }) => isDoomed(task, lines));
  return (doomed.length > 0 ? doomed : generators).flatMap(({ plan, task, lines }) =>
    judgeGenerator(plan, task, lines, options.expectations),
  );
}

function waiting(plan: GeneratorPlan): Generator {
  return {
    plan,
    arn: undefined,
    reader: undefined,
    lines: [],
    task: undefined,
    triedAt: undefined,
    stoppedAt: undefined,
  };
}

function taskDefinitionOf(options: GeneratorsOptions): CrewDefinition {
  return {
    family,
    networkMode: options.destination.networkMode,
    executionRoleArn: options.executionRoleArn,
    cpu: String(size.cpu),
    memory: String(size.memory),
    container: {
      name: container,
      image: options.image,
      command: ['traces', '--help'],
      ...size,
      portMappings: options.destination.portMappings,
      logs: logsOf(options.region),
    },
  };
}

/**
 * Starts what has no task yet. On an instance without room the next one waits for the one before it; an
 * instance whose ECS agent is reconnecting, as agents do every now and then, is asked again.
 */
async function startWaiting(
  options: GeneratorsOptions,
  generators: readonly Generator[],
  taskDefinition: string,
): Promise<void> {
  for (const generator of generators.filter(({ arn }) => arn === undefined)) {
    const isBusy = generators.some(
      (other) => other.plan.instance === generator.plan.instance && isRunning(other),
    );
    if (generator.triedAt !== undefined && isBusy) continue;
    const now = options.clock.now();
    generator.triedAt ??= now;
    try {
      await start(options, generator, taskDefinition);
    } catch (error) {
      const mayPass =
        (isKitError(error, 'instance-full') && isBusy) ||
        (isKitError(error, 'instance-disconnected') && now - generator.triedAt < reconnectMilliseconds);
      if (!mayPass) throw error;
      options.voice.debug(`${generator.plan.cohort} waits: ${messageOf(error)}`);
    }
  }
}

function isRunning({ arn, stoppedAt }: Generator): boolean {
  return arn !== undefined && stoppedAt === undefined;
}

async function start(
  options: GeneratorsOptions,
  generator: Generator,
  taskDefinition: string,
): Promise<void> {
  options.signal.throwIfAborted();
  const { plan } = generator;
  const endpoint = plan.endpoint ?? options.destination.endpoint;
  const arn = await options.crew.start({
    taskDefinition,
    instanceId: plan.instance,
    container,
    command: generatorCommand(plan, options.runId, endpoint),
  });
  generator.arn = arn;
  generator.reader = taskLog(options.logs, container, arn);
  options.voice.info(
    `${plan.cohort} on ${plan.instance}: ${plan.traces} traces to ${endpoint}, task ${arn.split('/').at(-1)}`,
  );
}

async function follow(options: GeneratorsOptions, generators: readonly Generator[]): Promise<Look<void>> {
  const described = await options.crew.describe(generators.flatMap(({ arn }) => arn ?? []));
  const now = options.clock.now();
  for (const generator of generators) {
    const task = described.find(({ arn }) => arn === generator.arn);
    if (task !== undefined) generator.task = task;
    if (task?.lastStatus === 'STOPPED') generator.stoppedAt ??= now;
    // The log is read after the status: what a stopped task wrote is then what there will be.
    await listen(options, generator);
  }
  // Nothing that the others do can make the run pass; telemetrygen would go on for ten seconds per batch.
  if (generators.some(({ task, lines }) => isDoomed(task, lines))) return { done: true, value: undefined };
  const open = generators.filter((generator) => !isOver(generator, now));
  if (open.length === 0) return { done: true, value: undefined };
  return { done: false, state: stateOf(open, generators.length) };
}

async function listen({ voice, signal }: GeneratorsOptions, generator: Generator): Promise<void> {
  const { cohort, instance } = generator.plan;
  for (const { message } of (await generator.reader?.read(signal)) ?? []) {
    generator.lines.push(message);
    const say = isNoteworthy(message) ? voice.info : voice.debug;
    say(`[${cohort} ${instance}] ${message.trimEnd()}`);
  }
}

function isOver({ stoppedAt, lines }: Generator, now: number): boolean {
  if (stoppedAt === undefined) return false;
  return isCompleteLog(lines) || now - stoppedAt >= logLagMilliseconds;
}

function stateOf(open: readonly Generator[], all: number): string {
  const counts = new Map<string, number>();
  for (const { arn, task, stoppedAt } of open) {
    const running = arn === undefined ? 'waiting for room' : (task?.lastStatus ?? 'not described yet');
    const state = stoppedAt === undefined ? running : 'STOPPED, log incomplete';
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const parts = [...counts].map(([state, count]) => `${count} ${state}`);
  return `${all - open.length} of ${all} over, ${parts.join(', ')}`;
}
