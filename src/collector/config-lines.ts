import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';

export type ConfigPath = readonly (string | number)[];

/** Where things stand in the text of a collector config; lines count from 1. */
export class ConfigLines {
  readonly #text: string;
  readonly #lines = new LineCounter();
  readonly #document: Document;

  constructor(text: string) {
    this.#text = text;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
  }

  /** The line of the first YAML fault, as our parser sees it. */
  fault(): number | undefined {
    const [first] = this.#document.errors;
    if (!first) return undefined;
    const { line } = this.#lines.linePos(first.pos[0]);
    // An open bracket is noticed on the line below the one that should have closed it.
    return first.message.startsWith('Flow ') ? line - 1 : line;
  }

  /** The line of the key, or of the list's item, at the end of `path`; undefined when there is none. */
  at(path: ConfigPath): number | undefined {
    const name = path.at(-1);
    if (name === undefined) return undefined;
    const parent = this.#node(path.slice(0, -1));
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(name));
      return this.#lineOf(pair?.key);
    }
    return isSeq(parent) ? this.#lineOf(parent.items[Number(name)]) : undefined;
  }

  /** The line of as much of `path` as there is. */
  nearest(path: ConfigPath): number | undefined {
    for (let length = path.length; length > 0; length -= 1) {
      const line = this.at(path.slice(0, length));
      if (line !== undefined) return line;
    }
    return undefined;
  }

  /** Whether there is anything at `path`. */
  has(path: ConfigPath): boolean {
    return path.length === 0 || this.at(path) !== undefined;
  }

  /** The line of the first key or value below `path` that `matches`. */
  find(path: ConfigPath, matches: (text: string) => boolean): number | undefined {
    const root = this.#node(path);
    let line: number | undefined;
    if (!isNode(root)) return undefined;
    visit(root, {
      Scalar: (_key, scalar) => {
        if (!matches(String(scalar.value))) return undefined;
        line = this.#lineOf(scalar);
        return visit.BREAK;
      },
    });
    return line;
  }

  /** Names below `path`: the keys of a map. */
  keys(path: ConfigPath): string[] {
    const node = this.#node(path);
    return isMap(node) ? node.items.flatMap(({ key }) => (isScalar(key) ? String(key.value) : [])) : [];
  }

  /** The items of the list at `path` as plain values. */
  items(path: ConfigPath): unknown[] {
    const node = this.#node(path);
    return isSeq(node) ? node.items.map((item) => (isNode(item) ? item.toJS(this.#document) : item)) : [];
  }

  /** The first line that holds `words`, whatever they are part of. */
  holding(words: string): number | undefined {
    const index = this.#text.split('\n').findIndex((line) => line.includes(words));
    return index < 0 ? undefined : index + 1;
  }

  get count(): number {
    return this.#text.replace(/\n$/, '').split('\n').length;
  }

  #node(path: ConfigPath): unknown {
    if (path.length === 0) return this.#document.contents;
    return this.#document.getIn([...path], true);
  }

  #lineOf(node: unknown): number | undefined {
    const start = isPair(node) ? node.key : node;
    return isNode(start) && start.range ? this.#lines.linePos(start.range[0]).line : undefined;
  }
}
