import { describe, expect, test } from '@jest/globals';
import { readOptions } from '../../scripts/conformance/options.ts';

const whose = ['--account', '123456789012', '--region', 'eu-west-1'];

describe('the command line of a conformance run', () => {
  test('runs the stages that cost next to nothing when none is named', () => {
    expect(readOptions(whose)).toMatchObject({
      stages: [0, 1],
      short: false,
      yes: false,
      name: 'conformance',
    });
  });

  test('takes stages in their order, each once', () => {
    expect(readOptions([...whose, '--stages', '4, 2,2']).stages).toEqual([2, 4]);
  });

  test('names all faults at once', () => {
    const faulty = () =>
      readOptions(['--account', '12', '--region', 'Ireland', '--stages', '0,9', '--name', 'A b']);
    expect(faulty).toThrow(/--account: '12'.*\n.*--region: 'Ireland'.*\n.*no stage '9'.*\n.*--name: 'A b'/);
  });

  test.each(['us-gov-west-1', 'cn-north-1', 'ap-southeast-2'])('knows %s for a region', (region) => {
    expect(readOptions(['--account', '123456789012', '--region', region]).region).toBe(region);
  });
});
