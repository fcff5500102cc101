import type { CloudMap } from '../aws/cloud-map.ts';
import type { CloudFormation, Stack } from '../aws/cloudformation.ts';
import type { EcsServices } from '../aws/ecs-services.ts';
import { KitError } from '../kit/errors.ts';
import { poll } from '../kit/poll.ts';
import { type Health, type ServiceSight, serviceHealth } from './service-health.ts';
import { type DeclaredServices, declaredServices, type StackService } from './services.ts';
import { defaultIntervalSeconds, type Waiting } from './waiting.ts';

export interface RolloutPorts {
  cloudFormation: Pick<CloudFormation, 'resources'>;
  ecs: EcsServices;
  cloudMap: CloudMap;
}

/** A service that is as the stack declares it. */
export interface SteadyService extends StackService {
  desired: number;
  taskDefinition: string;
  /** What Cloud Map hands out, for services that are registered there. */
  addresses: readonly string[] | undefined;
}

/** A rollout that failed; carries the service, for the diagnosis. */
export class RolloutError extends KitError {
  readonly service: StackService;

  constructor(service: StackService, health: Extract<Health, { verdict: 'failed' }>) {
    super(`service ${service.name}: ${health.state}`, { code: health.code, source: 'aws' });
    this.service = service;
  }
}

/**
 * Waits until every service of the stack runs the revision that the stack declares, and nothing else, and
 * Cloud Map is in step with it: seen twice in a row, since ECS and Cloud Map are eventually consistent.
 * `since` is when the deployment began: tasks that failed after it count.
 * @throws RolloutError when a service failed; `deadline-exceeded` with the last state of each.
 */
export async function steadyServices(
  stack: Stack,
  since: number,
  ports: RolloutPorts,
  waiting: Waiting,
): Promise<SteadyService[]> {
  const declared = await declaredServices(stack, ports.cloudFormation);
  if (declared.services.length === 0) return [];
  let before = '';
  return poll(
    {
      what: 'services',
      intervalSeconds: waiting.intervalSeconds ?? defaultIntervalSeconds,
      clock: waiting.clock,
      deadline: waiting.deadline,
      signal: waiting.signal,
      heartbeat: waiting.say,
    },
    async () => {
      const looks = await Promise.all(
        declared.services.map(async (service) => ({ service, sight: await sightOf(service, ports) })),
      );
      const judged = looks.map(({ service, sight }) => ({
        service,
        sight,
        health: judge(sight, declared, since, waiting),
      }));
      for (const { service, health } of judged) {
        if (health.verdict === 'failed') throw new RolloutError(service, health);
      }
      const state = judged.map(({ service, health }) => `${service.name}: ${health.state}`).join('; ');
      const steady = judged.every(({ health }) => health.verdict === 'steady');
      const fingerprint = steady ? JSON.stringify(looks.map(({ sight }) => identityOf(sight))) : '';
      if (steady && fingerprint === before) return { done: true, value: looks.map(steadyService) };
      before = fingerprint;
      return { done: false, state: steady ? `${state} (looking once more)` : state };
    },
  );
}

function judge(
  sight: ServiceSight | undefined,
  declared: DeclaredServices,
  since: number,
  waiting: Waiting,
): Health {
  if (!sight) return { verdict: 'waiting', state: 'ECS does not know it yet' };
  return serviceHealth(sight, { taskDefinitions: declared.taskDefinitions, since, now: waiting.clock.now() });
}

async function sightOf({ cluster, name }: StackService, { ecs, cloudMap }: RolloutPorts) {
  const service = await ecs.service(cluster, name);
  if (!service) return undefined;
  const [running, stopped, instances, registered] = await Promise.all([
    ecs.tasks({ cluster, service: name, desiredStatus: 'RUNNING' }),
    ecs.tasks({ cluster, service: name, desiredStatus: 'STOPPED' }),
    service.scheduling === 'DAEMON' ? ecs.activeInstances(cluster) : undefined,
    service.discoveryServiceIds.length > 0
      ? Promise.all(service.discoveryServiceIds.map((id) => cloudMap.registeredInstances(id)))
      : undefined,
  ]);
  return { service, running, stopped, instances, registered: registered?.flat() } satisfies ServiceSight;
}

/** What must be the same in two looks: the very tasks, not just their number. */
function identityOf(sight: ServiceSight | undefined): string[] {
  return (sight?.running ?? []).map((task) => task.arn).sort();
}

function steadyService({
  service,
  sight,
}: {
  service: StackService;
  sight: ServiceSight | undefined;
}): SteadyService {
  return {
    ...service,
    desired: sight?.service.desired ?? 0,
    taskDefinition: sight?.service.taskDefinition ?? '',
    addresses: sight?.registered?.map(({ id, address }) => address ?? id),
  };
}
