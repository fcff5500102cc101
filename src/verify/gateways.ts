import type { EcsServices, EcsTask } from '../aws/ecs-services.ts';
import { logStream } from '../aws/task-definition.ts';
import type { Clock } from '../kit/clock.ts';
import { KitError } from '../kit/errors.ts';
import type { GatewayLog } from './tap-reader.ts';
import type { Target } from './target.ts';

type Services = Pick<EcsServices, 'tasks' | 'taskDefinition'>;

/** The RUNNING tasks of the gateway service, by id. */
export async function runningGateways(services: Services, target: Target): Promise<EcsTask[]> {
  const { cluster, gatewayService: service } = target;
  const tasks = await services.tasks({ cluster, service, desiredStatus: 'RUNNING' });
  return tasks.filter((task) => task.lastStatus === 'RUNNING').sort((a, b) => a.id.localeCompare(b.id));
}

/**
 * Where the gateways log, as their own task definitions say.
 * @throws KitError `tap-unreadable` when a gateway's collector does not log to CloudWatch.
 */
export async function gatewayLogs(services: Services, gateways: readonly EcsTask[]): Promise<GatewayLog[]> {
  const logs: GatewayLog[] = [];
  for (const task of gateways) {
    const { containers } = await services.taskDefinition(task.taskDefinition);
    const streams = containers.flatMap((container) => {
      const stream = logStream(container, task.id);
      return container.log === undefined || stream === undefined
        ? []
        : [{ group: container.log.group, stream }];
    });
    if (streams.length === 0) throw noLog(task);
    logs.push(...streams.map((where) => ({ task: task.id, where })));
  }
  return logs;
}

/**
 * Milliseconds since the epoch when the youngest change among the gateways happened: a task that came,
 * or one that went, which agents may still send to.
 */
export async function lastGatewayChange(
  services: Services,
  target: Target,
  running: readonly EcsTask[],
): Promise<number> {
  const { cluster, gatewayService: service } = target;
  const stopped = await services.tasks({ cluster, service, desiredStatus: 'STOPPED' });
  const times = [
    ...running.map((task) => task.startedAt ?? task.createdAt),
    ...stopped.map((task) => task.stoppedAt),
  ];
  return Math.max(0, ...times.filter((time) => time !== undefined));
}

/** Waits until every agent's resolver has looked again after `changedAt`. */
export async function waitForResolvers(
  changedAt: number,
  resolverSeconds: number,
  { clock, signal, say }: { clock: Clock; signal: AbortSignal; say: (line: string) => void },
): Promise<void> {
  const milliseconds = changedAt + resolverSeconds * 1000 - clock.now();
  if (milliseconds <= 0) return;
  say(`waiting ${Math.ceil(milliseconds / 1000)} s, so that every agent has resolved the gateways again`);
  await clock.sleep(milliseconds, signal);
}

function noLog(task: EcsTask): KitError {
  return new KitError(
    `the log of gateway ${task.id} cannot be read: its collector does not use awslogs with a prefix`,
    {
      code: 'tap-unreadable',
      source: 'user',
      hint: 'the tap is read from CloudWatch Logs; set logDriver awslogs and awslogs-stream-prefix',
    },
  );
}
