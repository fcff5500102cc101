import type { Right } from '../../src/aws/rights.ts';
import { overlap, pattern, sameArn } from './glob.ts';
import type { AuthorizedAction, ServiceAuthorization } from './service-authorization.ts';

/** A right, or what a policy's statement allows. */
export type Allowed = Pick<Right, 'action' | 'resource'> & { conditionKeys: readonly string[] };

/** What is wrong with a right, in a form that a waiver can name. */
export interface ReferenceFault {
  action: string;
  fault: 'unknown' | 'resource' | 'condition' | 'wider' | 'uncovered' | 'dependent';
  /** The resource, condition key, resource type or dependent action. */
  what: string;
}

/**
 * What is wrong with rights that belong together, by the Service Authorization Reference: actions that AWS has not,
 * resources and condition keys that are none of theirs, `*` where there is something narrower, a required resource
 * type that nothing covers, an action that AWS asks for beside one of them.
 */
export function referenceFaults(rights: readonly Allowed[], rows: ServiceAuthorization): ReferenceFault[] {
  const found = rights.flatMap((right) => {
    const row = rows[right.action];
    if (!row) return [{ action: right.action, fault: 'unknown' as const, what: '' }];
    return [...faultsOf(right, row), ...uncovered(right, row, rights), ...dependents(right, row, rights)];
  });
  return [...new Map(found.map((it) => [JSON.stringify(it), it])).values()];
}

function faultsOf({ action, resource, conditionKeys }: Allowed, row: AuthorizedAction): ReferenceFault[] {
  const types = Object.values(row.resources);
  const fitting = types.filter(({ arn }) => sameArn(pattern(arn), pattern(resource)));
  const keys = [...row.conditionKeys, ...fitting.flatMap((type) => type.conditionKeys)].map(pattern);
  const foreign = conditionKeys.filter((key) => !keys.some((it) => overlap(it, key)));
  return [
    ...(resource !== '*' && fitting.length === 0
      ? [{ action, fault: 'resource' as const, what: resource }]
      : []),
    ...(resource === '*' && types.length > 0 ? [{ action, fault: 'wider' as const, what: resource }] : []),
    ...foreign.map((what) => ({ action, fault: 'condition' as const, what })),
  ];
}

function uncovered({ action }: Allowed, row: AuthorizedAction, rights: readonly Allowed[]): ReferenceFault[] {
  const resources = rights.filter((it) => it.action === action).map((it) => pattern(it.resource));
  return Object.entries(row.resources)
    .filter(([, { arn, required }]) => required && !resources.some((it) => sameArn(it, pattern(arn))))
    .map(([what]) => ({ action, fault: 'uncovered', what }));
}

function dependents(
  { action }: Allowed,
  row: AuthorizedAction,
  rights: readonly Allowed[],
): ReferenceFault[] {
  return row.dependentActions
    .filter((what) => !rights.some((it) => overlap(it.action, what)))
    .map((what) => ({ action, fault: 'dependent', what }));
}
