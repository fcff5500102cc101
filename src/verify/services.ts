import type { EcsServices, EcsTask } from '../aws/ecs-services.ts';
import type { Clock } from '../kit/clock.ts';
import { KitError } from '../kit/errors.ts';
import { type Look, poll } from '../kit/poll.ts';
import type { Pace } from './run.ts';
import type { ServiceRef } from './target.ts';

type Services = Pick<EcsServices, 'service' | 'tasks'>;

/** How long a service may take to have all of its tasks; a deployment has waited for that before. */
const convergenceMilliseconds = 120_000;

/** The RUNNING tasks of a service, by id. */
export async function runningTasks(
  services: Pick<Services, 'tasks'>,
  { cluster, service }: ServiceRef,
): Promise<EcsTask[]> {
  const tasks = await services.tasks({ cluster, service, desiredStatus: 'RUNNING' });
  return tasks.filter((task) => task.lastStatus === 'RUNNING').sort((a, b) => a.id.localeCompare(b.id));
}

/**
 * Waits until a service runs as many tasks as it is asked for, and gives them.
 * @throws KitError `gateways-unavailable` or `receivers-unavailable` when it is asked for none, `deadline-exceeded`
 * when it has too few.
 */
export async function allTasks(
  role: 'receiver' | 'gateway',
  ref: ServiceRef,
  services: Services,
  { clock, signal, deadline, voice }: Pace,
): Promise<EcsTask[]> {
  const what = `${role} service ${ref.service}`;
  const soon = Math.min(deadline, clock.now() + convergenceMilliseconds);
  const about = { what, deadline: soon, intervalSeconds: 3, clock, signal, heartbeat: voice.info };
  return poll(about, async (): Promise<Look<EcsTask[]>> => {
    const desired = (await services.service(ref.cluster, ref.service))?.desired ?? 0;
    if (desired === 0) throw noTask(role, ref);
    const running = await runningTasks(services, ref);
    if (running.length === desired) return { done: true, value: running };
    return { done: false, state: `${running.length} of ${desired} tasks running` };
  });
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
 * Milliseconds since the epoch when the youngest change among a service's tasks happened: a task that came,
 * or one that went, which others may still send to; one that is on its way out counts as leaving now.
 */
export async function lastChange(
  services: Pick<Services, 'tasks'>,
  { cluster, service }: ServiceRef,
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

function noTask(role: string, { cluster, service }: ServiceRef): KitError {
  return new KitError(`service ${service} of cluster ${cluster} is asked for no ${role}`, {
    code: `${role}s-unavailable`,
    source: 'user',
    hint: `deploy the stack, or raise its number of ${role}s`,
  });
}
