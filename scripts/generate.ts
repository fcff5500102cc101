/**
 * Writes what is generated: the templates that are composed of parts, every `action.yml`, the tables between the
 * markers of the READMEs and the JSON Schema of the environment file. With `--check` it writes nothing and fails when a file would change.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { actionFiles } from './docs/action-files.ts';
import { environmentSchemaJson } from './docs/environment-schema.ts';
import { withTables } from './docs/tables.ts';
import { composedTemplates } from './templates/compose.ts';

const root = path.resolve(import.meta.dirname, '..');

const documents = [
  'deploy/README.md',
  'scale/README.md',
  'verify/README.md',
  'docs/permissions.md',
  'docs/conformance.md',
  'docs/migration.md',
];
const generated = new Map<string, string>([
  ...composedTemplates(root),
  ...actionFiles(),
  ['environments/schema.json', environmentSchemaJson()],
]);
for (const readme of ['README.md', ...documents]) {
  generated.set(readme, withTables(readme, readFileSync(path.join(root, readme), 'utf8')));
}

const stale = [...generated].filter(([name, text]) => current(name) !== text);
if (process.argv.includes('--check')) {
  for (const [name] of stale) console.error(`${name} is not what the sources say. Run: npm run generate`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [name, text] of stale) {
    writeFileSync(path.join(root, name), text);
    console.log(`wrote ${name}`);
  }
}

function current(name: string): string | undefined {
  const file = path.join(root, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
