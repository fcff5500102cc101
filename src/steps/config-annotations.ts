import { configFaults } from '../collector/config-error.ts';
import type { ConfigFile } from '../inputs/settings.ts';
import type { Release } from '../release/release.ts';
import type { Reporter } from '../report/reporter.ts';
import { DiagnosedError } from '../stack/diagnosis.ts';
import { markConfig } from './config-lint.ts';

/**
 * Where a collector of the release died of its config, marks the lines of that config which it named. The config
 * is found by the object key in the container's command, and the fault in the last lines of the container's log.
 */
export function annotateConfig(
  error: unknown,
  configs: readonly ConfigFile[],
  release: Release,
  reporter: Pick<Reporter, 'annotate' | 'info'>,
): void {
  if (!(error instanceof DiagnosedError)) return;
  const command = error.links.find(({ what }) => what === 'command')?.text.split(' ') ?? [];
  const ran = release.configs.find(({ key }) => command.some((word) => word.endsWith(`/${key}`)));
  const config = configs.find(({ parameter }) => parameter === ran?.parameter);
  if (!config) return;
  const log = error.links.filter(({ what }) => what === 'log').map(({ text }) => text);
  for (const { message, line } of configFaults(log, config.bytes.toString('utf8'))) {
    const lacks = message.includes(' unknown type: ')
      ? error.links.find(({ what }) => what === 'image')
      : undefined;
    markConfig(config, line, lacks ? `${message}: ${lacks.text}` : message, reporter);
  }
}
