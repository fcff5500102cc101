import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { buildInfo, isOutsideProvenRange, provenRange } from '../../src/collector/build-info.ts';

const json = (fields: object) => JSON.stringify({ level: 'info', ts: '2026-11-24T23:28:00.661Z', ...fields });
const started = { msg: 'Starting otelcol-contrib...', Version: '0.158.0', NumCPU: 2 };

describe('what a collector says of itself', () => {
  test.each([
    {
      name: 'as JSON',
      line: json({ caller: 'service@v0.158.0/service.go:259', ...started }),
      build: { distribution: 'otelcol-contrib', version: '0.158.0', core: '0.158.0' },
    },
    {
      name: 'as JSON without callers',
      line: json(started),
      build: { distribution: 'otelcol-contrib', version: '0.158.0', core: undefined },
    },
    {
      name: 'on the console',
      line: '2026-11-24T23:28:00.577Z\tinfo\tservice@v0.158.0/service.go:259\tStarting otelcol-local...\t{"resource": {"service.name": "otelcol-local"}, "Version": "0.158.0", "NumCPU": 2}\n',
      build: { distribution: 'otelcol-local', version: '0.158.0', core: '0.158.0' },
    },
    {
      name: 'on the console without callers',
      line: '2026-11-24T23:28:00.577Z\tinfo\tStarting otelcol-local...\t{"Version": "0.158.0", "NumCPU": 2}',
      build: { distribution: 'otelcol-local', version: '0.158.0', core: undefined },
    },
    {
      name: 'with a version that its makers count themselves',
      line: json({
        caller: 'service@v0.152.1/service.go:259',
        msg: 'Starting coralogix-otelcol...',
        Version: 'v0.5.12',
      }),
      build: { distribution: 'coralogix-otelcol', version: 'v0.5.12', core: '0.152.1' },
    },
  ])('is read $name', ({ line, build }) => expect(buildInfo(line)).toEqual(build));

  test.each([
    ['the extensions that start', json({ msg: 'Starting extensions...' })],
    ['that it is ready', json({ msg: 'Everything is ready. Begin running and processing data.' })],
    ['a word of others', 'Starting otelcol-contrib...'],
    ['nothing', ''],
  ])('is not read from %s', (_name, line) => expect(buildInfo(line)).toBeUndefined());
});

describe('the proven range', () => {
  test('is the one that docs/collector-versions.md states, and of which the two ends are built', () => {
    const { oldest, newest } = provenRange;
    expect(readFileSync('docs/collector-versions.md', 'utf8')).toContain(`**${oldest}** to **${newest}**`);
    const versionIn = (folder: string) =>
      /^ {2}version: (\d+\.\d+)/m.exec(readFileSync(`local/${folder}/manifest.yaml`, 'utf8'))?.[1];
    expect([versionIn('collector-oldest'), versionIn('collector')]).toEqual([oldest, newest]);
  });

  const build = (version: string, core?: string) => ({ distribution: 'otelcol', version, core });
  test.each([
    ['0.151.0', true],
    ['0.152.0', false],
    ['0.152.1', false],
    ['v0.155.0', false],
    ['0.158.3', false],
    ['0.159.0', true],
    ['1.0.0', true],
    ['latest', undefined],
  ])('%s is outside: %s', (version, outside) => {
    expect(isOutsideProvenRange(build(version))).toBe(outside);
  });

  test('is asked of the core, where a distribution counts its own versions', () => {
    expect(isOutsideProvenRange(build('v0.5.12', '0.155.0'))).toBe(false);
    expect(isOutsideProvenRange(build('0.155.0', '0.130.0'))).toBe(true);
  });
});
