import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.resolve(import.meta.dirname, '../../templates');

/** The resource types of each shipped template, by its path in `templates/`. */
export function templateTypes(): Map<string, string[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml') && !file.startsWith('parts/'))
    .toSorted();
  return new Map(files.map((file) => [file, typesIn(readFileSync(path.join(folder, file), 'utf8'))]));
}

function typesIn(template: string): string[] {
  const [, resources = ''] = template.split('\nResources:\n');
  const types = [...resources.matchAll(/^ {4}Type: (AWS::\w+::\w+)$/gm)].flatMap(([, type]) => type ?? []);
  return [...new Set(types)];
}
