import type { CloudMap } from '../aws/cloud-map.ts';
import type { CloudFormation, Stack } from '../aws/cloudformation.ts';
import type { EcsServices, EcsTask } from '../aws/ecs-services.ts';
import { isKitError, KitError } from '../kit/errors.ts';
import { poll } from '../kit/poll.ts';
import { type Health, type ServiceSight, serviceHealth } from './service-health.ts';
import { type DeclaredServices, declaredServices, type StackService } from './services.ts';
import { pollOptions, type Waiting } from './waiting.ts';

export interface RolloutPorts {
  cloudFormation: Pick<CloudFormation, 'resources'>;
  ecs: EcsServices;
  cloudMap: Pick<CloudMap, 'registeredInstances'>;
}

/** A service that is as the stack declares it. */
export interface SteadyService extends StackService {
  desired: number;
  taskDefinition: string;
  /** What Cloud Map hands out, for services that are registered there. */
  addresses: readonly string[] | undefined;
  /** Of the images that its tasks run, each once, as ECS says; more than one where tasks differ. */
  digests: readonly string[];
  /** The tasks that run. */
  tasks: readonly EcsTask[];
}

/** What a stack's services are expected to come to. */
export interface Expectation {
  /** Milliseconds since the epoch when the operation began: tasks that failed after it count. */
  since: number;
  /** The service that may be asked for no tasks at all. Default none. */
  mayBeEmpty?: string | undefined;
}

/** A rollout that failed or did not get there; names the service, for the diagnosis. */
export class RolloutError extends KitError {
  readonly service: StackService;

  constructor(service: StackService, state: string, code: string) {
    super(`service ${service.name}: ${state}`, { code, source: 'aws' });
    this.service = service;
  }
}

/**
 * Waits until every service of the stack runs the revision that the stack declares, and nothing else, and
 * Cloud Map is in step with it: seen twice in a row, since ECS and Cloud Map are eventually consistent.
 * @throws RolloutError when a service failed, or with code `deadline-exceeded` when it was not steady in time.
 */
export async function steadyServices(
  stack: Stack,
  expected: Expectation,
  ports: RolloutPorts,
  waiting: Waiting,
): Promise<SteadyService[]> {
  const declared = await declaredServices(stack, ports.cloudFormation);
  let looks: readonly JudgedService[] = [];
  let before = '';
  const look = async () => {
    looks = await Promise.all(
      declared.services.map(async (service) => {
        const sight = await sightOf(service, ports);
        return { service, sight, health: judge(sight, { ...expected, ...declared }, service, waiting) };
      }),
    );
    for (const { service, health } of looks) {
      if (health.verdict === 'failed') throw new RolloutError(service, health.state, health.code);
    }
    const seen = steadyTasks(looks);
    if (seen !== undefined && seen === before)
      return { done: true as const, value: looks.map(steadyService) };
    before = seen ?? '';
    return {
      done: false as const,
      state: looks.map(({ service, health }) => `${service.name}: ${health.state}`).join('; '),
    };
  };
  if (declared.services.length === 0) return [];
  try {
    return await poll({ ...pollOptions(waiting), what: 'services', heartbeat: waiting.say }, look);
  } catch (error) {
    const late = looks.find(({ health }) => health.verdict !== 'steady');
    if (!late || !isKitError(error, 'deadline-exceeded')) throw error;
    throw new RolloutError(late.service, `not steady by the deadline: ${late.health.state}`, error.code);
  }
}

/** One look at a service and what it means. */
interface JudgedService {
  service: StackService;
  sight: ServiceSight | undefined;
  health: Health;
}

/** What must be the same in two looks, once all is steady: the very tasks, not just their number. */
function steadyTasks(looks: readonly JudgedService[]): string | undefined {
  if (looks.some(({ health }) => health.verdict !== 'steady')) return undefined;
  return looks
    .flatMap(({ sight }) => sight?.running.map((task) => task.arn) ?? [])
    .sort()
    .join();
}

function judge(
  sight: ServiceSight | undefined,
  { taskDefinitions, since, mayBeEmpty }: DeclaredServices & Expectation,
  { name }: StackService,
  { clock }: Waiting,
): Health {
  if (!sight) return { verdict: 'waiting', state: 'ECS does not know it yet' };
  return serviceHealth(sight, {
    taskDefinitions,
    since,
    now: clock.now(),
    mayBeEmpty: name === mayBeEmpty,
  });
}

async function sightOf({ cluster, name, discoveryServiceId }: StackService, { ecs, cloudMap }: RolloutPorts) {
  const service = await ecs.service(cluster, name);
  if (!service) return undefined;
  // What the stack's outputs promise counts too: a service that lost its registration must not pass for one without.
  const registries = new Set([
    ...service.discoveryServiceIds,
    ...(discoveryServiceId ? [discoveryServiceId] : []),
  ]);
  const [running, stopped, instances, registered] = await Promise.all([
    ecs.tasks({ cluster, service: name, desiredStatus: 'RUNNING' }),
    ecs.tasks({ cluster, service: name, desiredStatus: 'STOPPED' }),
    service.scheduling === 'DAEMON' ? ecs.activeInstances(cluster) : undefined,
    registries.size > 0
      ? Promise.all([...registries].map((id) => cloudMap.registeredInstances(id)))
      : undefined,
  ]);
  return { service, running, stopped, instances, registered: registered?.flat() } satisfies ServiceSight;
}

function digestsOf({ containers }: EcsTask): string[] {
  return containers.map(({ imageDigest }) => imageDigest ?? 'unknown');
}

function steadyService({ service, sight }: JudgedService): SteadyService {
  return {
    ...service,
    desired: sight?.service.desired ?? 0,
    taskDefinition: sight?.service.taskDefinition ?? '',
    addresses: sight?.registered?.map(({ id, address }) => address ?? id),
    digests: [...new Set((sight?.running ?? []).flatMap(digestsOf))],
    tasks: sight?.running ?? [],
  };
}
