import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { overlaps, routes } from '../../local/lifecycle/address-ranges.ts';
import { paceOf } from '../../local/lifecycle/options.ts';
import { freePort } from '../../local/lifecycle/ports.ts';
import { readState, writeEnv, writeState } from '../../local/lifecycle/state.ts';
import { waitFor } from '../../local/lifecycle/wait.ts';

describe('address ranges', () => {
  test.each([
    { one: '172.30.0.0/24', other: '172.30.0.0/24', expected: true },
    { one: '172.30.0.7/24', other: '172.30.0.0/24', expected: true },
    { one: '172.16.0.0/12', other: '172.30.5.0/24', expected: true },
    { one: '172.30.5.128/25', other: '172.30.5.0/24', expected: true },
    { one: '172.30.1.0/24', other: '172.30.0.0/24', expected: false },
    { one: '10.0.0.0/8', other: '172.30.0.0/24', expected: false },
    { one: '192.168.1.4/32', other: '192.168.1.0/30', expected: false },
  ])('$one and $other overlap: $expected', ({ one, other, expected }) => {
    expect(overlaps(one, other)).toBe(expected);
    expect(overlaps(other, one)).toBe(expected);
  });

  test('are read from the kernel’s routing table without its default route', () => {
    const table = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
      'tun0\t000010AC\t00000000\t0001\t0\t0\t0\t0000F0FF\t0\t0\t0',
      'br0\t00021EAC\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
      '',
    ].join('\n');
    expect(routes(table)).toEqual(['172.16.0.0/12', '172.30.2.0/24']);
  });
});

describe('a free port', () => {
  test('is the wanted one, or another when somebody listens there', async () => {
    const wanted = await freePort(0);
    expect(await freePort(wanted)).toBe(wanted);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve));
    try {
      expect(await freePort(wanted)).not.toBe(wanted);
    } finally {
      server.close();
    }
  });
});

describe('the state folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'state-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('has a file that a shell reads back exactly, whatever the values', () => {
    const value = `it's "$HOME" \`id\` \\ ü\nsecond line`;
    writeEnv(folder, { LOCAL_ODD: value, LOCAL_EMPTY: '' });
    const script = `. '${path.join(folder, 'env')}'; node -e 'console.log(JSON.stringify([process.env.LOCAL_ODD, process.env.LOCAL_EMPTY]))'`;
    expect(JSON.parse(execFileSync('sh', ['-c', script], { encoding: 'utf8' }))).toEqual([value, '']);
  });

  test('gives back its state; a damaged one counts as none', () => {
    expect(readState(folder)).toBeUndefined();
    writeState(folder, { name: 'one' });
    expect(readState(folder)).toEqual({ name: 'one' });
    writeFileSync(path.join(folder, 'state.json'), '{"name":');
    expect(readState(folder)).toBeUndefined();
  });
});

describe('a wait', () => {
  test('gives the first answer', async () => {
    const answers = [undefined, undefined, 'here'];
    const waiting = waitFor(async () => answers.shift(), {
      what: 'an answer',
      deadlineSeconds: 5,
      everyMs: 1,
    });
    await expect(waiting).resolves.toBe('here');
  });

  test('says at its deadline what never came', async () => {
    const waiting = waitFor(async () => undefined, {
      what: 'the registry answers',
      deadlineSeconds: 0.02,
      everyMs: 5,
    });
    await expect(waiting).rejects.toThrow('the registry answers: not after 0.02 s');
  });
});

describe('the pace of a cloud', () => {
  const before = process.env['LOCAL_PACE'];
  afterEach(() => {
    if (before === undefined) delete process.env['LOCAL_PACE'];
    else process.env['LOCAL_PACE'] = before;
  });

  test.each([
    { said: 'nothing', pace: undefined, variable: undefined, expected: 'local' },
    { said: 'an empty variable', pace: undefined, variable: '', expected: 'local' },
    { said: 'the variable', pace: undefined, variable: 'aws', expected: 'aws' },
    { said: 'the option against the variable', pace: 'local', variable: 'aws', expected: 'local' },
  ])('is $expected with $said', ({ pace, variable, expected }) => {
    if (variable === undefined) delete process.env['LOCAL_PACE'];
    else process.env['LOCAL_PACE'] = variable;
    expect(paceOf({ pace })).toBe(expected);
  });

  test('has to be one that there is', () => {
    expect(() => paceOf({ pace: 'asw' })).toThrow('no such pace: asw; there are local and aws');
  });
});
