/** A file of `templates/parts/`: pieces of a template by section, and the words it gives to other parts. */
import { parse } from 'yaml';

export const sectionNames = [
  'Parameters',
  'Rules',
  'Mappings',
  'Conditions',
  'Resources',
  'Outputs',
] as const;
export type SectionName = (typeof sectionNames)[number];

export interface Piece {
  section: SectionName;
  /** What the parameters or resources of the piece are for: `Parameters (Size):`. Other sections have none. */
  group: string | undefined;
  lines: readonly string[];
}

export type Words = Readonly<Record<string, string>>;

export interface Part {
  pieces: readonly Piece[];
  words: Words;
}

const heading = /^([A-Z]\w+)(?: \((.+)\))?:$/;

/**
 * Splits a part at its headings, the keys in the first column. The comment above the first of them is about the
 * part and stays behind; every other comment goes where its lines go.
 */
export function readPart(name: string, text: string): Part {
  const pieces: Piece[] = [];
  let words: Words = {};
  const blocks = text.split(/^(?=[A-Z])/m).filter((block) => /^[A-Z]/.test(block));
  for (const [first = '', ...lines] of blocks.map((block) => block.trimEnd().split('\n'))) {
    const [, key, group] = heading.exec(first) ?? [];
    if (key === 'Words') words = readWords(name, lines.join('\n'));
    else if (isSectionName(key)) pieces.push({ section: key, group, lines: trimmed(lines) });
    else throw new Error(`${name}: "${first}" is no heading of a part`);
  }
  return { pieces, words };
}

/** `word: text` pairs, from YAML. Words are put into other files as text, so that only text is allowed. */
export function readWords(name: string, yaml: string): Words {
  const data: unknown = parse(yaml) ?? {};
  if (typeof data !== 'object' || data === null) throw new Error(`${name}: its words are not a map`);
  for (const [word, value] of Object.entries(data)) {
    if (typeof value !== 'string') throw new Error(`${name}: the word ${word} is not a text in quotes`);
  }
  return data as Words;
}

function isSectionName(name: string | undefined): name is SectionName {
  return sectionNames.some((known) => known === name);
}

function trimmed(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line !== '');
  return first < 0 ? [] : lines.slice(first);
}
