import {
  type ContainerDefinition,
  type EcsServices,
  type EcsTask,
  type TaskContainer,
  wasWanted,
} from '../aws/ecs-services.ts';
import type { LogTail } from '../aws/log-tail.ts';
import { logStream } from '../aws/task-definition.ts';
import { KitError, messageOf } from '../kit/errors.ts';
import { absentComponents } from './absent-components.ts';
import type { StackService } from './services.ts';

export interface DiagnosisPorts {
  ecs: EcsServices;
  logTail: LogTail;
}

/** One link of the chain from the operation to the line that names the reason. */
export interface Link {
  /** `deployment`, `service event`, `task`, `container`, `command`, `image`, `log`. */
  what: string;
  /** Which one, and what AWS says about it. */
  text: string;
}

const logLines = 20;
/**
 * What a first line can take; the whole text is in the chain below it. Of a longer one the two ends: a chain of errors
 * begins with what was tried and ends with why it failed.
 */
const headlineLength = 700;
/** Marks a line that names the reason; the collector prints such a one last. */
const telling = /\b(error|fatal|panic|cannot|failed|invalid)\b/i;
/** Marks a service event that says what is wrong; most of them tell of the ordinary course of things. */
const complaint = /unable|failed|unhealthy|error|cannot|could not/i;

/** Failed tasks that are looked at: without blocking, the log of one that died at once may hold nothing. */
const mostTasks = 3;

/**
 * Follows a failed service down: its deployment, its newest event, the newest task that stopped against everyone's
 * wish, or that of the newest few whose log holds anything, its container, the last lines of its log. Never throws:
 * what cannot be read is a link that says so.
 */
export async function diagnoseService(
  service: StackService,
  since: number,
  ports: DiagnosisPorts,
): Promise<readonly Link[]> {
  const links: Link[] = [];
  try {
    await deploymentLinks(service, since, links, ports.ecs);
    let shown: Link[] | undefined;
    for (const task of (await failedTasksOf(service, since, ports.ecs)).slice(0, mostTasks)) {
      const found = await taskLinks(task, ports);
      shown ??= found;
      if (!found.some(({ what }) => what === 'no log')) {
        if (hasLog(found)) shown = found;
        break;
      }
    }
    links.push(...(shown ?? []));
  } catch (error) {
    links.push(endsHere(error));
  }
  return links;
}

async function taskLinks(task: EcsTask, { ecs, logTail }: DiagnosisPorts): Promise<Link[]> {
  const links: Link[] = [{ what: 'task', text: taskText(task) }];
  const container = blamed(task);
  if (!container) return links;
  links.push({ what: 'container', text: containerText(container) });
  try {
    const definition = await ecs.taskDefinition(task.taskDefinition);
    const declared = definition.containers.find((each) => each.name === container.name);
    if (!declared) return links;
    if (declared.command.length > 0) links.push({ what: 'command', text: declared.command.join(' ') });
    links.push(...(await logLinks(declared, task.id, logTail)));
  } catch (error) {
    links.push(endsHere(error));
  }
  return links;
}

function endsHere(error: unknown): Link {
  return { what: 'diagnosis', text: `ends here: ${messageOf(error)}` };
}

async function deploymentLinks(
  { cluster, name }: StackService,
  since: number,
  links: Link[],
  ecs: EcsServices,
): Promise<void> {
  const found = await ecs.service(cluster, name);
  if (!found) return;
  const failed = found.deployments.find(
    (each) => each.createdAt >= since && (each.rolloutState === 'FAILED' || each.failedTasks > 0),
  );
  const shown = failed ?? found.deployments.find((each) => each.status === 'PRIMARY');
  if (shown) {
    const reason = shown.rolloutStateReason ? `: ${shown.rolloutStateReason}` : '';
    links.push({
      what: 'deployment',
      text: `${shown.id} of service ${name} is ${shown.rolloutState}, ${shown.failedTasks} failed tasks${reason}`,
    });
  }
  const event = found.events.find(({ at, message }) => at >= since && complaint.test(message));
  if (event) links.push({ what: 'service event', text: event.message });
}

/** Tasks of a service that ended by themselves since the operation began, whatever their revision; newest first. */
export async function failedTasksOf(
  { cluster, name }: StackService,
  since: number,
  ecs: Pick<EcsServices, 'tasks'>,
): Promise<EcsTask[]> {
  const endOf = (task: EcsTask) => task.stoppedAt ?? task.createdAt ?? 0;
  return (await ecs.tasks({ cluster, service: name, desiredStatus: 'STOPPED' }))
    .filter((task) => !wasWanted(task) && endOf(task) >= since)
    .sort((a, b) => endOf(b) - endOf(a));
}

/** The container that failed: one with an exit code other than 0, else one with a reason, else the first. */
function blamed({ containers }: EcsTask): TaskContainer | undefined {
  return (
    containers.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0) ??
    containers.find(({ reason }) => reason !== undefined) ??
    containers[0]
  );
}

/** A stopped task and AWS's reason. */
export function taskText({ id, stoppedReason, stopCode, lastStatus }: EcsTask): string {
  return `${id}: ${stoppedReason ?? stopCode ?? lastStatus}`;
}

/** Whether the chain reaches down to what a container said. */
export function hasLog(links: readonly Link[]): boolean {
  return links.some(({ what }) => what === 'log');
}

function containerText({ name, exitCode, reason }: TaskContainer): string {
  const code = exitCode === undefined ? 'did not start' : `exit code ${exitCode}`;
  return reason ? `${name}: ${code}, ${reason}` : `${name}: ${code}`;
}

async function logLinks(declared: ContainerDefinition, taskId: string, logTail: LogTail): Promise<Link[]> {
  const stream = logStream(declared, taskId);
  if (!declared.log || !stream) return [];
  const lines = await logTail(declared.log.group, stream, logLines);
  const nothing = `${declared.log.group}:${stream} holds nothing: too short a life, or its role may not write it`;
  if (lines.length === 0) return [{ what: 'no log', text: nothing }];
  const absent = absentComponents(lines, declared.image);
  return [
    ...(absent === undefined ? [] : [{ what: 'image', text: absent }]),
    ...lines.map((line) => ({ what: 'log', text: readable(line) })),
  ];
}

/** A collector that logs JSON writes a line of mostly attributes; level, message and error are what a reader needs. */
function readable(line: string): string {
  try {
    const { level, msg, error } = JSON.parse(line) as Record<string, unknown>;
    if (typeof msg === 'string')
      return [level, msg, error].filter((each) => typeof each === 'string').join(' | ');
  } catch {
    // Plain text, as it is.
  }
  return line;
}

/** An error with the chain that was found below it. */
export class DiagnosedError extends KitError {
  readonly links: readonly Link[];

  constructor(message: string, { code, source, hint, cause }: KitError, links: readonly Link[]) {
    super(message, { code, source, cause, ...(hint === undefined ? {} : { hint }) });
    this.links = links;
  }
}

/** The error with the most telling text of the chain in its first line and the chain below it. */
export function withChain(error: KitError, links: readonly Link[]): KitError {
  if (links.length === 0) return error;
  const deeper = headline(links);
  const first =
    deeper === undefined || error.message.includes(deeper) ? error.message : `${error.message} | ${deeper}`;
  const lines = links.map(({ what, text }) => `  ${what.padEnd(13)} ${text}`);
  return new DiagnosedError([first, ...lines].join('\n'), error, links);
}

/** What a container said last of an error, with what its image lacks before it; else the deepest reason that AWS gives. */
export function headline(links: readonly Link[]): string | undefined {
  const said = lastWords(links.filter(({ what }) => what === 'log').map(({ text }) => text));
  const lacks = links.find(({ what }) => what === 'image')?.text;
  if (lacks !== undefined && said !== undefined) return `${lacks} | ${said}`;
  return (
    said ?? links.findLast(({ what }) => !['log', 'no log', 'deployment', 'command'].includes(what))?.text
  );
}

/** The closing `Error: …`, with the lines below it for as long as they announce another; else the last line that tells. */
function lastWords(lines: readonly string[]): string | undefined {
  const closing = lines.findLastIndex((line) => line.startsWith('Error: '));
  if (closing < 0) return lines.findLast((line) => telling.test(line));
  const [first = '', ...below] = lines.slice(closing);
  const text = below.reduce(
    (said, line) => (said.endsWith(':') ? `${said} ${line.trim()}`.trimEnd() : said),
    first,
  );
  if (text.length <= headlineLength) return text;
  return `${text.slice(0, headlineLength / 2)} … ${text.slice(-headlineLength / 2)}`;
}
