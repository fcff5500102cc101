import type { ScaleSettings, Settings } from '../inputs/settings.ts';
import type { SteadyService } from '../stack/rollout.ts';
import type { ScalePlan } from './scale-plan.ts';
import type { Lookup } from './scale-routing.ts';
import { servicesTable } from './services-in-step.ts';

export interface ScaleAccount {
  settings: Pick<Settings, 'environment' | 'region'>;
  stackName: string;
  planned: Pick<ScalePlan, 'changed' | 'before' | 'count'>;
  wanted: Pick<ScaleSettings, 'role'>;
  /** Undefined when it cannot be told who finds the tasks. */
  lookup: Lookup | undefined;
  services: readonly SteadyService[];
  seconds: number;
}

/** What the job summary says of a change of the number of tasks that succeeded. */
export function scaleSummary(account: ScaleAccount): string {
  const { stackName, planned, wanted, lookup, services, seconds } = account;
  const { environment, region } = account.settings;
  const known = lookup ? `, and ${lookup.who} can know them` : '';
  const what = planned.changed
    ? `${wanted.role} scaled from ${planned.before} to ${planned.count}`
    : `${wanted.role} unchanged at ${planned.count}: nothing was executed`;
  return [
    `### Stack \`${stackName}\` (${environment}, ${region}): ${what}`,
    '',
    `Cloud Map lists exactly the running tasks${known} · ${seconds} s`,
    '',
    servicesTable(services),
  ].join('\n');
}
