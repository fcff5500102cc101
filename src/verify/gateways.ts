import type { EcsServices, EcsTask } from '../aws/ecs-services.ts';
import type { Logs } from '../aws/logs.ts';
import { logStream } from '../aws/task-definition.ts';
import type { Clock } from '../kit/clock.ts';
import { KitError } from '../kit/errors.ts';
import { type Look, poll } from '../kit/poll.ts';
import type { GatewayLog } from './tap-reader.ts';
import type { Target } from './target.ts';

type Services = Pick<EcsServices, 'service' | 'tasks' | 'taskDefinition'>;

/** How long a gateway service may take to have all of its tasks; a deployment has waited for that before. */
const convergenceMilliseconds = 120_000;

/** The RUNNING tasks of a service, by id. */
export async function runningTasks(services: Services, cluster: string, service: string): Promise<EcsTask[]> {
  const tasks = await services.tasks({ cluster, service, desiredStatus: 'RUNNING' });
  return tasks.filter((task) => task.lastStatus === 'RUNNING').sort((a, b) => a.id.localeCompare(b.id));
}

/**
 * Waits until the gateway service runs as many tasks as it is asked for, and gives them.
 * @throws KitError `gateways-unavailable` when it is asked for none, `deadline-exceeded` when it has too few.
 */
export async function allGateways(
  services: Services,
  target: Target,
  { clock, signal, deadline, say }: Patience,
): Promise<EcsTask[]> {
  const what = `gateway service ${target.gatewayService}`;
  const soon = Math.min(deadline, clock.now() + convergenceMilliseconds);
  const about = { what, deadline: soon, intervalSeconds: 3, clock, signal, heartbeat: say };
  return poll(about, async (): Promise<Look<EcsTask[]>> => {
    const desired = (await services.service(target.cluster, target.gatewayService))?.desired ?? 0;
    if (desired === 0) throw noGateway(target);
    const running = await runningTasks(services, target.cluster, target.gatewayService);
    if (running.length === desired) return { done: true, value: running };
    return { done: false, state: `${running.length} of ${desired} tasks running` };
  });
}

/** What waiting takes. */
interface Patience {
  clock: Clock;
  signal: AbortSignal;
  /** Milliseconds since the epoch. */
  deadline: number;
  say: (line: string) => void;
}

/**
 * The stack says what should run; this asks the tasks.
 * @throws KitError `release-not-running` when a task is of a revision that the stack did not make.
 */
export function requireRevision(tasks: readonly EcsTask[], taskDefinitions: readonly string[]): void {
  const other = tasks.find((task) => !taskDefinitions.includes(task.taskDefinition));
  if (other === undefined) return;
  throw new KitError(`task ${other.id} runs ${other.taskDefinition}, which is not of the stack`, {
    code: 'release-not-running',
    source: 'aws',
    hint: 'deploy the stack again, and find out who changed its services past it',
  });
}

/**
 * Where the gateways log, as their own task definitions say.
 * @throws KitError `tap-unreadable` when a gateway's collector does not log to CloudWatch.
 */
export async function gatewayLogs(services: Services, gateways: readonly EcsTask[]): Promise<GatewayLog[]> {
  const found: GatewayLog[] = [];
  for (const task of gateways) {
    const { containers } = await services.taskDefinition(task.taskDefinition);
    const streams = containers.flatMap((container) => {
      const stream = logStream(container, task.id);
      return container.log === undefined || stream === undefined
        ? []
        : [{ group: container.log.group, stream }];
    });
    if (streams.length === 0) throw noLog(task);
    found.push(...streams.map((where) => ({ task: task.id, where, mark: undefined })));
  }
  return found;
}

/**
 * The same logs, marked at what they hold now. By the gateways' clocks, which may differ from ours.
 * @throws KitError `tap-unreadable` when a log is not there: its stream is made before its container starts.
 */
export async function marked(gateways: readonly GatewayLog[], logs: Logs): Promise<GatewayLog[]> {
  return Promise.all(
    gateways.map(async (gateway) => {
      const page = await logs.page({ ...gateway.where, newest: 1 });
      if (page === undefined) throw logGone(gateway);
      return { ...gateway, mark: page.events.at(-1)?.timestamp };
    }),
  );
}

/**
 * Milliseconds since the epoch when the youngest change among the gateways happened: a task that came,
 * or one that went, which agents may still send to; one that is on its way out counts as leaving now.
 */
export async function lastGatewayChange(
  services: Services,
  { cluster, gatewayService: service }: Pick<Target, 'cluster' | 'gatewayService'>,
  running: readonly EcsTask[],
  clock: Clock,
): Promise<number> {
  const stopped = await services.tasks({ cluster, service, desiredStatus: 'STOPPED' });
  const times = [
    ...running.map((task) => task.startedAt ?? task.createdAt),
    ...stopped.map((task) => task.stoppedAt ?? clock.now()),
  ];
  return Math.max(0, ...times.filter((time) => time !== undefined));
}

/** Waits until every agent's resolver has looked again after `changedAt`. */
export async function waitForResolvers(
  changedAt: number,
  resolverSeconds: number,
  { clock, signal, say }: Omit<Patience, 'deadline'>,
): Promise<void> {
  const milliseconds = changedAt + resolverSeconds * 1000 - clock.now();
  if (milliseconds <= 0) return;
  say(`waiting ${Math.ceil(milliseconds / 1000)} s, so that every agent has resolved the gateways again`);
  await clock.sleep(milliseconds, signal);
}

function noLog(task: EcsTask): KitError {
  return new KitError(
    `the log of gateway ${task.id} cannot be read: its collector does not use awslogs with a prefix`,
    {
      code: 'tap-unreadable',
      source: 'user',
      hint: 'the tap is read from CloudWatch Logs; set logDriver awslogs and awslogs-stream-prefix',
    },
  );
}

function logGone({ task, where }: GatewayLog): KitError {
  return new KitError(`gateway ${task} has no log stream ${where.stream} in ${where.group}`, {
    code: 'tap-unreadable',
    source: 'user',
    hint: 'somebody removed it; without it the tap cannot be read: deploy the stack again, or replace its gateways',
  });
}

function noGateway({ cluster, gatewayService }: Target): KitError {
  return new KitError(`service ${gatewayService} of cluster ${cluster} is asked for no gateway`, {
    code: 'gateways-unavailable',
    source: 'user',
    hint: 'deploy the stack, or raise its number of gateways',
  });
}
