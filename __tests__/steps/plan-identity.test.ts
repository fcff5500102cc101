import { describe, expect, test } from '@jest/globals';
import type { Settings } from '../../src/inputs/settings.ts';
import type { DeclaredParameter } from '../../src/release/template.ts';
import { contentOf, planName } from '../../src/steps/plan-identity.ts';
import { stackIn } from '../support/scripted-cloudformation.ts';

const identity = { account: '123456789012' };
const declared = [
  { name: 'Memory', noEcho: false },
  { name: 'CoralogixApiKey', noEcho: true },
] as unknown as DeclaredParameter[];

function settings(changes: Partial<Settings> = {}): Settings {
  return {
    ...{ stackName: 'otel', region: 'eu-west-1', tags: {} },
    template: { path: 'template.yaml', bytes: Buffer.from('template') },
    configs: [{ role: 'gateway', parameter: 'Key', path: 'config.yaml', bytes: Buffer.from('config') }],
    parameters: { Memory: '256', CoralogixApiKey: 'cxtp_one' },
    ...changes,
  } as unknown as Settings;
}

const content = (changes: Partial<Settings> = {}) => contentOf(settings(changes), identity, declared);

describe('what names a content', () => {
  test('is the same for the same wishes', () => {
    expect(content()).toMatch(/^[0-9a-f]{12}$/);
    expect(content()).toBe(content());
  });

  test.each<[string, Partial<Settings>]>([
    ['another stack', { stackName: 'other' }],
    ['another template', { template: { path: 'template.yaml', bytes: Buffer.from('other') } }],
    [
      'another config',
      { configs: [{ role: 'gateway', parameter: 'Key', path: 'config.yaml', bytes: Buffer.from('other') }] },
    ],
    ['another value', { parameters: { Memory: '512', CoralogixApiKey: 'cxtp_one' } }],
    ['another key', { parameters: { Memory: '256', CoralogixApiKey: 'cxtp_two' } }],
    ['other tags', { tags: { team: 'one' } }],
  ])('differs for %s', (_name, changes) => {
    expect(content(changes)).not.toBe(content());
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
