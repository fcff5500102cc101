import type { ScaleSettings, Settings } from '../inputs/settings.ts';
import type { SteadyService } from '../stack/rollout.ts';
import type { ScalePlan } from './scale-plan.ts';
import { servicesTable } from './services-in-step.ts';

export interface ScaleAccount {
  settings: Pick<Settings, 'stackName' | 'environment' | 'region'>;
  planned: Pick<ScalePlan, 'changed' | 'before' | 'count'>;
  wanted: Pick<ScaleSettings, 'role'>;
  services: readonly SteadyService[];
  seconds: number;
}

/** What the job summary says of a change of the number of tasks that succeeded. */
export function scaleSummary({ settings, planned, wanted, services, seconds }: ScaleAccount): string {
  const { stackName, environment, region } = settings;
  const what = planned.changed
    ? `${wanted.role} scaled from ${planned.before} to ${planned.count}`
    : `${wanted.role} unchanged at ${planned.count}: nothing was executed`;
  return [
    `### Stack \`${stackName}\` (${environment}, ${region}): ${what}`,
    '',
    `Cloud Map lists exactly the running tasks, and the routing knows them · ${seconds} s`,
    '',
    servicesTable(services),
  ].join('\n');
}
