import { policyOf } from '../../src/aws/policy.ts';
import { type Right, stepRights } from '../../src/aws/rights.ts';
import type { StepName } from '../../src/inputs/topologies.ts';
import { templateRights } from './template-rights.ts';

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

/** What CloudFormation does for the template's resources. */
export function templateRightsTable(): { head: Row; rows: Row[] } {
  const rows = Object.entries(templateRights).map(([type, rights]) => [
    `\`${type}\``,
    unique(rights.map(({ action }) => `\`${action}\``)).join(' '),
    unique(rights.map(({ why }) => why)).join('; '),
    unique(rights.map(({ when }) => when ?? '').filter(Boolean)).join('; ') || 'always',
  ]);
  return { head: ['resource type', 'actions', 'what for', 'when'], rows };
}

export const stepPolicy = (step: StepName) => policyJson(stepRights[step]);
export const templatePolicy = () => policyJson(Object.values(templateRights).flat());

function policyJson(rights: readonly Right[]): string {
  return `\`\`\`json\n${JSON.stringify(policyOf(rights), null, 2)}\n\`\`\`\n`;
}

const unique = (texts: readonly string[]) => [...new Set(texts)];
