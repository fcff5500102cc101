import type { Collector, DeployedService } from './collector.ts';
import type { Role } from './role.ts';

/** A service that plays a role, and the one of its containers that does. */
export interface Cast {
  service: DeployedService;
  /** Undefined for a service that was named, and that shows no sign of a collector. */
  collector: Collector | undefined;
}

export interface Assignment {
  cast: Partial<Record<Role, Cast>>;
  /** What is not certain, each as a sentence. */
  problems: readonly string[];
}

/**
 * Which service has which role, by what the configs do: who samples is the gateway; who routes is the agent where it
 * runs on each instance or in its network, else the receiver. A role that was named is taken as it is. Where no agent
 * routes, the one that takes traces on each instance is the agent: it sends to receivers.
 * @param named the services of roles that somebody said
 */
export function assignRoles(
  wanted: readonly Role[],
  named: Partial<Record<Role, DeployedService>>,
  services: readonly DeployedService[],
): Assignment {
  const cast: Assignment['cast'] = {};
  const problems: string[] = [];
  for (const role of wanted) {
    const service = named[role];
    if (service) cast[role] = { service, collector: bestFor(role, service) };
  }
  const taken = Object.values(named).map(({ service, cluster }) => `${cluster}/${service}`);
  const free = services.filter(({ cluster, service }) => !taken.includes(`${cluster}/${service}`));
  for (const role of wanted.filter((each) => cast[each] === undefined)) {
    const candidates = candidatesFor(role, free);
    const [only, ...others] = candidates;
    if (only && others.length === 0) cast[role] = only;
    else problems.push(only ? severalText(role, candidates) : noneText(role));
  }
  const doubled = Object.values(cast).flatMap(({ service, collector }) =>
    free.includes(service) && collector?.work?.routes && collector.work.samples ? [service.service] : [],
  );
  for (const service of new Set(doubled)) {
    problems.push(`service ${service} both routes and samples: which role is meant cannot be told`);
  }
  return { cast, problems };
}

function candidatesFor(role: Role, services: readonly DeployedService[]): Cast[] {
  const certain = castsFor(services, (collector, service) => rolesOf(collector, service).includes(role));
  if (certain.length > 0 || role !== 'agent') return certain;
  return castsFor(services, ({ work }, service) => work?.receives === true && isOnInstances(service));
}

function castsFor(
  services: readonly DeployedService[],
  fits: (collector: Collector, service: DeployedService) => boolean,
): Cast[] {
  return services.flatMap((service) => {
    const collector = service.collectors.find((each) => fits(each, service));
    return collector ? [{ service, collector }] : [];
  });
}

/** The roles that a collector's config shows for certain. */
export function rolesOf({ work }: Collector, service: DeployedService): Role[] {
  const router = isOnInstances(service) ? ('agent' as const) : ('receiver' as const);
  return [...(work?.routes ? [router] : []), ...(work?.samples ? ['gateway' as const] : [])];
}

/** Whether its tasks share the network of their instances, or run on each of them. */
export function isOnInstances({ sight, definition }: DeployedService): boolean {
  return sight.scheduling === 'DAEMON' || definition.networkMode === 'host';
}

/** Of a service that was named: the container that does the role's work, else the first collector. */
function bestFor(role: Role, service: DeployedService): Collector | undefined {
  const { collectors } = service;
  const does = ({ work }: Collector) => (role === 'gateway' ? work?.samples : work?.routes) === true;
  return collectors.find(does) ?? collectors.find(({ work }) => work?.receives) ?? collectors[0];
}

const marks: Readonly<Record<Role, string>> = {
  agent: 'no service runs on each instance, or in its network, and takes or routes traces',
  receiver:
    'no service routes traces (loadbalancing exporter in a traces pipeline) from a network of its own',
  gateway: 'no service samples (tail_sampling in a traces pipeline)',
};

function noneText(role: Role): string {
  return `${role}: ${marks[role]}`;
}

function severalText(role: Role, casts: readonly Cast[]): string {
  return `${role}: ${casts.map(({ service }) => service.service).join(' and ')} both look like one`;
}
