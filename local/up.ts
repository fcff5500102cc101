/** `npm run local:up [-- --pace aws]`: starts the local cloud and writes `.local/env`. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CommandError } from '../scripts/setup/command.ts';
import { SetupError } from '../scripts/setup/context.ts';
import { startCloud } from './cloud.ts';

const interrupted = new AbortController();
// Stays in place: a terminal's Ctrl-C arrives twice (the launcher passes it on), and cleaning up must not be cut short.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interrupted.abort(new Error(`stopped by ${signal}`)));
}

try {
  const { values } = parseArgs({ options: { pace: { type: 'string' } } });
  const cloud = await startCloud({ pace: values.pace, signal: interrupted.signal });
  console.log(
    `\nThe local cloud answers at ${cloud.endpoint}. In a shell: . ${path.relative('.', cloud.stateDir)}/env`,
  );
} catch (error) {
  const known = error instanceof SetupError || error instanceof CommandError || interrupted.signal.aborted;
  console.error(known && error instanceof Error ? error.message : error);
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
}
