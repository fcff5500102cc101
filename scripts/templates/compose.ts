/** Puts the templates together from `templates/parts/`, as its README explains. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { type Filling, fill, wrapFolded } from './fill.ts';
import { type Part, readPart, readWords, type SectionName, sectionNames, type Words } from './part.ts';

/** In this order in every template; a part cannot invent a group. */
const groupOrder: Readonly<Partial<Record<SectionName, readonly string[]>>> = {
  Parameters: [
    'Cluster and network',
    'Instances',
    'Coralogix',
    'Collector image',
    'Collector configuration in S3',
    'Size',
    'Roles',
    'Names, ports and logs',
  ],
  Resources: [
    'Service discovery',
    'Security group',
    'API key',
    'Roles',
    'Logs of the collectors',
    'Instances',
    'Agents: one per instance',
    'Receivers: traces by trace ID to the gateways',
    'Gateways: tail sampling',
  ],
};

/** The composed templates by their paths from the root of the repository. */
export function composedTemplates(root: string): Map<string, string> {
  const folder = path.join(root, 'templates/parts');
  const outlines = readdirSync(path.join(folder, 'outlines'), { recursive: true, encoding: 'utf8' });
  return new Map(
    outlines
      .filter((file) => file.endsWith('.yaml'))
      .toSorted()
      .map((file) => [`templates/${file}`, compose(folder, file)]),
  );
}

function compose(folder: string, file: string): string {
  const source = (name: string) => readFileSync(path.join(folder, name), 'utf8');
  const [head = '', recipe] = source(`outlines/${file}`).split(/^(?=Parts:)/m);
  if (recipe === undefined) throw new Error(`outlines/${file} lists no Parts`);
  const { Parts: names, Words: ownWords } = parse(recipe) as { Parts: string[]; Words?: object };
  const parts = names.map((name) => readPart(`${name}.yaml`, source(`${name}.yaml`)));
  const own = readWords(`outlines/${file}`, JSON.stringify(ownWords ?? {}));
  const used = new Set<string>();
  const filling: Filling = {
    words: allWords(file, [own, ...parts.map((part) => part.words)]),
    snippet: (name) => source(`snippets/${name}.yaml`),
    used: (word) => used.add(word),
  };
  const sections = sectionNames
    .map((name) => section(name, parts, filling))
    .filter(({ text }) => text !== '');
  const unused = Object.keys(own).filter((word) => !used.has(word));
  if (unused.length > 0) throw new Error(`outlines/${file}: no part asks for ${unused.join(', ')}`);
  const note = `# Composed by "npm run generate" from templates/parts/outlines/${file}.`;
  const metadata = parameterGroups(sections[0]?.groups ?? []);
  return `${[`${note}\n${head.trim()}`, metadata, ...sections.map(({ text }) => text)].join('\n\n')}\n`;
}

function allWords(file: string, sources: readonly Words[]): Words {
  const words: Record<string, string> = {};
  for (const [word, text] of sources.flatMap((source) => Object.entries(source))) {
    if (word in words) throw new Error(`outlines/${file}: two parts say what <${word}> is`);
    words[word] = text;
  }
  return words;
}

interface Group {
  name: string;
  lines: string[];
}

function section(
  name: SectionName,
  parts: readonly Part[],
  filling: Filling,
): { text: string; groups: Group[] } {
  const order = groupOrder[name];
  const pieces = parts.flatMap((part) => part.pieces).filter((piece) => piece.section === name);
  for (const { group } of pieces) {
    if (order ? !order.includes(group ?? '') : group !== undefined) {
      throw new Error(`${name} has no group "${String(group)}"`);
    }
  }
  const groups = (order ?? ['']).flatMap((group) => {
    const own = pieces
      .filter((piece) => (piece.group ?? '') === group)
      .map((piece) => wrapFolded(fill(piece.lines, filling)));
    // Resources are long: a line between them. The comment that leads a group stays with what follows.
    const gap = name === 'Resources' ? [''] : [];
    const lines = own.flatMap((piece, i) => (i > 0 && !isComment(own[i - 1]) ? [...gap, ...piece] : piece));
    return lines.length > 0 ? [{ name: group, lines }] : [];
  });
  const body = groups.map((group) => [...banner(name, group.name), ...group.lines].join('\n')).join('\n\n');
  return { text: body === '' ? '' : `${name}:\n${body}`, groups };
}

function isComment(lines: readonly string[] | undefined): boolean {
  return lines?.every((line) => line.trimStart().startsWith('#')) ?? false;
}

function banner(section: SectionName, group: string): string[] {
  return section === 'Resources' ? [`  # --- ${group} `.padEnd(115, '-')] : [];
}

/** What the console shows parameters under: each in the group that its part says. */
function parameterGroups(groups: readonly Group[]): string {
  const entries = groups.flatMap(({ name, lines }) => {
    const names = lines.flatMap((line) => /^ {2}(\w+):$/.exec(line)?.[1] ?? []);
    const label = /[,:]/.test(name) ? `'${name}'` : name;
    const inOneLine = `        Parameters: [${names.join(', ')}]`;
    const list = ['        Parameters:', ...names.map((parameter) => `          - ${parameter}`)];
    return [`      - Label: { default: ${label} }`, ...(inOneLine.length <= 110 ? [inOneLine] : list)];
  });
  return ['Metadata:', '  AWS::CloudFormation::Interface:', '    ParameterGroups:', ...entries].join('\n');
}
