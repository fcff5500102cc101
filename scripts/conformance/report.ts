import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from '../setup/context.ts';
import type { CheckRecord, Record } from './record.ts';
import { stages } from './stages.ts';

/** The record for people: what was asked and seen, stage by stage, and which behaviours have now been seen on AWS. */
export function reportOf({ content }: Record): string {
  const { target, account, region, checks, leftovers } = content;
  const count = (result: string) => checks.filter((check) => resultOf(check) === result).length;
  return [
    `# Conformance: ${target}, account ${account}, ${region}`,
    '',
    `${count('as expected')} as expected, ${count('otherwise')} otherwise, ${count('not settled')} not settled.`,
    ...stages.flatMap(({ number, title, settles }) => {
      const state = content.stages.find((stage) => stage.number === number);
      if (!state) return [];
      return [
        '',
        `## Stage ${number}: ${title}`,
        '',
        `Settles ${settles.join(', ')}. ${state.state === 'done' ? `${state.seconds} s` : 'Not finished'}${state.short ? ', quick form' : ''}.`,
        '',
        '| | question | expected | seen | |',
        '| --- | --- | --- | --- | --- |',
        ...checks.filter((check) => check.stage === number).map(rowOf),
      ];
    }),
    '',
    '## Left over',
    '',
    ...(leftovers.length === 0 ? ['Nothing.'] : leftovers.map((line) => `- ${line}`)),
    ...(target === 'AWS' ? ['', '## Seen on AWS', '', ...seenOnAws(checks)] : []),
    '',
  ].join('\n');
}

function rowOf(check: CheckRecord): string {
  const { id, what, expected, seen } = check;
  return `| ${[id, what, expected, seen, resultOf(check)].map(cell).join(' | ')} |`;
}

function resultOf({ settled, holds }: CheckRecord): 'as expected' | 'otherwise' | 'not settled' {
  if (!settled) return 'not settled';
  return holds ? 'as expected' : 'otherwise';
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ').slice(0, 600);

/** The rows of the local cloud's table that name one of the questions, with their last column filled. */
function seenOnAws(checks: readonly CheckRecord[]): string[] {
  const table = readFileSync(path.join(repository, 'local', 'README.md'), 'utf8').split('\n');
  const rows = table.flatMap((line) => {
    const cells = line.split(' | ');
    const ids = /^stages? [\d, ]+: ([\w, -]+) \|$/.exec(cells.at(-1) ?? '')?.[1]?.split(', ');
    const asked = checks.filter(({ id }) => ids?.includes(id));
    if (asked.length === 0) return [];
    const results = [...new Set(asked.map(resultOf))].join(', ');
    return [`| ${cells[0]?.replace(/^\| /, '')} | ${ids?.join(', ')} | ${results} |`];
  });
  return ['| behaviour of the local cloud | questions | on AWS |', '| --- | --- | --- |', ...rows];
}
