import type { CloudMap } from '../aws/cloud-map.ts';
import { type CollectorConfig, readCollectorConfig } from '../collector/model.ts';
import { metricsPort } from '../collector/own-metrics.ts';
import { grpcPortOf } from '../collector/work.ts';
import { KitError, messageOf } from '../kit/errors.ts';
import { sha256 } from '../release/hash.ts';
import { assignRoles, type Cast, isOnInstances } from './assign.ts';
import type { Collector, DeployedService } from './collector.ts';
import type { Role } from './role.ts';
import { deployedService, deployedServices, type PlacedResource, type ServicePorts } from './services.ts';

/** What somebody says of a service. All but its name is for what cannot be found out. */
export interface NamedService {
  service: string;
  cluster?: string | undefined;
  /** The config that its tasks run, where it cannot be read from them. */
  config?: { path: string; bytes: Buffer } | undefined;
  grpcPort?: number | undefined;
  metricsPort?: number | undefined;
  dnsName?: string | undefined;
}

export interface FindRequest {
  /** The roles that there must be. */
  wanted: readonly Role[];
  named: Partial<Record<Role, NamedService>>;
  /** Names of the stacks that are looked through. */
  stacks: readonly string[];
  /** Of these stacks. */
  resources: readonly PlacedResource[];
  /** Of services whose cluster nobody says. */
  fallbackCluster: string | undefined;
}

/** A collector service, and all of it that a verification or a change of its number needs. */
export interface FoundCollector {
  role: Role;
  service: DeployedService;
  /** Name of the container. */
  container: string | undefined;
  config: CollectorConfig | undefined;
  /** `s3://bucket/key`, or the file that somebody says it is. */
  configFrom: string;
  configHash: string | undefined;
  /** Where its own metrics are; undefined for agents, which are not asked. */
  metricsPort: number | undefined;
  /** Where it takes OTLP over gRPC: for agents the port of the instance. */
  grpcPort: number | undefined;
  /** The name under which others find its tasks, where somebody says it. */
  dnsName: string | undefined;
}

export type FoundCollectors = Partial<Record<Role, FoundCollector>>;

/**
 * Finds the collectors of an environment among the resources of its stacks and the services that were named.
 * @throws KitError `collectors-not-found` with everything that was looked for in vain, where, and what to say instead.
 */
export async function findCollectors(request: FindRequest, ports: ServicePorts): Promise<FoundCollectors> {
  const services = await deployedServices(request.resources, request.fallbackCluster ?? 'default', ports);
  const { named, unknown } = await namedServices(request, services, ports);
  const { cast, problems } = assignRoles(
    request.wanted.filter((role) => !unknown.has(role)),
    named,
    services,
  );
  const doubts = [...unknown.values(), ...problems];
  const found: FoundCollectors = {};
  for (const role of request.wanted) {
    const each = cast[role];
    if (each) found[role] = foundCollector(role, each, request.named[role], doubts);
  }
  if (doubts.length === 0) return found;
  throw notFound(doubts, services, request);
}

async function namedServices(
  request: FindRequest,
  services: readonly DeployedService[],
  ports: ServicePorts,
) {
  const named: Partial<Record<Role, DeployedService>> = {};
  const unknown = new Map<Role, string>();
  for (const role of request.wanted) {
    const wish = request.named[role];
    if (!wish) continue;
    const isIt = ({ service, cluster }: DeployedService) =>
      service === wish.service && (wish.cluster ?? cluster) === cluster;
    const cluster = wish.cluster ?? request.fallbackCluster ?? 'default';
    const service =
      services.find(isIt) ??
      (await deployedService({ cluster, service: wish.service, stack: undefined }, ports));
    if (service) named[role] = service;
    else unknown.set(role, `${role}: cluster ${cluster} has no service ${wish.service}`);
  }
  return { named, unknown };
}

/** @param doubts filled with what cannot be found out */
function foundCollector(
  role: Role,
  { service, collector }: Cast,
  said: NamedService | undefined,
  doubts: string[],
): FoundCollector {
  const file = said?.config;
  const config = file ? readCollectorConfig(file.path, String(file.bytes)) : collector?.config;
  const metrics = said?.metricsPort ?? metricsPortOf(role, collector, config);
  const missing = [
    ...(role === 'gateway' && !config ? [`${whyUnread(collector)}; say config`] : []),
    ...(typeof metrics === 'string' && (role !== 'gateway' || config) ? [metrics] : []),
  ];
  doubts.push(...missing.map((what) => `${role}, service ${service.service}: ${what}`));
  return {
    ...{ role, service, config, container: collector?.container.name },
    configFrom: file ? `file ${file.path}` : (collector?.from ?? 'unknown'),
    configHash: file ? sha256(file.bytes) : collector?.hash,
    metricsPort: typeof metrics === 'string' ? undefined : metrics,
    grpcPort: said?.grpcPort ?? grpcPort(role, service, config),
    dnsName: said?.dnsName,
  };
}

/** The port of the metrics that the probe reads, or what keeps it from being known; agents are not probed. */
function metricsPortOf(
  role: Role,
  collector: Collector | undefined,
  config: CollectorConfig | undefined,
): number | string | undefined {
  if (role === 'agent') return undefined;
  if (!config) return `${whyUnread(collector)}; say config, or metrics-port`;
  try {
    return metricsPort(config, collector?.container.environment ?? {});
  } catch (error) {
    return `${messageOf(error)}; say metrics-port if they can be read all the same`;
  }
}

function whyUnread(collector: Collector | undefined): string {
  const why = collector?.unread ?? 'none of its containers shows where it has one from';
  return `its config cannot be read: ${why}`;
}

/** On the instance for agents; in its own network for the others. */
function grpcPort(
  role: Role,
  service: DeployedService,
  config: CollectorConfig | undefined,
): number | undefined {
  const port = config && grpcPortOf(config);
  if (role !== 'agent' || service.definition.networkMode === 'host') return port;
  const mappings = service.definition.containers.flatMap(({ portMappings }) => portMappings);
  const mapped = mappings.find(({ containerPort }) => containerPort === (port ?? 4317))?.hostPort;
  return isOnInstances(service) && mapped ? mapped : undefined;
}

/** The name under which others find a collector's tasks; undefined where nobody says one and Cloud Map has none. */
export async function dnsNameOf(
  { dnsName, service: { sight } }: FoundCollector,
  cloudMap: Pick<CloudMap, 'dnsName'>,
): Promise<string | undefined> {
  const [registry] = sight.discoveryServiceIds;
  return dnsName ?? (registry === undefined ? undefined : cloudMap.dnsName(registry));
}

function notFound(
  doubts: readonly string[],
  services: readonly DeployedService[],
  { wanted, stacks }: FindRequest,
): KitError {
  const where =
    stacks.length > 0 ? `the resources of stack ${stacks.join(', ')}` : 'the services that are named';
  const seen = services.map(seenText);
  return new KitError(
    [
      `the collectors cannot be told from ${where}: ${doubts.join('; ')}`,
      ...(seen.length > 0 ? ['  services looked at:', ...seen.map((line) => `    ${line}`)] : []),
    ].join('\n'),
    {
      code: 'collectors-not-found',
      source: 'user',
      hint: `say them in the environment file: services: {${wanted.map((role) => `${role}: {service: NAME, cluster: CLUSTER}`).join(', ')}}; beside service, config: PATH where a config cannot be read, or grpc-port and metrics-port`,
    },
  );
}

function seenText(service: DeployedService): string {
  const { collectors } = service;
  const words = collectors.map(({ work, unread, from }) => {
    if (unread !== undefined) return `its config cannot be read: ${unread}`;
    const does = Object.entries(work ?? {}).flatMap(([what, is]) => (is ? [what] : []));
    return `${from}: ${does.join(', ') || 'nothing with traces'}`;
  });
  return `${service.cluster}/${service.service}: ${words.join('; ') || 'no collector'}`;
}
