import type { EcsServices, EcsTask } from '../aws/ecs-services.ts';
import type { LogStream, Logs } from '../aws/logs.ts';
import { logStream } from '../aws/task-definition.ts';
import { type BuildInfo, buildInfo, isOutsideProvenRange, provenRange } from '../collector/build-info.ts';
import { isKitError } from '../kit/errors.ts';
import type { CollectorRole, Target } from './target.ts';

/** What collectors of a role run: those of one image are one row. A plain JSON value. */
export type CollectorBuild = {
  role: CollectorRole;
  /** Ids. */
  tasks: readonly string[];
  /** As the tasks name it. */
  image: string;
  /** Of the image that ECS pulled, `sha256:…`; `unknown` where ECS does not say. */
  digest: string;
  /** As the collector says when it starts, as are the next two; `unknown` where no such line can be read. */
  distribution: string;
  version: string;
  /** Of the collector's core, which a distribution that counts its own versions is built on. */
  core: string;
};

interface Ports {
  services: Pick<EcsServices, 'tasks' | 'taskDefinition'>;
  logs: Pick<Logs, 'page'>;
}

const unknown = 'unknown';
/** Tasks of one image that are asked; the others say the same. */
const mostAsked = 3;
/** Pages of a log that are read from its head: on AWS the first may be empty. */
const mostPages = 10;

/** What the running tasks of each role are made of, by DescribeTasks and the first lines of their own logs. */
export async function collectorBuilds(target: Target, ports: Ports): Promise<CollectorBuild[]> {
  const services = { agent: target.agents, receiver: target.receivers, gateway: target.gateways };
  const builds: CollectorBuild[] = [];
  for (const role of ['agent', 'receiver', 'gateway'] as const) {
    const service = services[role];
    if (service === undefined) continue;
    const tasks = await ports.services.tasks({ ...service, desiredStatus: 'RUNNING' });
    const running = tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
    const container = target.containers?.[role];
    const images = Map.groupBy(running, (task) => JSON.stringify(imageOf(task, container)));
    for (const alike of images.values()) builds.push(await buildOf({ role, container }, alike, ports));
  }
  return builds;
}

async function buildOf(
  { role, container }: Asked,
  tasks: readonly EcsTask[],
  ports: Ports,
): Promise<CollectorBuild> {
  const info = await firstWords(tasks.slice(0, mostAsked), container, ports);
  return {
    role,
    tasks: tasks.map(({ id }) => id).sort(),
    ...(tasks[0] ? imageOf(tasks[0], container) : { image: unknown, digest: unknown }),
    distribution: info?.distribution ?? unknown,
    version: info?.version ?? unknown,
    core: info?.core ?? unknown,
  };
}

interface Asked {
  role: CollectorRole;
  /** Name of the collector's container, where it is known. */
  container: string | undefined;
}

function imageOf(task: EcsTask, name: string | undefined): Pick<CollectorBuild, 'image' | 'digest'> {
  const container = collectorOf(task.containers, name);
  return { image: container?.image ?? unknown, digest: container?.imageDigest ?? unknown };
}

/** The container of the collector among those of its task. */
function collectorOf<T extends { name: string }>(
  containers: readonly T[],
  known = 'otel-collector',
): T | undefined {
  return containers.find(({ name }) => name === known) ?? containers[0];
}

async function firstWords(
  tasks: readonly EcsTask[],
  name: string | undefined,
  { services, logs }: Ports,
): Promise<BuildInfo | undefined> {
  for (const task of tasks) {
    const definition = await services.taskDefinition(task.taskDefinition);
    const container = collectorOf(definition.containers, name);
    const stream = container && logStream(container, task.id);
    if (!container?.log || stream === undefined) continue;
    const lines = await readable(headOf(logs, { group: container.log.group, stream }));
    const info = lines.map(buildInfo).find((each) => each !== undefined);
    if (info !== undefined) return info;
  }
  return undefined;
}

/** Nothing of a log that may not be read: whoever looks at other people's collectors may lack the right. */
async function readable(reading: Promise<string[]>): Promise<string[]> {
  try {
    return await reading;
  } catch (error) {
    if (isKitError(error, 'access-denied')) return [];
    throw error;
  }
}

/** The first page of a log that holds anything. */
async function headOf(logs: Pick<Logs, 'page'>, where: LogStream): Promise<string[]> {
  let token: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await logs.page({ ...where, token });
    if (page === undefined) return [];
    if (page.events.length > 0) return page.events.map(({ message }) => message);
    if (page.forwardToken === token) return [];
    token = page.forwardToken;
  }
  return [];
}

const versionsPage = 'docs/collector-versions.md';

/** What stands against relying on these builds, each as a sentence. */
export function buildWarnings(builds: readonly CollectorBuild[]): string[] {
  const roles = [...new Set(builds.map(({ role }) => role))];
  return [...builds.flatMap(doubtsOf), ...roles.flatMap((role) => mixture(role, builds))];
}

function doubtsOf(build: CollectorBuild): string[] {
  const { role, image, digest, distribution, version, core } = build;
  const doubts: string[] = [];
  if (digest === unknown) doubts.push(`ECS does not say which digest of ${image} the ${role}s run`);
  if (version === unknown) {
    doubts.push(
      `the version of the ${role}s' collector (${image}) is unknown: its first log lines do not say it, as with a log level above info, or cannot be read any more`,
    );
    return doubts;
  }
  const outside = isOutsideProvenRange({ distribution, version, core: core === unknown ? undefined : core });
  if (outside === false) return doubts;
  const place = outside ? 'outside the range' : 'not comparable with the range';
  doubts.push(
    `the ${role}s run ${nameOf(build)}, ${place} that is proven, ${provenRange.oldest} to ${provenRange.newest}: see ${versionsPage}`,
  );
  return doubts;
}

function mixture(role: CollectorRole, builds: readonly CollectorBuild[]): string[] {
  const digests = [...new Set(builds.filter((each) => each.role === role).map(({ digest }) => digest))];
  if (digests.length < 2) return [];
  return [`the ${role}s run ${digests.length} different images: ${digests.join(', ')}`];
}

/** `otelcol-contrib 0.158.0`; with the core's version where that is another. */
export function nameOf({ distribution, version, core }: CollectorBuild): string {
  const based = core !== unknown && core !== version ? ` on core ${core}` : '';
  return distribution === unknown ? 'an unknown collector' : `${distribution} ${version}${based}`;
}
