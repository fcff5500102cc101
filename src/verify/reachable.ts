import type { EcsServices, EcsTask } from '../aws/ecs-services.ts';
import type { CollectorConfig } from '../collector/model.ts';
import { metricsPort } from '../collector/own-metrics.ts';
import { KitError } from '../kit/errors.ts';
import type { ProbedCollector } from './counters.ts';

type Services = Pick<EcsServices, 'taskDefinition'>;

/** Collectors as the probe reaches them, and the image that they run. */
export interface Reachable {
  collectors: readonly ProbedCollector[];
  image: string;
}

/** Where collectors show their own metrics, by the addresses that ECS gives: DNS answers with eight at most. */
export async function reachable(
  role: ProbedCollector['role'],
  tasks: readonly EcsTask[],
  config: CollectorConfig,
  services: Services,
): Promise<Reachable> {
  const revisions = new Map<string, { image: string; port: number }>();
  const collectors: ProbedCollector[] = [];
  for (const { id, address, taskDefinition } of tasks) {
    const known = revisions.get(taskDefinition) ?? (await collectorOf(taskDefinition, config, services));
    revisions.set(taskDefinition, known);
    if (address === undefined) throw addressless(role, id);
    collectors.push({ role, task: id, target: `${address}:${known.port}` });
  }
  return { collectors, image: [...revisions.values()][0]?.image ?? '' };
}

async function collectorOf(
  taskDefinition: string,
  config: CollectorConfig,
  services: Services,
): Promise<{ image: string; port: number }> {
  const { containers } = await services.taskDefinition(taskDefinition);
  const collector = containers.find(({ name }) => name === 'otel-collector') ?? containers[0];
  return { image: collector?.image ?? '', port: metricsPort(config, collector?.environment ?? {}) };
}

function addressless(role: string, task: string): KitError {
  return new KitError(`${role} ${task} has no address of its own, so its counters cannot be read`, {
    code: 'metrics-unreachable',
    source: 'user',
    hint: `run the ${role}s in awsvpc network mode, as the shipped template does`,
  });
}
