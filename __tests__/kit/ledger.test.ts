import { describe, expect, test } from '@jest/globals';
import { Ledger, type OpenChange } from '../../src/kit/ledger.ts';

const change: OpenChange = { kind: 'change', operation: 'update', stackName: 'otel', changeSet: 'release-1' };

function saving() {
  const saved: string[] = [];
  return { saved, ledger: new Ledger('eu-west-1', (text) => void saved.push(text)) };
}

describe('the ledger of what is open', () => {
  test('is saved before each thing is made, with what becomes known, and when it is over', () => {
    const { saved, ledger } = saving();
    const entry = ledger.open(change);
    entry.note({ token: 'token' });
    entry.close();
    expect(saved.map((text) => JSON.parse(text).things)).toEqual([
      [change],
      [{ ...change, token: 'token' }],
      [],
    ]);
  });

  test('comes back from what was saved, and goes on being saved', () => {
    const { saved, ledger } = saving();
    ledger.open(change).note({ stackId: 'arn' });
    ledger.open({ kind: 'deletion', stackName: 'otel', stackId: 'arn' });
    const later: string[] = [];
    const read = Ledger.parse(saved.at(-1) ?? '', (text) => void later.push(text));
    expect(read?.region).toBe('eu-west-1');
    const [first, second] = read?.entries() ?? [];
    expect(first?.thing).toEqual({ ...change, stackId: 'arn' });
    second?.close();
    expect(JSON.parse(later.at(-1) ?? '').things).toHaveLength(1);
  });

  test('does not change what it was given, and closes an entry once', () => {
    const { saved, ledger } = saving();
    const other = ledger.open(change);
    const entry = ledger.open(change);
    entry.note({ token: 'token' });
    entry.close();
    const length = saved.length;
    entry.close();
    expect(saved).toHaveLength(length);
    expect(change.token).toBeUndefined();
    expect(ledger.entries().map(({ thing }) => thing)).toEqual([other.thing]);
  });

  test.each(['', 'true', '{"region":"eu-west-1"}'])('is none in %j', (text) => {
    expect(Ledger.parse(text, () => {})).toBeUndefined();
  });
});
