import type { Place } from '../../src/aws/policy.ts';
import { stepPolicy, templatePolicy } from '../docs/rights.ts';

export type { Place };

/** A step's role, or that of somebody who deploys a `connect` template by other means. */
export type RoleName = 'deploy' | 'scale' | 'verify' | 'connect';

/**
 * The policies that `docs/permissions.md` prints for a role, the capital words filled in.
 * @param template path in `templates/`, for a role in whose name CloudFormation changes resources
 */
export function documentedPolicies(role: RoleName, template: string | undefined, place: Place): object[] {
  const printed = [
    ...(role === 'connect' ? [stepPolicy('deploy')] : [stepPolicy(role)]),
    ...(template ? [templatePolicy(template)] : []),
  ];
  return printed.map((block) =>
    JSON.parse(filled(block.replaceAll('```json', '').replaceAll('```', ''), place)),
  );
}

function filled(text: string, place: Place): string {
  return text.replace(/[A-Z]{5,}/g, (word) => place[word as keyof Place] ?? word);
}
