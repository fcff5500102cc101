import type { EcsServices, EcsTask } from '../aws/ecs-services.ts';
import type { Logs } from '../aws/logs.ts';
import type { Counts } from './counts.ts';
import { countsOf } from './counts.ts';
import type { Destination } from './destination.ts';
import { gatewayLogs } from './gateways.ts';
import type { CohortPlan, GeneratorPlan } from './plan.ts';
import type { Pace } from './run.ts';
import { runningTasks } from './services.ts';
import { type CollectorWords, type GatewayLog, TapReader } from './tap-reader.ts';
import type { Target } from './target.ts';
import { watchTap } from './watch.ts';

export interface ObserveOptions extends Pace {
  services: Pick<EcsServices, 'service' | 'tasks' | 'taskDefinition'>;
  logs: Logs;
  runId: string;
  target: Target;
  gatewaysBefore: readonly EcsTask[];
  /** Their logs, marked before the first trace was sent. */
  gatewayLogs: readonly GatewayLog[];
  cohorts: readonly CohortPlan[];
  plans: readonly GeneratorPlan[];
  destination: Destination;
  decisionWaitSeconds: number;
  /** Whether the gateways' collector leaves out log lines that are alike. */
  samplesLog: boolean;
  /** Whether the generators did not do their work, so that missing traces are not worth waiting for. */
  expectsLoss: boolean;
}

/** What the gateways' logs show of a run. */
export interface Observed {
  counts: Counts;
  gatewaysAfter: readonly string[];
  unreadable: readonly string[];
  failedExports: readonly CollectorWords[];
  complaints: readonly CollectorWords[];
  unsettled: string | undefined;
}

/** Watches the tap of all gateways until the run's traces are decided, and counts them. */
export async function observe(options: ObserveOptions): Promise<Observed> {
  const { gatewaysBefore, services, target } = options;
  const { reader, unsettled } = await watchTap({ ...options, gateways: options.gatewayLogs });
  const after = await runningTasks(services, target.gateways);
  const added = after.filter(({ id }) => !gatewaysBefore.some((task) => task.id === id));
  const account = added.length === 0 ? reader : await readAll(options, added);
  const counts = countsOf(account.tally, {
    cohorts: options.cohorts,
    plans: options.plans,
    destination: options.destination,
    gateways: [...gatewaysBefore, ...added].map(({ id }) => id),
  });
  return {
    counts,
    gatewaysAfter: after.map(({ id }) => id),
    unreadable: [
      ...account.unreadable,
      ...account.tally.gaps(options.samplesLog),
      ...account.silent.map((task) => `gateway ${task} has no log stream`),
    ],
    failedExports: account.failedExports,
    complaints: account.complaints,
    unsettled,
  };
}

/** With a gateway that came meanwhile the run is inconclusive, but its account should be whole. */
async function readAll(options: ObserveOptions, added: readonly EcsTask[]): Promise<TapReader> {
  const gateways = [...options.gatewayLogs, ...(await gatewayLogs(options.services, added))];
  const reader = new TapReader({ ...options, gateways });
  await reader.read(options.signal);
  reader.end();
  return reader;
}
