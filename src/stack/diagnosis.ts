import type { EcsServices, EcsTask, TaskContainer, TaskDefinition } from '../aws/ecs-services.ts';
import type { LogTail } from '../aws/log-tail.ts';
import { logStream } from '../aws/task-definition.ts';
import { KitError, messageOf } from '../kit/errors.ts';
import type { StackService } from './services.ts';

export interface DiagnosisPorts {
  ecs: EcsServices;
  logTail: LogTail;
}

/** One link of the chain from the operation to the line that names the reason. */
export interface Link {
  /** `deployment`, `task`, `container`, `log`. */
  what: string;
  /** Which one, and what AWS says about it. */
  text: string;
}

const logLines = 20;
/** Marks a line that names the reason; the collector prints such a one last. */
const telling = /\b(error|fatal|panic|cannot|failed|invalid)\b/i;

/**
 * Follows a failed service down: its deployment, its newest event, the newest task that stopped against
 * everyone's wish, its container, the last lines of its log. Never throws: what cannot be read is a link that
 * says so.
 */
export async function diagnoseService(
  service: StackService,
  since: number,
  ports: DiagnosisPorts,
): Promise<readonly Link[]> {
  const links: Link[] = [];
  try {
    await deploymentLinks(service, links, ports.ecs);
    const task = await newestFailure(service, since, ports.ecs);
    if (!task) return links;
    links.push({
      what: 'task',
      text: `${task.id}: ${task.stoppedReason ?? task.stopCode ?? task.lastStatus}`,
    });
    const container = blamed(task);
    if (!container) return links;
    links.push({ what: 'container', text: containerText(container) });
    const definition = await ports.ecs.taskDefinition(task.taskDefinition);
    links.push(...(await logLinks(definition, container, task.id, ports.logTail)));
  } catch (error) {
    links.push({ what: 'diagnosis', text: `ends here: ${messageOf(error)}` });
  }
  return links;
}

async function deploymentLinks(
  { cluster, name }: StackService,
  links: Link[],
  ecs: EcsServices,
): Promise<void> {
  const found = await ecs.service(cluster, name);
  if (!found) return;
  const failed = found.deployments.find((each) => each.rolloutState === 'FAILED' || each.failedTasks > 0);
  const shown = failed ?? found.deployments.find((each) => each.status === 'PRIMARY');
  if (shown) {
    const reason = shown.rolloutStateReason ? `: ${shown.rolloutStateReason}` : '';
    links.push({
      what: 'deployment',
      text: `${shown.id} of service ${name} is ${shown.rolloutState}, ${shown.failedTasks} failed tasks${reason}`,
    });
  }
  const event = found.events[0];
  if (event) links.push({ what: 'service event', text: event.message });
}

/** The newest task that ended by itself since the operation began, whatever its revision. */
async function newestFailure({ cluster, name }: StackService, since: number, ecs: EcsServices) {
  const stopped = await ecs.tasks({ cluster, service: name, desiredStatus: 'STOPPED' });
  const unwanted = stopped.filter(
    (task) => !['ServiceSchedulerInitiated', 'UserInitiated'].includes(task.stopCode ?? ''),
  );
  const recent = unwanted.filter((task) => (task.stoppedAt ?? task.createdAt ?? 0) >= since);
  return recent.sort((a, b) => (b.stoppedAt ?? b.createdAt ?? 0) - (a.stoppedAt ?? a.createdAt ?? 0))[0];
}

/** The container that failed: one with an exit code other than 0, else one with a reason, else the first. */
function blamed({ containers }: EcsTask): TaskContainer | undefined {
  return (
    containers.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0) ??
    containers.find(({ reason }) => reason !== undefined) ??
    containers[0]
  );
}

function containerText({ name, exitCode, reason }: TaskContainer): string {
  const code = exitCode === undefined ? 'did not start' : `exit code ${exitCode}`;
  return reason ? `${name}: ${code}, ${reason}` : `${name}: ${code}`;
}

async function logLinks(
  definition: TaskDefinition,
  container: TaskContainer,
  taskId: string,
  logTail: LogTail,
): Promise<Link[]> {
  const declared = definition.containers.find((each) => each.name === container.name);
  const stream = declared && logStream(declared, taskId);
  if (!declared?.log || !stream) return [];
  const lines = await logTail(declared.log.group, stream, logLines);
  if (lines.length === 0) return [{ what: 'log', text: `${declared.log.group}:${stream} is empty` }];
  return lines.map((text) => ({ what: 'log', text }));
}

/** The error with the most telling text of the chain in its first line and the chain below it. */
export function withChain(error: KitError, links: readonly Link[]): KitError {
  if (links.length === 0) return error;
  const deeper = headline(links);
  const first =
    deeper === undefined || error.message.includes(deeper) ? error.message : `${error.message} | ${deeper}`;
  const lines = links.map(({ what, text }) => `  ${what.padEnd(13)} ${text}`);
  return new KitError([first, ...lines].join('\n'), {
    code: error.code,
    source: error.source,
    cause: error.cause,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

/** The last log line that names an error, else the deepest reason that AWS gives. */
export function headline(links: readonly Link[]): string | undefined {
  const line = links.findLast(({ what, text }) => what === 'log' && telling.test(text));
  const deepest = line ?? links.findLast(({ what }) => what !== 'log' && what !== 'deployment');
  return deepest?.text;
}
