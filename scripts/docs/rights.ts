import path from 'node:path';
import { policyOf } from '../../src/aws/policy.ts';
import { type Right, stepRights } from '../../src/aws/rights.ts';
import type { StepName } from '../../src/inputs/topologies.ts';
import { fitsInline, policies, rightsOfScaling, roles, sizeOf } from './policies.ts';
import { templateRights } from './template-rights.ts';
import { templateTypes } from './template-types.ts';

interface Table {
  head: string[];
  rows: string[][];
}

/** The rights that a step needs for its own calls. */
export function rightsTable(step: StepName): Table {
  return rightRows(stepRights[step]);
}

/** What CloudFormation does when the count of a service changes. */
export function scalingTable(): Table {
  return rightRows(rightsOfScaling());
}

function rightRows(rights: readonly Right[]): Table {
  const rows = rights.map(({ action, resource, why, when }: Right) => [
    `\`${action}\``,
    `\`${resource}\``,
    why,
    when ?? 'always',
  ]);
  return { head: ['action', 'resource', 'what for', 'when'], rows };
}

/** What CloudFormation does for the templates' resources. */
export function templateRightsTable(): Table {
  const users = (type: string) =>
    [...templateTypes()].filter(([, types]) => types.includes(type)).map(([file]) => shortName(file));
  const rows = Object.entries(templateRights).map(([type, rights]) => [
    `\`${type}\``,
    users(type).join(', '),
    unique(rights.map(({ action }) => `\`${action}\``)).join(' '),
    unique(rights.map(({ why }) => why)).join('; '),
    unique(rights.map(({ when }) => when ?? '').filter(Boolean)).join('; ') || 'always',
  ]);
  return { head: ['resource type', 'templates', 'actions', 'what for', 'when'], rows };
}

const shortName = (file: string) => path.basename(file, '.yaml');

const unique = (texts: readonly string[]) => [...new Set(texts)];

/** A policy of `docs/permissions.md`, by the name of its marker. */
export function policyJson(name: string): string {
  const rights = policies[name];
  if (!rights) throw new Error(`there is no policy ${name}`);
  return `\`\`\`json\n${JSON.stringify(policyOf(rights()), null, 2)}\n\`\`\`\n`;
}

/** Which policies a role has, by what its job does, and how long they are. */
export function rolesTable(): Table {
  const rows = roles.map(({ job, needs }) => [
    job,
    needs.map((name) => `\`${name}\` (${sizeOf(name)})`).join(', '),
    fitsInline([...needs, 'given-roles-policy']) ? 'inline or managed' : 'managed',
  ]);
  return { head: ['what the role does', 'its policies (characters)', 'as'], rows };
}
