import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { configFaults } from '../../src/collector/config-error.ts';
import {
  binary,
  type CollectorPorts,
  freePort,
  templateEnvironment,
  temporaryFolder,
} from '../support/collector.ts';
import { binaryOf, type CollectorEnd, configFor, ends } from '../support/collector-ends.ts';

/** One of `fixtures/config-faults.yaml`. */
interface Fault {
  name: string;
  /** A piece of the shipped config … */
  from: string;
  /** … and what stands there instead. */
  to: string;
  /** What the marked lines hold, one after the other. */
  marks: string[];
  /** Part of the collector's words. */
  says: string;
}

const faults = parse(read('../fixtures/config-faults.yaml')) as Fault[];
/** Those of settings that only the `coralogix` exporter has. */
const ofCoralogix = ['a missing key', 'an unknown source of values'];

function faultsFor(end: CollectorEnd): Fault[] {
  if (end === 'newest') return faults;
  const here = (text: string) => text.replace('[coralogix', '[otlp/coralogix');
  return faults
    .filter(({ name }) => !ofCoralogix.includes(name))
    .map((fault) => ({ ...fault, from: here(fault.from), to: here(fault.to), marks: fault.marks.map(here) }));
}
let ports: CollectorPorts;

beforeAll(async () => {
  ports = {
    grpc: await freePort(),
    http: await freePort(),
    health: await freePort(),
    metrics: await freePort(),
  };
});

function read(file: string): string {
  return readFileSync(path.resolve(import.meta.dirname, file), 'utf8');
}

/** The last words of the real collector of that version about a config, as its log has them. */
function lastWords(config: string, end: CollectorEnd): string[] {
  using folder = temporaryFolder();
  const file = path.join(folder.path, 'config.yaml');
  writeFileSync(file, config);
  const { stdout, stderr, status } = spawnSync(binary(binaryOf[end]), ['--config', file], {
    env: templateEnvironment(ports),
    encoding: 'utf8',
    timeout: 20_000,
  });
  // A config that is in order after all runs until it is killed.
  expect(status).toBe(1);
  return `${stdout}${stderr}`.split('\n').slice(-20);
}

describe.each(ends)('the real collector $version names a fault, and the line of it is found', ({ end }) => {
  const shipped = configFor(end, read('../../configs/sampling-config.yaml'));

  test.each(faultsFor(end))('$name', ({ from, to, marks, says }) => {
    const config = shipped.replace(from, to);
    expect(config).not.toBe(shipped);
    const found = configFaults(lastWords(config, end), config);
    const lines = config.split('\n');
    expect(found.map(({ line = 0 }) => lines[line - 1])).toEqual(
      marks.map((mark) => expect.stringContaining(mark)),
    );
    for (const { message } of found) expect(message).toContain(says);
  });

  test('two components with a fault each are two faults', () => {
    const config = shipped
      .replace('send_batch_max_size: 2048', 'send_batch_max_size: 1')
      .replace('check_interval: 1s', 'check_interval: 0s');
    const marked = configFaults(lastWords(config, end), config).map(({ line = 0 }) =>
      config.split('\n')[line - 1]?.trim(),
    );
    expect(marked.sort()).toEqual(['check_interval: 0s', 'send_batch_max_size: 1']);
  });

  test.each([
    { name: 'words', config: 'just words\n' },
    { name: 'nothing', config: '{}\n' },
  ])('a config that is $name has a fault without a line', ({ config }) => {
    expect(configFaults(lastWords(config, end), config)[0]).toMatchObject({ line: undefined });
  });
});
