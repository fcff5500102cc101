import type { Settings } from '../inputs/settings.ts';
import type { Published } from '../release/publish.ts';
import type { SteadyService } from '../stack/rollout.ts';
import { servicesTable } from './services-in-step.ts';

export interface DeployAccount {
  settings: Pick<Settings, 'stackName' | 'environment' | 'region'>;
  published: Published;
  changed: boolean;
  services: readonly SteadyService[];
  seconds: number;
}

/** What the job summary says of a deployment that succeeded. */
export function deploySummary({ settings, published, changed, services, seconds }: DeployAccount): string {
  const { release, made, present } = published;
  const what = changed ? 'deployed' : 'unchanged: nothing was executed';
  const title = `### Stack \`${settings.stackName}\` (${settings.environment}, ${settings.region}) ${what}`;
  const facts = [
    `Release \`${release.id}\``,
    `image \`${release.image}\``,
    `${made.length} objects written, ${present.length} there already`,
    `${seconds} s`,
  ].join(' · ');
  if (services.length === 0) return `${title}\n\n${facts}\n\nThe stack has no ECS services.`;
  return [title, '', facts, '', servicesTable(services)].join('\n');
}
