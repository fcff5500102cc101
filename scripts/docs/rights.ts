import path from 'node:path';
import { policyOf } from '../../src/aws/policy.ts';
import { type Right, stepRights } from '../../src/aws/rights.ts';
import type { StepName } from '../../src/inputs/topologies.ts';
import { templateRights } from './template-rights.ts';
import { templateTypes } from './template-types.ts';

type Row = string[];

/** The rights that a step needs for its own calls. */
export function rightsTable(step: StepName): { head: Row; rows: Row[] } {
  const rows = stepRights[step].map(({ action, resource, why, when }: Right) => [
    `\`${action}\``,
    `\`${resource}\``,
    why,
    when ?? 'always',
  ]);
  return { head: ['action', 'resource', 'what for', 'when'], rows };
}

/** What CloudFormation does for the templates' resources. */
export function templateRightsTable(): { head: Row; rows: Row[] } {
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

export const stepPolicy = (step: StepName) => policyJson(stepRights[step]);

/**
 * What CloudFormation needs for one template.
 * @param beyond a template whose rights are there already: those of its resource types are left out
 */
export function templatePolicy(file: string, beyond?: string): string {
  const known = beyond === undefined ? [] : typesOf(beyond);
  const types = typesOf(file).filter((type) => !known.includes(type));
  // In the order of the table, so that a new resource does not turn a policy upside down.
  return policyJson(
    Object.entries(templateRights).flatMap(([type, rights]) => (types.includes(type) ? rights : [])),
  );
}

function typesOf(file: string): readonly string[] {
  const types = templateTypes().get(file);
  if (types) return types;
  throw new Error(`there is no template ${file}`);
}

const shortName = (file: string) => path.basename(file, '.yaml');

function policyJson(rights: readonly Right[]): string {
  return `\`\`\`json\n${JSON.stringify(policyOf(rights), null, 2)}\n\`\`\`\n`;
}

const unique = (texts: readonly string[]) => [...new Set(texts)];
