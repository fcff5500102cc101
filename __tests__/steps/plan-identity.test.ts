import { describe, expect, test } from '@jest/globals';
import type { StackSettings } from '../../src/inputs/settings.ts';
import type { DeclaredParameter } from '../../src/release/template.ts';
import { contentOf, planName, type Wish } from '../../src/steps/plan-identity.ts';
import { stackIn } from '../support/scripted-cloudformation.ts';

const place = { settings: { region: 'eu-west-1', tags: {} }, identity: { account: '123456789012' } };
const declared = [
  { name: 'Memory', noEcho: false },
  { name: 'CoralogixApiKey', noEcho: true },
] as unknown as DeclaredParameter[];

function stack(changes: Partial<StackSettings>): StackSettings {
  return {
    ...{ component: 'complete', stackName: 'otel' },
    template: { path: 'template.yaml', bytes: Buffer.from('template') },
    configs: [{ role: 'gateway', parameter: 'Key', path: 'config.yaml', bytes: Buffer.from('config') }],
    parameters: { Memory: '256', CoralogixApiKey: 'cxtp_one' },
    ...changes,
  };
}

const content = (changes: Partial<StackSettings> = {}, more: Partial<Wish> = {}) =>
  contentOf({ ...place, stack: stack(changes), ...more }, declared);

describe('what names a content', () => {
  test('is the same for the same wishes', () => {
    expect(content()).toMatch(/^[0-9a-f]{12}$/);
    expect(content()).toBe(content());
  });

  test.each<[string, Partial<StackSettings>]>([
    ['another stack', { stackName: 'other' }],
    ['another template', { template: { path: 'template.yaml', bytes: Buffer.from('other') } }],
    [
      'another config',
      { configs: [{ role: 'gateway', parameter: 'Key', path: 'config.yaml', bytes: Buffer.from('other') }] },
    ],
    ['another value', { parameters: { Memory: '512', CoralogixApiKey: 'cxtp_one' } }],
    ['another key', { parameters: { Memory: '256', CoralogixApiKey: 'cxtp_two' } }],
  ])('differs for %s', (_name, changes) => {
    expect(content(changes)).not.toBe(content());
  });

  test('differs for other tags', () => {
    const settings = { ...place.settings, tags: { team: 'one' } };
    expect(content({}, { settings })).not.toBe(content());
  });
});

test('a plan is named anew once the stack has changed, which a content is not', () => {
  const release = { id: 'a'.repeat(64) } as Parameters<typeof planName>[0]['release'];
  const named = (lastUpdated: number) =>
    planName({
      release,
      base: stackIn('UPDATE_COMPLETE', { lastUpdated }),
      tags: {},
      parameters: {},
      declared,
    });
  expect(named(1)).toBe(named(1));
  expect(named(1)).not.toBe(named(2));
});
