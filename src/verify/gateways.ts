import type { EcsServices, EcsTask } from '../aws/ecs-services.ts';
import { type Logs, newestEvents } from '../aws/logs.ts';
import { logStream } from '../aws/task-definition.ts';
import { KitError } from '../kit/errors.ts';
import type { Pace } from './run.ts';
import type { GatewayLog } from './tap-reader.ts';

type Services = Pick<EcsServices, 'taskDefinition'>;

/**
 * Where the gateways log, as their own task definitions say.
 * @throws KitError `tap-unreadable` when a gateway's collector does not log to CloudWatch.
 */
export async function gatewayLogs(services: Services, gateways: readonly EcsTask[]): Promise<GatewayLog[]> {
  const found: GatewayLog[] = [];
  for (const task of gateways) {
    const { containers } = await services.taskDefinition(task.taskDefinition);
    const streams = containers.flatMap((container) => {
      const stream = logStream(container, task.id);
      return container.log === undefined || stream === undefined
        ? []
        : [{ group: container.log.group, stream }];
    });
    if (streams.length === 0) throw noLog(task);
    found.push(...streams.map((where) => ({ task: task.id, where, mark: undefined })));
  }
  return found;
}

/**
 * The same logs, marked at what they hold now. By the gateways' clocks, which may differ from ours.
 * @throws KitError `tap-unreadable` when a log is not there, `log-end-not-found` when nobody can tell what it holds.
 */
export async function marked(gateways: readonly GatewayLog[], logs: Logs): Promise<GatewayLog[]> {
  return Promise.all(
    gateways.map(async (gateway) => {
      const last = await newestEvents(logs, gateway.where, 1);
      if (last === undefined) throw logGone(gateway);
      return { ...gateway, mark: last.at(-1)?.timestamp };
    }),
  );
}

/** Waits until whoever routes to the gateways has looked them up again after `changedAt`. */
export async function waitForResolvers(
  changedAt: number,
  { who, seconds }: { who: string; seconds: number },
  { clock, signal, voice }: Pick<Pace, 'clock' | 'signal' | 'voice'>,
): Promise<void> {
  const milliseconds = changedAt + seconds * 1000 - clock.now();
  if (milliseconds <= 0) return;
  voice.info(
    `waiting ${Math.ceil(milliseconds / 1000)} s, so that every ${who} has resolved the gateways again`,
  );
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

function logGone({ task, where }: GatewayLog): KitError {
  return new KitError(`gateway ${task} has no log stream ${where.stream} in ${where.group}`, {
    code: 'tap-unreadable',
    source: 'user',
    hint: 'somebody removed it; without it the tap cannot be read: deploy the stack again, or replace its gateways',
  });
}
