import { parse } from 'yaml';
import { KitError } from '../kit/errors.ts';

/** A parameter that a template declares. */
export interface DeclaredParameter {
  name: string;
  default: string | undefined;
  /** Whether CloudFormation hides its value; so does the kit. */
  noEcho: boolean;
}

/**
 * The parameters of a template, JSON or YAML. The failsafe schema keeps every scalar as it is written
 * ('0.10' stays '0.10') and needs no knowledge of CloudFormation's tags.
 */
export function declaredParameters(text: string): DeclaredParameter[] {
  const template: unknown = parse(text, { schema: 'failsafe', logLevel: 'error', maxAliasCount: -1 });
  const parameters = (template as { Parameters?: unknown } | null)?.Parameters;
  if (parameters === undefined || parameters === null || typeof parameters !== 'object') return [];
  return Object.entries(parameters as Record<string, { Default?: unknown; NoEcho?: unknown } | string>).map(
    ([name, declared]) => {
      const { Default, NoEcho } = typeof declared === 'object' && declared ? declared : {};
      return {
        name,
        default: typeof Default === 'string' ? Default : undefined,
        noEcho: String(NoEcho).toLowerCase() === 'true',
      };
    },
  );
}

/**
 * CloudFormation's GetTemplate answers `?` for every character outside ASCII, so such a template could
 * not be recognised on the running stack.
 * @throws KitError `template-not-ascii`, naming line and character.
 */
export function requireAscii(path: string, text: string): void {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const found = /[^\x20-\x7e\t\r]/u.exec(line);
    if (!found) continue;
    throw new KitError(
      `${path}:${index + 1}: '${found[0]}' is not ASCII, which CloudFormation does not give back`,
      {
        code: 'template-not-ascii',
        source: 'user',
        hint: 'Write the template in plain ASCII, its comments and descriptions too.',
      },
    );
  }
}
