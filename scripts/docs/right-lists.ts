import type { Right } from '../../src/aws/rights.ts';

/** What the lists of the templates' rights are written with. */
export const arn = (service: string, what: string) => `arn:PARTITION:${service}:REGION:ACCOUNT:${what}`;

/** The same resource, reason and circumstances for each of these actions: `ecs`, `CreateService DeleteService`. */
export function each(service: string, names: string, more: Omit<Right, 'action'>): Right[] {
  return names.split(' ').map((name) => ({ action: `${service}:${name}`, ...more }));
}

/** Rights on every one of several kinds of resource. */
export function onEach(resources: readonly string[], rights: (resource: string) => Right[]): Right[] {
  return resources.flatMap(rights);
}

/** A service's own role, which the first resource of its kind in an account makes. */
export function serviceLinkedRole(service: string, why: string, when: string): Right {
  const resource = `arn:PARTITION:iam::ACCOUNT:role/aws-service-role/${service}.amazonaws.com/*`;
  return { action: 'iam:CreateServiceLinkedRole', resource, why, when };
}
