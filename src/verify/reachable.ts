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

/** What is known of the collector in a role's tasks. */
export interface KnownCollector {
  /** Undefined where it cannot be read. */
  config: CollectorConfig | undefined;
  /** Its container. Default `otel-collector`, else the first. */
  container?: string | undefined;
  /** Port of its own metrics. Default: what the config says. */
  metricsPort?: number | undefined;
}

/** Where collectors show their own metrics, by the addresses that ECS gives: DNS answers with eight at most. */
export async function reachable(
  role: ProbedCollector['role'],
  tasks: readonly EcsTask[],
  known: KnownCollector,
  services: Services,
): Promise<Reachable> {
  const revisions = new Map<string, { image: string; port: number }>();
  const collectors: ProbedCollector[] = [];
  for (const { id, address, taskDefinition } of tasks) {
    const collector = revisions.get(taskDefinition) ?? (await collectorOf(taskDefinition, known, services));
    revisions.set(taskDefinition, collector);
    if (address === undefined) throw addressless(role, id);
    collectors.push({ role, task: id, target: `${address}:${collector.port}` });
  }
  return { collectors, image: [...revisions.values()][0]?.image ?? '' };
}

async function collectorOf(
  taskDefinition: string,
  { config, container = 'otel-collector', metricsPort: given }: KnownCollector,
  services: Services,
): Promise<{ image: string; port: number }> {
  const { containers } = await services.taskDefinition(taskDefinition);
  const collector = containers.find(({ name }) => name === container) ?? containers[0];
  const port = given ?? (config && metricsPort(config, collector?.environment ?? {}));
  if (port === undefined) throw new Error(`neither config nor metrics port of ${taskDefinition} is known`);
  return { image: collector?.image ?? '', port };
}

function addressless(role: string, task: string): KitError {
  return new KitError(`${role} ${task} has no address of its own, so its counters cannot be read`, {
    code: 'metrics-unreachable',
    source: 'user',
    hint: `run the ${role}s in awsvpc network mode, as the shipped template does`,
  });
}
