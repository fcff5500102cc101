import { describe, expect, test } from '@jest/globals';
import { effectiveParameters } from '../../src/release/parameters.ts';
import { declaredParameters, requireAscii } from '../../src/release/template.ts';

const yaml = `
Parameters:
  Version: { Type: String, Default: 0.10 }
  Key: { Type: String, NoEcho: true }
  Empty: { Type: String, Default: '' }
Resources:
  A: { Type: T, Properties: { B: !Sub '\${Version}', C: !GetAtt X.Y, D: !If [E, !Ref F, !Ref 'AWS::NoValue'] } }
`;

describe('parameters of a template', () => {
  test("are read past all of CloudFormation's tags, with defaults as written", () => {
    expect(declaredParameters(yaml)).toEqual([
      { name: 'Version', default: '0.10', noEcho: false },
      { name: 'Key', default: undefined, noEcho: true },
      { name: 'Empty', default: '', noEcho: false },
    ]);
  });

  test.each([
    ['JSON', '{"Parameters": {"A": {"Type": "Number", "Default": 2, "NoEcho": "true"}}}', 1],
    ['none', 'Resources: {}', 0],
    ['an empty file', '', 0],
  ])('%s', (_name, text, count) => {
    expect(declaredParameters(text)).toHaveLength(count);
  });

  test('take the given value, else that of the stack, else the default', () => {
    const declared = declaredParameters(yaml);
    const values = effectiveParameters(
      declared,
      { Version: '2', Unknown: 'x' },
      { Version: '1', Key: '****' },
    );
    expect(values).toEqual({ Version: '2', Key: '****', Empty: '' });
  });
});

test('a character that CloudFormation would not give back is named with its line', () => {
  expect(() => requireAscii('t.yaml', 'a: b\n# caf\u00e9\n')).toThrow("t.yaml:2: '\u00e9' is not ASCII");
  expect(() => requireAscii('t.yaml', 'a:\tb\r\nc: ~\n')).not.toThrow();
});
