import type { EcsServices } from '../aws/ecs-services.ts';
import { type LogStream, type Logs, newestEvents } from '../aws/logs.ts';
import { logStream } from '../aws/task-definition.ts';
import { isKitError, KitError } from '../kit/errors.ts';
import { poll } from '../kit/poll.ts';
import type { SteadyService } from './rollout.ts';
import { pollOptions, type Waiting } from './waiting.ts';

export interface TaskLogPorts {
  ecs: Pick<EcsServices, 'taskDefinition'>;
  logs: Pick<Logs, 'page'>;
}

export interface TaskLogQuestion {
  stackName: string;
  services: readonly SteadyService[];
  /** Whether every collector says something when it starts, as it does at log level info. Asked of new tasks only. */
  mustSpeak: boolean;
}

/** The log of one container of a running task. */
interface TaskLog extends LogStream {
  service: string;
  task: string;
  role: string | undefined;
  /** Milliseconds since the epoch. */
  startedAt: number;
}

/**
 * How long a log may take to show, also of a task that has been alive for a while: the log driver tries for a stream
 * after 1, 2, 4, 8, … and at most 32 seconds, so that one whose group or right was just made good shows within these:
 * https://github.com/moby/moby/blob/master/daemon/logger/awslogs/cloudwatchlogs.go
 */
const patienceMilliseconds = 40_000;
/** A task's first lines are kept for a day at least; what an older one said may be gone. */
const newMilliseconds = 12 * 3_600_000;
/** Logs that are asked for at once: GetLogEvents takes 25 requests a second. */
const atOnce = 5;

/**
 * Requires of every running task the log streams that its awslogs driver makes. Without blocking, which is how
 * collectors log, a task runs on whether or not its log can be written: a role without the right to, or a group that is
 * gone, shows nowhere else. Tasks with other log drivers, or none, are not asked for one.
 * @returns logs that the stack does not own and that may not be read, each as `group:stream`
 * @throws KitError `log-unwritable` naming task, group and stream
 */
export async function requireTaskLogs(
  { stackName, services, mustSpeak }: TaskLogQuestion,
  ports: TaskLogPorts,
  waiting: Waiting,
): Promise<readonly string[]> {
  const isOwn = ({ group }: TaskLog) => group.startsWith(`/ecs/${stackName}/`);
  const isNew = ({ startedAt }: TaskLog) => startedAt > waiting.clock.now() - newMilliseconds;
  const unread: string[] = [];
  let open = (await logsOf(services, ports)).map((log) => ({ log, fault: '' }));
  const look = async () => {
    const faulty: typeof open = [];
    for (let start = 0; start < open.length; start += atOnce) {
      const faults = open.slice(start, start + atOnce).map(async ({ log }) => {
        const fault = await faultOf(log, mustSpeak && isOwn(log) && isNew(log), ports).catch(
          (error: unknown) => {
            if (isOwn(log) || !isKitError(error, 'access-denied')) throw error;
            unread.push(`${log.group}:${log.stream}`);
            return undefined;
          },
        );
        return fault === undefined ? [] : [{ log, fault }];
      });
      faulty.push(...(await Promise.all(faults)).flat());
    }
    open = faulty;
    return open.length === 0
      ? { done: true as const, value: unread }
      : { done: false as const, state: `${open.length} tasks have not written their log` };
  };
  const deadline = Math.min(waiting.deadline, waiting.clock.now() + patienceMilliseconds);
  try {
    return await poll({ ...pollOptions(waiting), what: 'logs', deadline, heartbeat: waiting.say }, look);
  } catch (error) {
    const [first] = open;
    if (!first || first.fault === '' || !isKitError(error, 'deadline-exceeded')) throw error;
    throw unwritable(first.log, first.fault, open.length - 1);
  }
}

/** The awslogs streams of all tasks that run, as far as they have names of their own and are in the tasks' region. */
async function logsOf(services: readonly SteadyService[], { ecs }: TaskLogPorts): Promise<TaskLog[]> {
  const definitions = new Map<string, ReturnType<EcsServices['taskDefinition']>>();
  const found: TaskLog[] = [];
  for (const { name, tasks } of services) {
    for (const { id, arn, taskDefinition, startedAt = 0 } of tasks) {
      const asked = definitions.get(taskDefinition) ?? ecs.taskDefinition(taskDefinition);
      definitions.set(taskDefinition, asked);
      const { containers, executionRoleArn: role } = await asked;
      for (const container of containers) {
        const stream = logStream(container, id);
        const { group, region = regionOf(arn) } = container.log ?? { group: '' };
        if (stream === undefined || region !== regionOf(arn)) continue;
        found.push({ service: name, task: id, role, group, stream, startedAt });
      }
    }
  }
  return found;
}

const regionOf = (arn: string) => arn.split(':')[3];

async function faultOf(
  log: TaskLog,
  mustSpeak: boolean,
  { logs }: TaskLogPorts,
): Promise<string | undefined> {
  const last = await newestEvents(logs, log, 1);
  if (last === undefined) return `log group ${log.group} has no stream ${log.stream}`;
  return last.length === 0 && mustSpeak
    ? `stream ${log.stream} of log group ${log.group} is empty`
    : undefined;
}

function unwritable({ service, task, role, group }: TaskLog, fault: string, others: number): KitError {
  const more = others > 0 ? ` (and ${others} more tasks)` : '';
  const who = role === undefined ? 'the role of its instance' : `its execution role ${role}`;
  return new KitError(`task ${task} of service ${service} cannot write its log: ${fault}${more}`, {
    code: 'log-unwritable',
    source: 'user',
    hint: `Give ${who} logs:CreateLogStream and logs:PutLogEvents on log group ${group}, which must exist; then deploy again.`,
  });
}
