import { readFileSync } from 'node:fs';
import path from 'node:path';
import { filled, type Place, type PolicyDocument } from '../../src/aws/policy.ts';
import { repository } from '../setup/context.ts';

/**
 * Policies as `docs/permissions.md` prints them, with nothing but the capital words filled in: what somebody who
 * follows it gives to a role.
 * @param names of their markers, such as `deploy-policy`; `roles` in `policies.ts` says which go together
 * @throws Error when the document has no such policy, or a word is left in capitals
 */
export function printedPolicies(names: readonly string[], place: Partial<Place>): PolicyDocument[] {
  const document = readFileSync(path.join(repository, 'docs/permissions.md'), 'utf8');
  return names.map((name) => {
    const [, rest] = document.split(`<!-- generated: ${name} -->`);
    const [, json] = /^\s*```json\n([\s\S]*?)\n```/.exec(rest ?? '') ?? [];
    if (json === undefined) throw new Error(`docs/permissions.md prints no ${name}`);
    const unknown = json.match(/[A-Z]{5,}/g)?.find((word) => place[word as keyof Place] === undefined);
    if (unknown) throw new Error(`${name} needs to know what ${unknown} is`);
    return JSON.parse(filled(json, place)) as PolicyDocument;
  });
}
