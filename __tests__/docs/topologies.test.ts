import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, test } from '@jest/globals';
import { guideTemplates } from '../support/guide-commands.ts';
import { shipped } from '../support/rendered.ts';

const read = (file: string) => readFileSync(file, 'utf8');
const page = read('docs/topologies.md');
const migration = read('docs/migration.md');
const yamlIn = (folder: string) => readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const connectTemplates = yamlIn('templates/connect').map((file) => `connect/${file}`);

/** Text from a heading to the next one of its level or above. */
function section(text: string, heading: string): string {
  const [, rest = ''] = text.split(`\n${heading}\n`);
  const level = heading.indexOf(' ');
  return rest.split(new RegExp(`\n#{1,${level}} `))[0] ?? '';
}

/** Cells of each row of the first table, without its head. */
function tableOf(text: string): string[][] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^\| -/.test(line));
  const rows = lines.slice(start + 1);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end < 0 ? undefined : end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Texts in backticks. */
const codeIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

describe.each(['README.md', 'docs/topologies.md', 'docs/migration.md', 'docs/collector-versions.md'])(
  '%s',
  (file) => {
    const targets = [...read(file).matchAll(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/g)];

    it('links to files that are there, and to headings that they have', () => {
      const broken = targets.filter(([, target = '', anchor]) => {
        const linked = target === '' ? file : path.join(path.dirname(file), target);
        if (!existsSync(linked)) return true;
        if (anchor === undefined) return false;
        const headings = [...read(linked).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
          heading
            .toLowerCase()
            .replace(/[^\w\- ]/g, '')
            .replaceAll(' ', '-'),
        );
        return !headings.includes(anchor.slice(1));
      });
      expect(broken.map(([link]) => link)).toEqual([]);
      expect(targets).not.toHaveLength(0);
    });
  },
);

describe('docs/topologies.md', () => {
  it.each([...guideTemplates, ...connectTemplates])('links to template %s', (file) => {
    expect(page).toContain(`](../templates/${file})`);
  });

  it.each(yamlIn('configs'))('links to config %s', (file) => expect(page).toContain(`](../configs/${file})`));

  it.each(yamlIn('environments'))('links to environment file %s', (file) => {
    expect(page).toContain(`](../environments/${file})`);
  });

  it('has a diagram for each topology and for each way to connect', () => {
    const headings = [
      ...['## tail-sampling', '## central-cluster', '## individual'],
      ...['### Shared namespace', '### Load balancer', '### VPC endpoints'],
    ];
    for (const heading of headings) expect(section(page, heading)).toContain('```mermaid\n');
  });

  it.each(connectTemplates)(
    'deploys %s with parameters that it has, all required ones among them',
    (file) => {
      const [, command = ''] = page.split(`--template-file templates/${file}`);
      const given = [...(command.split('```')[0] ?? '').matchAll(/\b([A-Z]\w+)=/g)].map(([, name]) => name);
      const { parameters } = shipped(file);
      expect(Object.keys(parameters)).toEqual(expect.arrayContaining(given));
      const required = Object.keys(parameters).filter((name) => parameters[name]?.Default === undefined);
      expect(given).toEqual(expect.arrayContaining(required));
    },
  );

  it('has the commands for other VPCs that the template has as outputs', () => {
    const { outputs } = shipped('connect/shared-namespace.yaml');
    const commands = Object.entries(outputs).filter(([name]) => name.endsWith('Command'));
    expect(commands).toHaveLength(3);
    for (const [, { Value = '' }] of commands) {
      const verb = /aws \w+ [a-z0-9-]+/.exec(JSON.stringify(Value))?.[0] ?? 'none';
      expect(page).toContain(verb);
    }
  });
});

test.each(tableOf(section(page, '## How large')))('%s states the rate: %s', (config = '', rate = '') => {
  const stated = read(`configs/${codeIn(config)[0]}`).replaceAll(/\n# */g, ' ');
  expect(stated).toContain(rate.split(' while ')[0]);
});

describe('what has been shown', () => {
  const rows = tableOf(section(page, '## What has been shown'));
  /** Folders whose tests run collectors, or the local cloud. */
  const running = /^(?:__tests__\/(?:local-cloud|collector-process)|local\/tests)\//;

  it('has rows in one of three states', () => {
    expect(new Set(rows.map(([, state]) => state))).toEqual(
      new Set(['executed', 'rendered only', 'not provable locally']),
    );
  });

  it.each(rows)('%s (%s)', (_row, state = '', tests = '', more = '') => {
    const files = codeIn(tests);
    for (const file of [...files, ...codeIn(more).filter((code) => code.startsWith('__tests__/'))]) {
      expect([file, existsSync(file)]).toEqual([file, true]);
    }
    expect(files.some((file) => running.test(file)) || state !== 'executed').toBe(true);
    expect(files.length > 0).toBe(state !== 'not provable locally');
  });
});

describe('docs/migration.md', () => {
  const ours = guideTemplates.map((file) => shipped(file));
  const parameters = new Set(ours.flatMap((template) => Object.keys(template.parameters)));
  const resources = new Set(ours.flatMap((template) => Object.keys(template.resources)));
  const parameterRows = tableOf(section(migration, '## Parameters'));
  const isName = (code: string) => /^[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*$/.test(code) || code === 'ECSAMI';

  it('names every parameter of ours, and none that we have not', () => {
    const named = new Set(
      parameterRows
        .flatMap(([published = '', own = '']) =>
          codeIn(own.startsWith('the same') ? `${published} ${own}` : own),
        )
        .filter(isName),
    );
    expect([...named].toSorted()).toEqual([...parameters].toSorted());
  });

  it('names resources that we have', () => {
    const replaced = tableOf(section(migration, '## What the old stack made, and what takes its place'));
    const named = replaced.flatMap(([, own = '']) => codeIn(own)).filter(isName);
    const unknown = named.filter((name) => !resources.has(name) && !parameters.has(name));
    expect(unknown).toEqual([]);
    expect(named.length).toBeGreaterThan(10);
  });

  it('is right that no resource keeps its logical id', () => {
    const replaced = tableOf(section(migration, '## What the old stack made, and what takes its place'));
    const published = replaced.flatMap(([old = '']) => codeIn(old)).filter(isName);
    expect(published).toContain('OtelCloudMapNamespace');
    expect(published.filter((name) => resources.has(name))).toEqual([]);
  });
});
