import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { stepRights } from '../../src/aws/rights.ts';
import { givenRoleRights, templateRights } from '../docs/template-rights.ts';
import { repository } from '../setup/context.ts';

/** Files with policies of their own: the templates, and what the documents tell people to allow. */
export const filesWithPolicies = ['templates/**/*.yaml', 'docs/*.md', 'README.md'];

/** Every action that the kit lists, or that a template or document names; and words that look like one. */
export function actionsOfAll(): string[] {
  const texts = globSync(filesWithPolicies, { cwd: repository })
    .toSorted()
    .map((file) => readFileSync(path.join(repository, file), 'utf8'));
  const listed = [...Object.values(stepRights), ...Object.values(templateRights), givenRoleRights].flat();
  return [
    ...listed.map(({ action }) => action),
    ...texts.flatMap((text) => text.match(/\b[a-z][a-z0-9-]+:[A-Z]\w+\*?/g) ?? []),
  ];
}
