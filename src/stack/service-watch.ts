import type { CloudFormation, StackEvent } from '../aws/cloudformation.ts';
import { messageOf } from '../kit/errors.ts';
import { type DiagnosisPorts, diagnoseService, type Link } from './diagnosis.ts';
import { isFailure } from './root-cause.ts';
import { type StackService, stackService } from './services.ts';
import type { Waiting } from './waiting.ts';

/**
 * Looks at a stack's ECS services while an operation works on them: what they say goes into the log as it
 * comes, and one that fails is diagnosed at once, since the rollback removes its tasks and logs.
 */
export interface ServiceWatch {
  onEvent(event: StackEvent): Promise<void>;
  /** Prints what the services in work have to say and answers the newest of it. */
  onLook(): Promise<string | undefined>;
  /** The chain below the first service that failed or, when none has, below the first still in work. */
  chain(): Promise<readonly Link[]>;
}

export interface WatchPorts extends DiagnosisPorts {
  cloudFormation: Pick<CloudFormation, 'find'>;
}

const serviceType = 'AWS::ECS::Service';

export function serviceWatch(ports: WatchPorts, waiting: Waiting): ServiceWatch {
  const since = waiting.clock.now();
  const inWork = new Map<string, StackService>();
  const said = new Set<string>();
  let newest: string | undefined;
  let links: readonly Link[] | undefined;
  let blind = false;

  async function news({ cluster, name }: StackService): Promise<void> {
    const found = await ports.ecs.service(cluster, name);
    // ECS stamps its events in whole seconds on some paths.
    const fresh = (found?.events ?? []).filter(({ at }) => at >= since - 1000);
    for (const { at, message } of fresh.reverse()) {
      const line = `${new Date(at).toISOString().slice(11, 19)}  ${message}`;
      if (said.has(line)) continue;
      said.add(line);
      waiting.say(line);
      newest = message;
    }
  }

  return {
    async onEvent(event) {
      if (event.type !== serviceType || !event.physicalId) return;
      const service = stackService(event.logicalId, event.physicalId, await clusterOf(event, ports));
      if (event.status.endsWith('_IN_PROGRESS')) inWork.set(event.logicalId, service);
      else inWork.delete(event.logicalId);
      if (!links && isFailure(event)) links = await diagnoseService(service, since, ports);
    },
    async onLook() {
      if (blind || inWork.size === 0) return undefined;
      try {
        for (const service of inWork.values()) await news(service);
      } catch (error) {
        // The operation goes on all the same; whether the services came up is asked again at its end.
        blind = true;
        waiting.say(`service events are not shown: ${messageOf(error)}`);
      }
      return newest;
    },
    async chain() {
      const [service] = inWork.values();
      if (links || !service) return links ?? [];
      return diagnoseService(service, since, ports);
    },
  };
}

/** The ClusterName of the stack, for the rare service whose ARN does not name its cluster. */
async function clusterOf(
  { physicalId, stackId }: StackEvent,
  { cloudFormation }: WatchPorts,
): Promise<string> {
  if ((physicalId?.split('/').length ?? 0) > 2) return 'default';
  const stack = await cloudFormation.find(stackId).catch(() => undefined);
  return stack?.parameters['ClusterName'] ?? 'default';
}
