import { posix } from 'node:path';
import { type Finding, lintConfigs } from '../collector/lint.ts';
import type { SourceFile, StackSettings } from '../inputs/settings.ts';
import { KitError } from '../kit/errors.ts';
import type { Reporter } from '../report/reporter.ts';

/**
 * Refuses configs that must not run together, whatever stack each of them belongs to.
 * @throws KitError `config-refused` naming rule, files and lines of everything that was found
 */
export function requireSoundConfigs(
  stacks: readonly Pick<StackSettings, 'configs'>[],
  reporter: Pick<Reporter, 'annotate' | 'info'>,
): void {
  const configs = stacks.flatMap((stack) => stack.configs);
  const findings = lintConfigs(
    configs.map(({ role, path, bytes }) => ({ role, path, text: bytes.toString('utf8') })),
  );
  for (const finding of findings) {
    for (const { path, line } of finding.places) {
      markConfig({ path }, line, `${finding.rule}: ${finding.reason}; ${finding.fix}`, reporter);
    }
  }
  const [first] = findings;
  if (!first) return;
  throw new KitError(findings.map(sentence).join('\n'), {
    code: 'config-refused',
    source: 'user',
    hint: `${first.fix}.`,
  });
}

/** A remark on a line of a config; in the log alone where the file ships with the kit, which GitHub cannot show. */
export function markConfig(
  { path }: Pick<SourceFile, 'path'>,
  line: number | undefined,
  message: string,
  reporter: Pick<Reporter, 'annotate' | 'info'>,
): void {
  const where = line === undefined ? path : `${path}:${line}`;
  if (path.startsWith('kit:')) reporter.info(`${where}: ${message}`);
  else reporter.annotate({ file: posix.normalize(path), line, message });
}

function sentence({ rule, reason, places }: Finding): string {
  return `${rule}: ${reason} (${places.map(({ path, line }) => `${path}:${line}`).join(', ')})`;
}
