import type { Settings } from '../inputs/settings.ts';
import type { Published } from '../release/publish.ts';
import type { SteadyService } from '../stack/rollout.ts';
import { servicesTable } from './services-in-step.ts';

export interface DeployAccount {
  settings: Pick<Settings, 'environment' | 'region'>;
  stackName: string;
  published: Published;
  changed: boolean;
  services: readonly SteadyService[];
  seconds: number;
}

/** What the job summary says of a deployment that succeeded. */
export function deploySummary(account: DeployAccount): string {
  const { settings, stackName, changed, services, seconds } = account;
  const { release, made, present } = account.published;
  const what = changed ? 'deployed' : 'unchanged: nothing was executed';
  const title = `### Stack \`${stackName}\` (${settings.environment}, ${settings.region}) ${what}`;
  const facts = [
    `Release \`${release.id}\``,
    ...(release.image === '' ? [] : [`image \`${release.image}\``]),
    `${made.length} objects written, ${present.length} there already`,
    `${seconds} s`,
  ].join(' · ');
  if (services.length === 0) return `${title}\n\n${facts}\n\nThe stack has no ECS services.`;
  return [title, '', facts, '', servicesTable(services)].join('\n');
}
