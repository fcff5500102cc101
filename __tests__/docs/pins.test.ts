import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = path.resolve(import.meta.dirname, '../..');

/** Actions of others, each with the commit of its newest version seen; both run on node24. */
const pins: Readonly<Record<string, string>> = {
  'actions/checkout': '3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1',
  'aws-actions/configure-aws-credentials': 'e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3',
};

/** This action itself: users pin it as they like. */
const own = 'OWNER/ecs-tail-sampling';

const files = globSync(['.github/**/*.{yml,yaml}', '*.md', '*/README.md', 'docs/**/*.md', '*/action.yml'], {
  cwd: root,
}).filter((file) => !file.startsWith('node_modules'));

/** Actions by the lines that use them, in workflows and in what readers copy. */
const uses = files.flatMap((file) =>
  readFileSync(path.join(root, file), 'utf8')
    .split('\n')
    .flatMap((line) => /^\s*(?:- )?uses:\s*(\S.*)$/.exec(line)?.[1] ?? [])
    .map((used) => ({ file, used })),
);

describe('actions that workflows and documentation use', () => {
  test('are found where they are', () => {
    const found = new Set(uses.map(({ file }) => file));
    expect([...found]).toEqual(expect.arrayContaining(['.github/workflows/ci.yml', 'README.md']));
  });

  test.each(uses.filter(({ used }) => !used.startsWith(own)))(
    '$file pins $used to a commit, the newest seen',
    ({ used }) => {
      const [name = '', pin] = used.split('@');
      expect(pin).toMatch(/^[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      expect(pin).toBe(pins[name]);
    },
  );
});

test('the root action has what the Marketplace asks for, and the step folders have it not', () => {
  const branding = /^branding:\n {2}icon: \w+\n {2}color: \w+$/m;
  expect(readFileSync(path.join(root, 'action.yml'), 'utf8')).toMatch(branding);
  for (const step of ['deploy', 'scale', 'verify']) {
    expect(readFileSync(path.join(root, step, 'action.yml'), 'utf8')).not.toMatch(branding);
  }
});
