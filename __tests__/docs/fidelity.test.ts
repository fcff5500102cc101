import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { stages } from '../../scripts/conformance/stages.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The rows of the table of `local/README.md` that follows a heading, as cells. */
function rowsUnder(heading: string): string[][] {
  const text = readFileSync(path.join(root, 'local/README.md'), 'utf8');
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  const table = section.split('\n').filter((line) => line.startsWith('| '));
  return table.slice(1).map((line) => line.replace(/^\| | \|$/g, '').split(' | '));
}

/** The ids of the questions that a stage asks, as its source states them. */
function questionsOf(stage: number): string[] {
  const folder = path.join(root, 'scripts/conformance/stages');
  const title = stages[stage]?.title ?? 'no such stage';
  const source = readdirSync(folder)
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .find((text) => text.includes(`title: '${title}'`));
  const own = source ?? '';
  // Those of stage 0 that a variant settles stand with the variants.
  const variants = stage === 0 ? readFileSync(path.join(folder, 'variants.ts'), 'utf8') : '';
  return [...`${own}${variants}`.matchAll(/'([\w-]+)'/g)].flatMap(([, id]) => id ?? []);
}

describe('a behaviour of the local cloud', () => {
  const rows = rowsUnder('Fidelity').filter((cells) => cells.length > 3);

  test('has a row of six cells', () => {
    expect(rows.length).toBeGreaterThan(60);
    expect(rows.filter((cells) => cells.length !== 6)).toEqual([]);
  });

  test('is as AWS has it, or its row says what is kinder, stricter or missing', () => {
    const compared = /^(as AWS|the local cloud's own|(kinder|stricter|not there): \S.*)$/;
    expect(rows.filter((cells) => !compared.test(cells[4] ?? ''))).toEqual([]);
  });

  test('names a question of a stage that asks AWS for it, or that none does', () => {
    const unknown = rows.flatMap(([behaviour, , , , , seen = '']) => {
      if (seen === '–') return [];
      const [, numbers = '', ids = ''] = /^stages? ([\d, ]+): ([\w, -]+)$/.exec(seen) ?? [];
      const asked = numbers.split(', ').flatMap((number) => questionsOf(Number(number)));
      return ids.split(', ').every((id) => asked.includes(id)) ? [] : [`${behaviour}: ${seen}`];
    });
    expect(unknown).toEqual([]);
  });
});
