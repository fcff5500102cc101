import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { composedTemplates } from '../../scripts/templates/compose.ts';
import { fill, wrapFolded } from '../../scripts/templates/fill.ts';
import { readPart, type Words } from '../../scripts/templates/part.ts';

const composed = composedTemplates(process.cwd());
const parts = 'templates/parts';
const namesIn = (folder: string) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => path.basename(file, '.yaml'));
const outlines = readdirSync(`${parts}/outlines`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => readFileSync(`${parts}/outlines/${file}`, 'utf8'));

describe('the composed templates', () => {
  it.each([...composed.keys()])('%s is what its parts say', (file) => {
    expect(readFileSync(file, 'utf8')).toBe(composed.get(file));
  });

  it('are the two complete ones and the four individual ones', () => {
    expect([...composed.keys()].toSorted()).toEqual([
      'templates/individual-templates/cloudmap-namespace.yaml',
      'templates/individual-templates/load-balancer-agents.yaml',
      'templates/individual-templates/otel-daemon-template.yaml',
      'templates/individual-templates/sampling-agents.yaml',
      'templates/otel-complete-cluster.yaml',
      'templates/otel-tail-sampling.yaml',
    ]);
  });

  it.each([...composed])('%s has nothing of the parts left in it', (_, text) => {
    expect(text).not.toMatch(/#include|<[A-Za-z-]+>(?!\))/);
  });
});

describe('the parts', () => {
  it.each(namesIn(parts))('%s is part of a template', (name) => {
    expect(outlines.filter((outline) => outline.includes(`  - ${name}\n`)).length).toBeGreaterThan(0);
  });

  it.each(namesIn(parts))('%s is explained in the README', (name) => {
    expect(readFileSync(`${parts}/README.md`, 'utf8')).toContain(`\`${name}.yaml\``);
  });

  it.each(namesIn(`${parts}/snippets`))('snippet %s is included somewhere', (name) => {
    const sources = namesIn(parts).map((part) => readFileSync(`${parts}/${part}.yaml`, 'utf8'));
    const included = (text: string) => new RegExp(`#include ${name}\\b|: ${name}\\n`).test(text);
    expect([...sources, ...outlines].some(included)).toBe(true);
  });
});

const filled = (text: string, words: Words = {}, snippets: Record<string, string> = {}) =>
  fill(text.split('\n'), {
    words,
    snippet: (name) => snippets[name] ?? '',
    used: () => undefined,
  }).join('\n');

describe('a part', () => {
  it('is pieces by section and group, with their comments, and words', () => {
    const text =
      "# About the part.\n\nParameters (Size):\n  # Why.\n  A:\n    Type: String\n\nOutputs:\n  B: 1\n\nWords:\n  c: ''\n";
    expect(readPart('size.yaml', text)).toEqual({
      pieces: [
        { section: 'Parameters', group: 'Size', lines: ['  # Why.', '  A:', '    Type: String'] },
        { section: 'Outputs', group: undefined, lines: ['  B: 1'] },
      ],
      words: { c: '' },
    });
  });

  it('has no other headings', () => {
    expect(() => readPart('size.yaml', 'Parameter:\n  A: 1\n')).toThrow(
      '"Parameter:" is no heading of a part',
    );
  });

  it('has words that are texts', () => {
    expect(() => readPart('size.yaml', 'Words:\n  count: 2\n')).toThrow('count is not a text in quotes');
  });

  it('takes words, and fails on one that nothing explains', () => {
    expect(filled('Name: otel-<role>', { role: 'agent' })).toBe('Name: otel-agent');
    expect(() => filled('Name: <role>')).toThrow('nothing says what <role> is');
  });

  it('loses a line whose word is empty, with its comment', () => {
    const text = 'Type: A\n    Condition: <when> # or always\nB: <b>';
    expect(filled(text, { when: '', b: '1' })).toBe('Type: A\nB: 1');
    expect(filled(text, { when: 'HasVpc', b: '1' })).toBe('Type: A\n    Condition: HasVpc # or always\nB: 1');
  });

  it('includes snippets as deep as the line is, with words of their own', () => {
    const snippets = { logs: '# The log.\nOptions:\n  group: <group>\n' };
    expect(filled('    #include logs group=A', {}, snippets)).toBe('    Options:\n      group: A');
    expect(filled('a\n  #include <what>\nb', { what: '' })).toBe('a\nb');
  });

  it('has its folded texts wrapped anew', () => {
    const lines = ['  Description: >-', '    one', `    ${'two '.repeat(40).trim()}`, '  Type: String'];
    const wrapped = wrapFolded(lines);
    expect(wrapped.every((line) => line.length <= 118)).toBe(true);
    expect(wrapped.slice(1, -1).join(' ').split(/ +/).filter(Boolean)).toEqual([
      'one',
      ...Array(40).fill('two'),
    ]);
    expect([wrapped[0], wrapped.at(-1)]).toEqual([lines[0], lines[3]]);
  });
});
