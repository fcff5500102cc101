import type { CloudFormation, StackEvent } from '../aws/cloudformation.ts';
import { messageOf } from '../kit/errors.ts';
import {
  type DiagnosisPorts,
  diagnoseService,
  failedTasksOf,
  hasLog,
  type Link,
  taskText,
} from './diagnosis.ts';
import { isFailure } from './root-cause.ts';
import { type StackService, stackService } from './services.ts';
import type { Waiting } from './waiting.ts';

/**
 * Looks at a stack's ECS services while an operation works on them: what they say goes into the log as it
 * comes, and a failure is diagnosed when it is first seen, since the rollback removes tasks and logs.
 */
export interface ServiceWatch {
  onEvent(event: StackEvent): Promise<void>;
  /** Prints what the services in work have to say and answers the newest of it. */
  onLook(): Promise<string | undefined>;
  /**
   * The chain below the failure of the service with this logical id; without one, below a service still in work, or
   * the last that failed.
   */
  chain(logicalId?: string): Promise<readonly Link[]>;
}

export interface WatchPorts extends DiagnosisPorts {
  cloudFormation: Pick<CloudFormation, 'find'>;
}

const serviceType = 'AWS::ECS::Service';

/** ECS stamps some of its times in whole seconds, and its clock is not ours. */
const skewMilliseconds = 5_000;

export function serviceWatch(ports: WatchPorts, waiting: Waiting): ServiceWatch {
  const since = waiting.clock.now() - skewMilliseconds;
  const inWork = new Map<string, StackService>();
  const news = newsReader(ports, waiting, since);
  const chains = new Map<string, readonly Link[]>();
  let blind = false;

  async function diagnose(service: StackService): Promise<void> {
    const found = await diagnoseService(service, since, ports);
    const before = chains.get(service.logicalId) ?? [];
    chains.delete(service.logicalId);
    chains.set(service.logicalId, hasLog(before) && !hasLog(found) ? before : found);
  }

  return {
    async onEvent(event) {
      if (event.type !== serviceType || !event.physicalId) return;
      const service = stackService(event.logicalId, event.physicalId, await clusterOf(event, ports));
      if (event.status.endsWith('_IN_PROGRESS')) inWork.set(event.logicalId, service);
      else inWork.delete(event.logicalId);
      if (isFailure(event)) await diagnose(service);
    },
    async onLook() {
      if (blind || inWork.size === 0) return undefined;
      try {
        for (const service of inWork.values()) {
          if (await news.ofService(service)) await diagnose(service);
        }
      } catch (error) {
        if (waiting.signal.aborted) throw error;
        // The operation goes on all the same; whether the services came up is asked again at its end.
        blind = true;
        waiting.say(`what the services say is not shown: ${messageOf(error)}`);
      }
      return news.newest();
    },
    async chain(logicalId) {
      const [service] = inWork.values();
      if (chains.size === 0 && service) await diagnose(service);
      const wanted = [logicalId ?? '', ...inWork.keys()].find((id) => chains.has(id));
      return (wanted === undefined ? [...chains.values()].at(-1) : chains.get(wanted)) ?? [];
    },
  };
}

/** Prints what is new about services, each thing once. */
function newsReader({ ecs }: WatchPorts, { say }: Waiting, since: number) {
  const said = new Set<string>();
  let newest: string | undefined;
  const tell = (at: number | undefined, text: string): boolean => {
    const line = `${new Date(at ?? since).toISOString().slice(11, 19)}  ${text}`;
    if (said.has(line)) return false;
    said.add(line);
    say(line);
    newest = text;
    return true;
  };
  return {
    newest: () => newest,
    /** Whether another task of the service failed. */
    async ofService(service: StackService): Promise<boolean> {
      const found = await ecs.service(service.cluster, service.name);
      const events = (found?.events ?? []).filter(({ at }) => at >= since).reverse();
      for (const { at, message } of events) tell(at, message);
      const failed = (await failedTasksOf(service, since, ecs)).reverse();
      return failed.filter((task) => tell(task.stoppedAt, `task ${taskText(task)}`)).length > 0;
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
