import type { ConfigLines, ConfigPath } from './config-lines.ts';

/**
 * The line below `path` that the words of a collector's message lead to: a value that it quotes whole, else one of
 * which it quotes a part, else a key of the component that it names. Undefined when they lead nowhere.
 */
export function mentioned(message: string, path: ConfigPath, config: ConfigLines): number | undefined {
  if (!config.has(path)) return undefined;
  const find = (matches: (text: string) => boolean) => config.find(path, matches);
  const quotes = quotedIn(message).map((text) => ({ text, line: find((each) => each === text) }));
  const [only, ...others] = new Set(quotes.flatMap(({ line }) => line ?? []));
  // A message that quotes a whole list of statements names the one that it means at its end.
  if (only !== undefined && others.length === 0) return only;
  const parts = quotes.filter(({ text, line }) => text.length > 2 && line === undefined).reverse();
  const [part] = parts.flatMap(({ text }) => find((each) => each.includes(text)) ?? []);
  return part ?? only ?? namedKey(message, path, config);
}

/** The line of the text that a message quotes, whatever it is part of. */
export function quotedText(message: string, config: ConfigLines): number | undefined {
  const [line] = quotedIn(message)
    .reverse()
    .flatMap((quote) => config.holding(quote) ?? []);
  return line;
}

function namedKey(message: string, path: ConfigPath, config: ConfigLines): number | undefined {
  const known = config.keys(path);
  const named = message.split(/[^\w.-]+/).find((word) => known.includes(word));
  return named === undefined ? undefined : config.at([...path, named]);
}

/** Go quotes with `%q`, prose with single quotes and back quotes. */
function quotedIn(message: string): string[] {
  const found = message.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|`([^`]*)`/g);
  return [...found].map(([, go, single, back]) => (go === undefined ? (single ?? back ?? '') : unquoted(go)));
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
}
