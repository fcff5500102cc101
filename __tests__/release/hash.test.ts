import { describe, expect, test } from '@jest/globals';
import { canonicalJson, hmacSha256, sha256, short } from '../../src/release/hash.ts';

describe('canonical JSON', () => {
  test.each([
    [
      'members in any order are equal',
      { b: 1, a: [{ d: null, c: 'x' }] },
      '{"a":[{"c":"x","d":null}],"b":1}',
    ],
    ['the order of a list counts', [2, 1], '[2,1]'],
    ['keys sort by code unit, not by language', { ä: 1, z: 2, Z: 3 }, '{"Z":3,"z":2,"ä":1}'],
    ['text is escaped as JSON does', { 'a"': 'line\nbreak' }, '{"a\\"":"line\\nbreak"}'],
    ['an empty object', {}, '{}'],
  ])('%s', (_name, value, expected) => {
    expect(canonicalJson(value as never)).toBe(expected);
  });

  test('a number that JSON cannot write is refused', () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow('NaN');
  });
});

test('sha256 is of the bytes', () => {
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  expect(sha256(Buffer.alloc(0))).toBe(empty);
  expect(sha256('ä')).toBe(sha256(Buffer.from([0xc3, 0xa4])));
  expect(short(empty)).toBe('e3b0c44298fc');
});

test('the same secret looks different under another salt', () => {
  expect(hmacSha256('one', 'secret')).not.toBe(hmacSha256('two', 'secret'));
  expect(hmacSha256('one', 'secret')).toBe(hmacSha256('one', 'secret'));
});
