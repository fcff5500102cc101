import { describe, expect, test } from '@jest/globals';
import { LineJoiner } from '../../src/verify/line-joiner.ts';

const line = JSON.stringify({
  msg: 'ResourceTraces #0 {"quoted": 1}',
  'otelcol.component.id': 'debug/tap-kept',
});
const pieces = (size: number) => line.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];

function join(...texts: string[]) {
  const joiner = new LineJoiner();
  return [...texts.flatMap((text) => joiner.push(text)), ...joiner.end()];
}

describe('lines are put together', () => {
  test.each<[string, string[], object[]]>([
    ['whole ones pass', [line, line], [{ line }, { line }]],
    ['two pieces', pieces(60), [{ line }]],
    ['many pieces', pieces(7), [{ line }]],
    ['a piece that starts like a line', [line.slice(0, 32), line.slice(32)], [{ line }]],
    ['pieces, then a whole one', [...pieces(40), line], [{ line }, { line }]],
    ['text of a crash passes', ['panic: x', 'goroutine 1'], [{ line: 'panic: x' }, { line: 'goroutine 1' }]],
    ['a line that lost its end', [line.slice(0, 50), line], [{ broken: line.slice(0, 50) }, { line }]],
    [
      'a line that lost its middle',
      [line.slice(0, 20), line.slice(60)],
      [{ broken: line.slice(0, 20) + line.slice(60) }],
    ],
    [
      'a line that is still open at the end',
      [line, line.slice(0, 50)],
      [{ line }, { broken: line.slice(0, 50) }],
    ],
    ['a piece without its head', [line.slice(30), line], [{ line: line.slice(30) }, { line }]],
  ])('%s', (_name, texts, expected) => {
    expect(join(...texts)).toEqual(expected);
  });

  test('something that only looks like a line does not swallow the log', () => {
    const joined = join('{not json', ...Array.from({ length: 200 }, (_, index) => `row ${index}`), line);
    expect(joined).toContainEqual({ line });
    expect(joined[0]).toMatchObject({ broken: expect.stringContaining('{not json') });
  });
});
