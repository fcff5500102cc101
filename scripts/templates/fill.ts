/** Fills the lines of a part: words, optional lines and snippets. */
import type { Words } from './part.ts';

export interface Filling {
  words: Words;
  /** The text of a file of `templates/parts/snippets/`, by name. */
  snippet: (name: string) => string;
  /** Told of each word that was put in. */
  used: (word: string) => void;
}

const textWidth = 118;

const wordPattern = /<([A-Za-z][A-Za-z0-9-]*)>/g;
const optionalLine = /^ *[\w-]+: <([A-Za-z][A-Za-z0-9-]*)>(?: +#.*)?$/;
const includeLine = /^( *)#include(?: (?<name>[a-z-]+))?(?<args>(?: [a-z-]+=\S+)*) *$/;

/**
 * - `<word>` becomes the word's text;
 * - a line `Key: <word>` goes when the word is empty;
 * - `#include name word=text` becomes the snippet, as deep as the line is, with its own words beside the others;
 *   it goes when its name is an empty word. The first line of a snippet says what it is, and stays behind.
 */
export function fill(lines: readonly string[], filling: Filling): string[] {
  return lines.flatMap((line) => {
    const optional = optionalLine.exec(line)?.[1];
    const filled = line.replace(wordPattern, (_, word: string) => textOf(word, filling));
    if (optional !== undefined && textOf(optional, filling) === '') return [];
    const include = includeLine.exec(filled);
    return include ? included(include, filling) : [filled];
  });
}

function included(line: RegExpExecArray, filling: Filling): string[] {
  const { name, args = '' } = line.groups ?? {};
  if (name === undefined) return [];
  const own = Object.fromEntries(
    args
      .trim()
      .split(' ')
      .filter(Boolean)
      .map((arg) => arg.split('=', 2)),
  ) as Words;
  const [, ...lines] = filling.snippet(name).trimEnd().split('\n');
  const inner = { ...filling, words: { ...filling.words, ...own } };
  return fill(lines, inner).map((inside) => `${line[1]}${inside}`.trimEnd());
}

function textOf(word: string, { words, used }: Filling): string {
  const text = words[word];
  if (text === undefined) throw new Error(`nothing says what <${word}> is`);
  used(word);
  return text;
}

/** Folded texts (`>-`) with their lines as long as the style allows: words make them shorter or longer. */
export function wrapFolded(lines: readonly string[]): string[] {
  const wrapped: string[] = [];
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    wrapped.push(line);
    if (!line.endsWith(': >-')) continue;
    const indent = ' '.repeat(line.search(/\S/) + 2);
    let end = i + 1;
    while (lines[end]?.startsWith(indent)) end += 1;
    wrapped.push(...wrap(lines.slice(i + 1, end), indent));
    i = end - 1;
  }
  return wrapped;
}

function wrap(lines: readonly string[], indent: string): string[] {
  const wrapped: string[] = [];
  let line = '';
  for (const word of lines.flatMap((each) => each.trim().split(/ +/))) {
    if (line !== '' && line.length + 1 + word.length > textWidth) {
      wrapped.push(line);
      line = '';
    }
    line = line === '' ? `${indent}${word}` : `${line} ${word}`;
  }
  return [...wrapped, line];
}
