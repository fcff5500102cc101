import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  longNames,
  policies,
  policiesOfTemplate,
  rightsOfTemplate,
  roles,
} from '../../scripts/docs/policies.ts';
import { printedPolicies } from '../../scripts/docs/printed-policies.ts';
import { policyOf } from '../../src/aws/policy.ts';
import { allTemplates, guideTemplates } from '../support/guide-commands.ts';
import { shipped, stack } from '../support/rendered.ts';

const names = Object.keys(policies);
const printed = (name: string) => printedPolicies([name], longNames);
/** IAM counts no white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const size = (name: string) => JSON.stringify(printed(name)[0]).length;

describe('docs/permissions.md', () => {
  it.each(names)('prints %s as the lists have it', (name) => {
    expect(printed(name)).toEqual([policyOf(policies[name]?.() ?? [], longNames)]);
  });

  it('refuses a policy that it does not print, and a word that is not filled in', () => {
    expect(() => printedPolicies(['other-policy'], longNames)).toThrow(
      'docs/permissions.md prints no other-policy',
    );
    const { CLUSTER: _, ...rest } = longNames;
    expect(() => printedPolicies(['scale-policy'], rest)).toThrow(
      'scale-policy needs to know what CLUSTER is',
    );
  });

  it.each(names)('has a policy that fits a managed policy: %s', (name) => {
    expect(size(name)).toBeLessThanOrEqual(6144);
  });

  // Ten managed policies: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  it.each(roles)('says how the policies go into a role, given roles included: $job', ({ job, needs }) => {
    const all = [...needs, 'given-roles-policy'];
    expect(all.length).toBeLessThanOrEqual(10);
    const together = all.map(size).reduce((sum, each) => sum + each);
    const row = readFileSync('docs/permissions.md', 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`| ${job} |`));
    expect(row).toMatch(together <= 10_240 ? /\| inline or managed \|$/ : /\| managed \|$/);
  });

  it('uses each policy in a role', () => {
    const beside = ['given-roles-policy', 'config-key-policy'];
    const used = new Set([...roles.flatMap(({ needs }) => needs), ...beside]);
    expect([...used].toSorted()).toEqual(names.toSorted());
  });

  it.each(names)('names each statement of %s once, in letters and digits, by what it is about', (name) => {
    const sids = printed(name).flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid));
    expect(sids.filter((sid) => !/^[A-Za-z0-9]+$/.test(sid))).toEqual([]);
    expect(new Set(sids).size).toBe(sids.length);
    // The same whatever is filled in.
    expect(policyOf(policies[name]?.() ?? []).Statement.map(({ Sid }) => Sid)).toEqual(sids);
  });
});

describe('the policies of a template', () => {
  it.each(allTemplates)('allow what each of its resource types takes: %s', (file) => {
    const allowed = policiesOfTemplate(file).flatMap((name) => policies[name]?.() ?? []);
    expect(allowed).toEqual(expect.arrayContaining([...rightsOfTemplate(file)]));
  });
});

const actions = (name: string) => (policies[name]?.() ?? []).map(({ action }) => action);

describe('a typed parameter', () => {
  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html */
  const looks: Record<string, string> = {
    'AWS::EC2::VPC::Id': 'ec2:DescribeVpcs',
    'AWS::EC2::Subnet::Id': 'ec2:DescribeSubnets',
    'AWS::EC2::SecurityGroup::Id': 'ec2:DescribeSecurityGroups',
    'AWS::EC2::Image::Id': 'ec2:DescribeImages',
    'AWS::EC2::KeyPair::KeyName': 'ec2:DescribeKeyPairs',
  };
  const typed = allTemplates.flatMap((file) =>
    Object.entries(shipped(file).parameters)
      .map(([name, { Type }]) => ({ file, name, type: Type.replace(/^List<(.*)>$/, '$1') }))
      .filter(({ type }) => !['String', 'Number', 'CommaDelimitedList'].includes(type)),
  );

  it.each(typed)('$name of $file can be looked up by whoever executes a change set', ({ type }) => {
    const look = looks[type] ?? `nobody knows what ${type} takes`;
    for (const name of ['deploy-policy', 'scale-policy', 'command-policy'])
      expect(actions(name)).toContain(look);
  });
});

describe('another count of tasks', () => {
  const counted = guideTemplates.flatMap((file) =>
    Object.keys(shipped(file).parameters)
      .filter((name) => name.endsWith('TaskCount'))
      .map((name) => ({ file, name })),
  );

  it.each(counted)('$name of $file changes services and nothing else', ({ file, name }) => {
    const [one, other] = ['1', '2'].map((count) => stack(file, { [name]: count }).resources);
    const changed = Object.entries(one ?? {}).filter(
      ([id, resource]) => JSON.stringify(resource) !== JSON.stringify(other?.[id]),
    );
    expect(changed.map(([, { Type }]) => Type)).toEqual(['AWS::ECS::Service']);
  });
});
