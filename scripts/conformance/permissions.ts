import type { Place, PolicyDocument } from '../../src/aws/policy.ts';
import { policiesOfTemplate } from '../docs/policies.ts';
import { printedPolicies } from '../docs/printed-policies.ts';

export type { Place };

/** A step's role, or that of somebody who deploys a `connect` template by other means. */
export type RoleName = 'deploy' | 'scale' | 'verify' | 'connect';

/**
 * The policies that `docs/permissions.md` prints for a role, the capital words filled in.
 * @param template path in `templates/`, for a role in whose name CloudFormation changes resources
 */
export function documentedPolicies(
  role: RoleName,
  template: string | undefined,
  place: Place,
): PolicyDocument[] {
  const own = role === 'connect' ? 'command-policy' : `${role}-policy`;
  return printedPolicies([own, ...(template ? policiesOfTemplate(template) : [])], place);
}
