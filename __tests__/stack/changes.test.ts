import { describe, expect, test } from '@jest/globals';
import type { ResourceChange } from '../../src/aws/cloudformation.ts';
import { changesMarkdown, countsOf, parameterChanges, plannedChanges } from '../../src/stack/changes.ts';

function change(action: string, logicalId: string, extra: Partial<ResourceChange> = {}): ResourceChange {
  return { action, logicalId, type: 'T', replacement: undefined, properties: [], causes: [], ...extra };
}

describe('planned changes', () => {
  test.each([
    ['Add', undefined, 'added'],
    ['Remove', undefined, 'removed'],
    ['Import', undefined, 'imported'],
    ['Modify', 'False', 'changed'],
    ['Modify', 'True', 'replaced'],
    ['Modify', 'Conditional', 'possibly replaced'],
    ['Dynamic', undefined, 'undecided'],
  ] as const)('%s with replacement %s is %s', (action, replacement, kind) => {
    expect(plannedChanges([change(action, 'A', { replacement })])[0]).toMatchObject({ kind });
  });

  test('list what is destroyed before what is made, and count in that order', () => {
    const changes = plannedChanges([
      change('Add', 'New'),
      change('Modify', 'Service', { replacement: 'False', properties: ['TaskDefinition'], causes: ['Task'] }),
      change('Remove', 'Old'),
      change('Modify', 'Task', { replacement: 'True' }),
    ]);
    expect(changes.map(({ resource }) => resource)).toEqual(['Old', 'Task', 'Service', 'New']);
    expect(changes[2]?.detail).toBe('TaskDefinition because of Task');
    expect(countsOf(changes)).toBe('1 removed, 1 replaced, 1 changed, 1 added');
  });

  test('a change set without resources changes outputs', () => {
    expect(countsOf([])).toBe('outputs only');
  });
});

describe('parameter changes', () => {
  const declared = [
    { name: 'SamplingTaskCount', noEcho: false },
    { name: 'CoralogixApiKey', noEcho: true },
    { name: 'Same', noEcho: false },
  ];

  test('show counts that change, never a hidden value', () => {
    const before = { SamplingTaskCount: '2', CoralogixApiKey: '****', Same: 'x' };
    const after = { SamplingTaskCount: '3', CoralogixApiKey: 'secret', Same: 'x' };
    expect(parameterChanges(declared, before, after)).toEqual([
      { name: 'SamplingTaskCount', before: '2', after: '3' },
    ]);
  });

  test('of a stack that does not exist yet are none', () => {
    expect(parameterChanges(declared, undefined, { SamplingTaskCount: '3' })).toEqual([]);
  });
});

test('the Markdown stands out where resources are replaced and survives pipes in values', () => {
  const changes = plannedChanges([change('Modify', 'Task', { replacement: 'True', properties: ['A|B'] })]);
  const markdown = changesMarkdown(changes, [{ name: 'P', before: undefined, after: 'a|b' }]);
  expect(markdown).toContain('| **replaced** | `Task` | T | A\\|B |');
  expect(markdown).toContain('| `P` |  | `a\\|b` |');
});
