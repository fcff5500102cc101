import { describe, expect, test } from '@jest/globals';
import type { ConfigFile } from '../../src/inputs/settings.ts';
import { KitError } from '../../src/kit/errors.ts';
import { releaseOf } from '../../src/release/release.ts';
import { type Link, withChain } from '../../src/stack/diagnosis.ts';
import { annotateConfig } from '../../src/steps/config-annotations.ts';
import { FakeReporter } from '../support/fake-reporter.ts';

const text = 'exporters:\n  debugg: {}\nservice:\n  pipelines: {}\n';
const says = `'exporters' unknown type: "debugg" for id: "debugg" (valid values: [debug])`;
const lastWords = [
  '{"level":"info","msg":"Starting otelcol..."}',
  'Error: failed to get config: cannot unmarshal the configuration: decoding failed due to the following error(s):',
  '',
  says,
];

/** What is annotated when a container with this command and log was found at the end of the chain. */
function annotating({
  path = './configs/../sampling-config.yaml',
  key = 'KEY',
  log = lastWords,
  content = text,
  lacks = [],
}: {
  path?: string;
  key?: string;
  log?: string[];
  content?: string;
  lacks?: string[];
} = {}) {
  const bytes = Buffer.from(content);
  const config: ConfigFile = { path, bytes, role: 'gateway', parameter: 'SamplingS3ConfigKey' };
  const other: ConfigFile = { ...config, path: 'agent.yaml', bytes: Buffer.from('a: 1'), parameter: 'Agent' };
  const template = { path: 'template.yaml', bytes: Buffer.from('{}') };
  const release = releaseOf({ prefix: 'kit', template, configs: [other, config], image: 'image' });
  const ran = release.configs.find(({ parameter }) => parameter === config.parameter)?.key ?? '';
  const links: Link[] = [
    { what: 'command', text: `--config s3://bucket.s3.eu-west-1.amazonaws.com/${key.replace('KEY', ran)}` },
    ...lacks.map((line) => ({ what: 'image', text: line })),
    ...log.map((line) => ({ what: 'log', text: line })),
  ];
  const reporter = new FakeReporter();
  const error = withChain(new KitError('failed', { code: 'deployment-failed', source: 'aws' }), links);
  annotateConfig(error, [other, config], release, reporter);
  return reporter;
}

describe('a collector that died of its config', () => {
  test('has the line marked in the file that its command names', () => {
    expect(annotating().annotations).toEqual([{ file: 'sampling-config.yaml', line: 2, message: says }]);
  });

  test('has the image named that lacks a component, where the config names that component', () => {
    const lacks = ['image registry/otelcol:1 is built without exporter debugg'];
    expect(annotating({ lacks }).annotations).toEqual([
      { file: 'sampling-config.yaml', line: 2, message: `${says}: ${lacks[0]}` },
    ]);
  });

  test('has the file marked where its words lead to no line', () => {
    const log = ['Error: invalid configuration: service: no pipelines at all'];
    expect(annotating({ log, content: 'receivers: {}\n' }).annotations).toEqual([
      { file: 'sampling-config.yaml', line: undefined, message: 'service: no pipelines at all' },
    ]);
  });

  test('of a config of the kit is told in the log, since the workspace has no such file', () => {
    const reporter = annotating({ path: 'kit:sampling-config.yaml' });
    expect(reporter.annotations).toEqual([]);
    expect(reporter.lines).toEqual([`kit:sampling-config.yaml:2: ${says}`]);
  });

  test.each([
    { name: 'ran another config', of: { key: 'kit/somebody-elses.yaml' } },
    {
      name: 'may not read its config',
      of: {
        log: [
          'Error: failed to get config: cannot resolve the configuration: cannot retrieve the configuration: AccessDenied',
        ],
      },
    },
    { name: 'said nothing', of: { log: [] } },
    { name: 'was stopped in good order', of: { log: ['Shutdown complete.'] } },
  ])('marks nothing when it $name', ({ of }) => {
    expect(annotating(of).annotations).toEqual([]);
  });
});

test('an error without a chain marks nothing', () => {
  const reporter = new FakeReporter();
  const template = { path: 't', bytes: Buffer.from('{}') };
  const release = releaseOf({ prefix: '', template, configs: [], image: 'image' });
  annotateConfig(new Error('no chain'), [], release, reporter);
  expect(reporter.annotations).toEqual([]);
});
