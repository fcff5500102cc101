import type { CloudMap } from '../aws/cloud-map.ts';
import type { CloudFormation, Stack } from '../aws/cloudformation.ts';
import type { EcsServices } from '../aws/ecs-services.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import { readCollectorConfig } from '../collector/model.ts';
import { nameLagSeconds, resolverSeconds } from '../collector/timing.ts';
import { type Settings, stackOf } from '../inputs/settings.ts';
import { type ConfigRole, declaredName, roleOf, rolesInOrder } from '../inputs/topologies.ts';
import { KitError } from '../kit/errors.ts';
import { poll } from '../kit/poll.ts';
import { pollOptions, type Waiting } from '../stack/waiting.ts';
import { lastChange, runningTasks } from '../verify/services.ts';
import type { ServiceRef } from '../verify/target.ts';

/** How others find the tasks of a role, and how long a change may stay unknown to them. */
export interface Lookup {
  /** Who looks: `every agent`, `every receiver`, `whoever resolves grpc-receiver`. */
  who: string;
  /** Seconds after which all of them can know of a task that came or went. */
  seconds: number;
}

interface LookupRequest {
  settings: Settings;
  role: ConfigRole;
  /** The stack of the role. */
  stack: Stack;
}

interface LookupPorts {
  cloudFormation: Pick<CloudFormation, 'find'>;
  objects: Pick<ObjectStore, 'get'>;
  cloudMap: Pick<CloudMap, 'recordTtlSeconds'>;
}

/**
 * Receivers are found by DNS, for as long as their records live and a change takes to be in all answers. Gateways are looked up in Cloud Map by the role
 * before them, as often as the config says that its tasks were started with. Undefined when nothing in the
 * environment comes before the gateways.
 */
export async function lookupOf(request: LookupRequest, ports: LookupPorts): Promise<Lookup | undefined> {
  const { settings, role, stack } = request;
  if (role === 'receiver') {
    const service = stack.outputs['ReceiverDiscoveryServiceId'] ?? '';
    const seconds = await ports.cloudMap.recordTtlSeconds(service);
    return { who: 'whoever resolves grpc-receiver', seconds: seconds + nameLagSeconds };
  }
  const router = rolesInOrder
    .slice(0, rolesInOrder.indexOf(role))
    .findLast((each) => stackOf(settings, each));
  if (router === undefined) return undefined;
  const routing = stackOf(settings, router)?.stackName ?? '';
  const found = routing === stack.name ? stack : await ports.cloudFormation.find(routing);
  if (!found) throw notFound(routing, router);
  const { configParameter } = roleOf(settings.topology, router);
  const key = found.parameters[declaredName(configParameter, found.parameters) ?? ''] ?? '';
  return { who: `every ${router}`, seconds: await routingSeconds(found, key, ports) };
}

/** From the config that the running tasks of the routing role were started with. */
async function routingSeconds({ name, parameters }: Stack, key: string, { objects }: LookupPorts) {
  const bucket = parameters['S3ConfigBucket'] ?? '';
  const bytes = key === '' ? undefined : await objects.get({ bucket, key });
  if (bytes !== undefined) return resolverSeconds(readCollectorConfig(key, bytes.toString('utf8')));
  throw new KitError(`stack ${name} reads s3://${bucket}/${key}, which does not exist`, {
    code: 'object-not-found',
    source: 'user',
    hint: 'Its tasks cannot start again without it; deploy the release anew.',
  });
}

interface Means {
  ports: { ecs: EcsServices };
  waiting: Waiting;
}

/** Waits until whoever looks the tasks up has done so again since the last of them came or went. */
export async function waitForLookup(
  service: ServiceRef,
  { who, seconds }: Lookup,
  { ports, waiting }: Means,
): Promise<void> {
  const running = await runningTasks(ports.ecs, service);
  const changedAt = await lastChange(ports.ecs, service, running, waiting.clock);
  const known = changedAt + seconds * 1000;
  await poll(
    { ...pollOptions(waiting), what: 'the routing', intervalSeconds: 1, heartbeat: waiting.say },
    async () =>
      waiting.clock.now() >= known
        ? { done: true, value: undefined }
        : { done: false, state: `a change is known to ${who} after ${seconds} s` },
  );
}

function notFound(stackName: string, role: ConfigRole): KitError {
  return new KitError(`there is no stack ${stackName}, whose ${role}s look the tasks up`, {
    code: 'stack-not-found',
    source: 'user',
    hint: 'Deploy it first.',
  });
}
