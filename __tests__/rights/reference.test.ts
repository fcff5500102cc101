import { describe, expect, it } from '@jest/globals';
import { policies } from '../../scripts/docs/policies.ts';
import { givenRoleRights, templateRights } from '../../scripts/docs/template-rights.ts';
import { authorization } from '../../scripts/rights/data.ts';
import { type Allowed, type ReferenceFault, referenceFaults } from '../../scripts/rights/reference.ts';
import { type ReferenceWaiver, referenceWaivers } from '../../scripts/rights/reference-waivers.ts';
import { policyOf } from '../../src/aws/policy.ts';
import type { Right } from '../../src/aws/rights.ts';

/** `local/extension/rights/service_authorization.json` is compared with the reference by the check `rights`. */
function allowed(rights: readonly Right[]): Allowed[] {
  return policyOf(rights).Statement.flatMap(({ Action, Resource, Condition }) => {
    const conditionKeys = Object.values(Condition ?? {}).flatMap((it) => Object.keys(it));
    return Action.map((action) => ({ action, resource: Resource, conditionKeys }));
  });
}

const faultsOf = (rights: readonly Right[]) => referenceFaults(allowed(rights), authorization);

const covers = (waiver: ReferenceWaiver, { action, fault, what }: ReferenceFault) =>
  waiver.fault === fault && waiver.actions.includes(action) && (waiver.what?.includes(what) ?? true);

const unexplained = (faults: readonly ReferenceFault[]) =>
  faults.filter((fault) => !referenceWaivers.some((waiver) => covers(waiver, fault)));

const lists: Record<string, readonly Right[]> = {
  ...Object.fromEntries(Object.entries(policies).map(([name, rights]) => [name, rights()])),
  ...templateRights,
};

const found = Object.fromEntries(Object.entries(lists).map(([name, rights]) => [name, faultsOf(rights)]));

describe('by the Service Authorization Reference', () => {
  it.each(Object.keys(lists))('nothing is wrong with the rights of %s', (name) => {
    expect(unexplained(found[name] ?? [])).toEqual([]);
  });

  it.each(referenceWaivers)('the waiver of $actions ($fault) is needed', (waiver) => {
    const faults = Object.values(found).flat();
    const needed = waiver.actions.filter((action) =>
      faults.some((fault) => covers({ ...waiver, actions: [action] }, fault)),
    );
    expect(needed).toEqual(waiver.actions);
    const unused = waiver.what?.filter(
      (what) => !faults.some((it) => covers({ ...waiver, what: [what] }, it)),
    );
    expect(unused ?? []).toEqual([]);
  });
});

describe('the reference finds', () => {
  const right = (more: Partial<Right>): Right => ({
    action: 'ecs:StopTask',
    resource: '*',
    why: '',
    ...more,
  });
  const task = 'arn:PARTITION:ecs:REGION:ACCOUNT:task/CLUSTER/*';

  it.each<[string, Right, Pick<ReferenceFault, 'fault' | 'what'>]>([
    ['an action that AWS has not', right({ action: 'ecs:StopTasks' }), { fault: 'unknown', what: '' }],
    [
      'a resource of another type',
      right({ resource: task.replace('task/', 'service/') }),
      { fault: 'resource', what: task.replace('task/', 'service/') },
    ],
    ['* where there is something narrower', right({}), { fault: 'wider', what: '*' }],
    [
      'a condition key of another action',
      right({ resource: task, passedTo: 'ecs-tasks.amazonaws.com' }),
      { fault: 'condition', what: 'iam:PassedToService' },
    ],
    [
      'an action that AWS asks for beside it',
      right({ action: 'ecs:RunTask', resource: 'arn:PARTITION:ecs:REGION:ACCOUNT:task-definition/a:*' }),
      { fault: 'dependent', what: 'iam:PassRole' },
    ],
    [
      'a required resource that is not covered',
      right({
        action: 'servicediscovery:CreateService',
        resource: 'arn:PARTITION:servicediscovery:REGION:ACCOUNT:service/*',
      }),
      { fault: 'uncovered', what: 'namespace' },
    ],
  ])('%s', (_, wrong, fault) => {
    expect(faultsOf([wrong])).toContainEqual({ action: wrong.action, ...fault });
  });

  it('nothing wrong with a right as it should be', () => {
    expect(faultsOf([right({ resource: task })])).toEqual([]);
    expect(faultsOf(givenRoleRights)).toEqual([]);
  });
});
