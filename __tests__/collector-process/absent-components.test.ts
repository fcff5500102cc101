import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { absentComponents } from '../../src/stack/absent-components.ts';
import { binary, temporaryFolder } from '../support/collector.ts';

interface Row {
  section: string;
  type: string;
  isHere: boolean;
  answer: string;
}

/** The table of local/collector/README.md. */
function rows(): Row[] {
  const lines = readFileSync('local/collector/README.md', 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [, section = '', type = '', here = '', answer = ''] =
      /^\| (\w+) \| `(\w+)` \| [^|]+ \| \**(\w+)\** \|(.*)\|$/.exec(line) ?? [];
    return type === '' ? [] : [{ section, type, isHere: here === 'yes', answer: answer.trim() }];
  });
}

const ask = (args: string[]) => spawnSync(binary('ECS_TAIL_SAMPLING_COLLECTOR'), args, { encoding: 'utf8' });
// A published distribution, taken where a registry answers, has more.
const isBuiltHere = () => ask(['--version']).stdout.startsWith('otelcol-local ');

/** What the collector says of a config that names these. It names one of each section. */
function wordsAbout(named: readonly Row[]): string {
  using folder = temporaryFolder();
  const config: Record<string, Record<string, object>> = {};
  for (const { section, type } of named) config[section] = { ...config[section], [type]: {} };
  const file = path.join(folder.path, 'config.yaml');
  writeFileSync(file, stringify(config));
  return ask(['validate', '--config', file]).stderr;
}

const lacks = (words: string) => absentComponents(words.split('\n'), 'IMAGE');

describe('the table of components in local/collector/README.md', () => {
  it('says of each that is not here what the attempt to get it answered', () => {
    expect(rows().length).toBeGreaterThan(30);
    for (const { isHere, answer } of rows()) expect(answer === '').toBe(isHere);
  });

  it('calls those here that the collector knows', () => {
    expect(lacks(wordsAbout(rows().filter(({ isHere }) => isHere)))).toBeUndefined();
  });

  it.each(rows().filter(({ isHere }) => !isHere))('$type is not in this build, which says so', (row) => {
    const words = wordsAbout([row]);
    // Upstream keeps a word for this one, that it is gone.
    if (row.type === 'logging') expect(words).toContain('the logging exporter has been deprecated');
    else if (isBuiltHere())
      expect(lacks(words)).toBe(`image IMAGE is built without ${row.section.slice(0, -1)} ${row.type}`);
  });
});
