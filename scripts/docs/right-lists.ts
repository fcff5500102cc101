import type { Right } from '../../src/aws/rights.ts';

/** What the lists of the templates' rights are written with. */
export const arn = (service: string, what: string) => `arn:PARTITION:${service}:REGION:ACCOUNT:${what}`;
export const role = 'arn:PARTITION:iam::ACCOUNT:role/STACK-*';

/** The same resource, reason and circumstances for each of these actions. */
export function each(
  actions: readonly string[],
  resource: string,
  why: string,
  more: Partial<Right> = {},
): Right[] {
  return actions.map((action) => ({ action, resource, why, ...more }));
}

/** A service's own role, which the first resource of its kind in an account makes. */
export function serviceLinkedRole(service: string, why: string, when: string): Right[] {
  const resource = `arn:PARTITION:iam::ACCOUNT:role/aws-service-role/${service}.amazonaws.com/*`;
  return each(['iam:CreateServiceLinkedRole'], resource, why, { when });
}
