import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { tellsOfItsStart } from '../../src/collector/model.ts';

const withLogs = (logs: string) => `service: { telemetry: { logs: ${logs} }, pipelines: {} }`;

describe('whether a collector writes to its log when it starts', () => {
  test.each(readdirSync('configs'))('it does with configs/%s', (file) => {
    expect(tellsOfItsStart(readFileSync(`configs/${file}`, 'utf8'))).toBe(true);
  });

  test.each<[string, string, boolean]>([
    ['the default level', 'service: {}', true],
    ['level debug, in capitals', withLogs('{ level: DEBUG }'), true],
    ['level warn', withLogs('{ level: warn }'), false],
    ['a level from the environment', withLogs(`{ level: "\${env:LEVEL}" }`), false],
    ['a file for its log', withLogs('{ output_paths: [/var/log/otel] }'), false],
    ['what is no YAML', 'a: [', false],
  ])('with %s', (_name, text, expected) => expect(tellsOfItsStart(text)).toBe(expected));
});
