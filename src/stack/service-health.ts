import type { RegisteredInstance } from '../aws/cloud-map.ts';
import { type EcsDeployment, type EcsService, type EcsTask, wasWanted } from '../aws/ecs-services.ts';

/** One look at a service, all of it read at about the same time. */
export interface ServiceSight {
  service: EcsService;
  running: readonly EcsTask[];
  stopped: readonly EcsTask[];
  /** Container instances that take tasks; only asked for daemons. */
  instances: number | undefined;
  /** What Cloud Map hands out; undefined when the service is not registered there. */
  registered: readonly RegisteredInstance[] | undefined;
}

export interface HealthQuestion {
  /** The revisions that the stack declares. */
  taskDefinitions: ReadonlySet<string>;
  now: number;
  /** Milliseconds since the epoch from which stopped tasks count against the rollout. */
  since: number;
  /** Whether a service without tasks is what was asked for. Default false. */
  mayBeEmpty?: boolean;
}

/** `steady`; `waiting` for something; or `failed`, which more waiting does not cure. */
export type Health =
  | { verdict: 'steady'; state: string }
  | { verdict: 'waiting'; state: string }
  | {
      verdict: 'failed';
      code: 'rollout-failed' | 'rollout-superseded' | 'service-empty' | 'tasks-failing';
      state: string;
    };

/**
 * A task that has run for this long is taken to live on. A wrong config ends a collector within a second or two; what
 * ends it later (a first export, a full memory) often does so within ten, when ECS has long called it steady.
 */
export const provenMilliseconds = 15_000;

/** As many failed tasks as trip the smallest deployment circuit breaker. */
const failureLimit = 3;

/** Judges one look at a service: is what runs our revision, all of it, alive, and what Cloud Map hands out? */
export function serviceHealth(sight: ServiceSight, question: HealthQuestion): Health {
  return failure(sight, question) ?? waitingFor(sight, question) ?? steady(sight);
}

function failure({ service, stopped }: ServiceSight, question: HealthQuestion): Health | undefined {
  const primary = primaryOf(service);
  if (
    primary &&
    primary.createdAt >= question.since &&
    !question.taskDefinitions.has(primary.taskDefinition)
  ) {
    const state = `somebody else's deployment ${primary.id} of ${lastPart(primary.taskDefinition)} took the place of ours`;
    return { verdict: 'failed', code: 'rollout-superseded', state };
  }
  if (primary?.rolloutState === 'FAILED') {
    const reason = primary.rolloutStateReason ?? 'ECS gives no reason';
    return { verdict: 'failed', code: 'rollout-failed', state: `its deployment failed: ${reason}` };
  }
  if (service.scheduling !== 'DAEMON' && service.desired === 0 && !question.mayBeEmpty) {
    return { verdict: 'failed', code: 'service-empty', state: 'it wants no tasks at all' };
  }
  const failed = failedTasks(stopped, question);
  if (failed.length < Math.max(failureLimit, Math.ceil(service.desired / 2))) return undefined;
  const newest = failed.at(-1);
  return {
    verdict: 'failed',
    code: 'tasks-failing',
    state: `${failed.length} tasks of the new revision stopped, the last with: ${newest?.stoppedReason ?? 'no reason'}`,
  };
}

function waitingFor(sight: ServiceSight, question: HealthQuestion): Health | undefined {
  const { service } = sight;
  const primary = primaryOf(service);
  const state =
    service.status !== 'ACTIVE'
      ? `it is ${service.status || 'gone'}`
      : !question.taskDefinitions.has(service.taskDefinition)
        ? `it runs ${lastPart(service.taskDefinition)}, not the revision of the stack`
        : primary && service.deployments.length === 1 && primary.rolloutState === 'COMPLETED'
          ? (countProblem(sight, question) ??
            taskProblem(sight, question) ??
            registrationProblem(sight, question))
          : `deployment ${primary?.rolloutState ?? 'missing'}, ${counts(service)}, ${service.deployments.length} deployments`;
  return state === undefined ? undefined : { verdict: 'waiting', state };
}

function countProblem(
  { service, instances }: ServiceSight,
  { mayBeEmpty }: HealthQuestion,
): string | undefined {
  const isEmpty = service.desired === 0 && !mayBeEmpty;
  if (isEmpty || service.running !== service.desired || service.pending > 0) return counts(service);
  // ECS counts the instances a daemon may use; without constraints that is every active one.
  if (instances === undefined || service.hasPlacementConstraints || service.desired === instances)
    return undefined;
  return `${counts(service)}, but the cluster has ${instances} active instances`;
}

function taskProblem(sight: ServiceSight, question: HealthQuestion): string | undefined {
  const ours = runningTasks(sight, question);
  if (ours.length !== sight.service.running) {
    return `${ours.length} of ${sight.service.running} running tasks are of the revision of the stack`;
  }
  const young = ours.filter((task) => question.now - (task.startedAt ?? question.now) < provenMilliseconds);
  return young.length > 0 ? `${young.length} tasks have just started` : undefined;
}

/** Compares addresses; tasks without one of their own (bridge, host) register under their task id. */
function registrationProblem(sight: ServiceSight, question: HealthQuestion): string | undefined {
  if (sight.registered === undefined) return undefined;
  const tasks = runningTasks(sight, question);
  const own = tasks.every((task) => task.address !== undefined);
  const expected = tasks.map((task) => (own ? (task.address ?? '') : task.id)).sort();
  const found = sight.registered
    .map(({ id, address }) => (own ? (address ?? `${id} without address`) : id))
    .sort();
  if (expected.join() === found.join()) return undefined;
  return `Cloud Map lists [${found.join(', ')}], running are [${expected.join(', ')}]`;
}

function steady({ service, registered }: ServiceSight): Health {
  const cloudMap = registered ? `, ${registered.length} in Cloud Map` : '';
  return { verdict: 'steady', state: `${counts(service)} on ${lastPart(service.taskDefinition)}${cloudMap}` };
}

/** Tasks of our revision that ended since `since` without anyone wanting it, oldest first. */
export function failedTasks(stopped: readonly EcsTask[], question: Omit<HealthQuestion, 'now'>): EcsTask[] {
  return stopped
    .filter((task) => question.taskDefinitions.has(task.taskDefinition))
    .filter((task) => (task.stoppedAt ?? 0) >= question.since && !wasWanted(task))
    .sort((a, b) => (a.stoppedAt ?? 0) - (b.stoppedAt ?? 0));
}

function runningTasks({ running }: ServiceSight, question: HealthQuestion): EcsTask[] {
  return running.filter(
    (task) => task.lastStatus === 'RUNNING' && question.taskDefinitions.has(task.taskDefinition),
  );
}

function primaryOf(service: EcsService): EcsDeployment | undefined {
  return service.deployments.find((each) => each.status === 'PRIMARY');
}

function counts({ running, desired, pending }: EcsService): string {
  return `${running} of ${desired} tasks running${pending > 0 ? `, ${pending} pending` : ''}`;
}

function lastPart(arn: string): string {
  return arn.split('/').at(-1) ?? arn;
}
