import { describe, expect, test } from '@jest/globals';
import { configSources } from '../../src/collector/config-source.ts';

const text = 'receivers: {otlp: }\nservice: {pipelines: {}}\n';

function container(more: Partial<Parameters<typeof configSources>[0]>) {
  return {
    ...{ name: 'c', image: 'registry/app:1', entryPoint: [], command: [], environment: {}, secrets: {} },
    ...more,
  };
}

const object = (bucket: string, key: string) => ({ kind: 'object', bucket, key });

describe('the config of a container', () => {
  test.each<[string, Parameters<typeof container>[0], unknown[]]>([
    [
      'is the object that --config names, in the collector’s own form',
      { command: ['--config', 's3://configs.s3.eu-west-1.amazonaws.com/a/gateway.yaml'] },
      [object('configs', 'a/gateway.yaml')],
    ],
    [
      'may be in a bucket with dots, and in China',
      { command: ['--config=s3://my.configs.s3.cn-north-1.amazonaws.com.cn/g.yaml'] },
      [object('my.configs', 'g.yaml')],
    ],
    [
      'may be named in the entry point',
      { entryPoint: ['/otelcol', '--config=s3://b/k'] },
      [object('b', 'k')],
    ],
    [
      'may be named inside the word of a shell, by variables',
      { command: ['-c', `/otelcol --config "s3://\${BUCKET}/$KEY"`], environment: { BUCKET: 'b', KEY: 'k' } },
      [object('b', 'k')],
    ],
    [
      'may be several, in their order',
      { command: ['--config', 's3://b/base', '--config', 'yaml:service::telemetry::logs::level: warn'] },
      [
        object('b', 'base'),
        expect.objectContaining({ kind: 'text', text: 'service::telemetry::logs::level: warn' }),
      ],
    ],
    [
      'may be in a variable that --config names',
      { command: ['--config', 'env:OTEL_CONFIG'], environment: { OTEL_CONFIG: text } },
      [{ kind: 'text', name: 'env:OTEL_CONFIG', text }],
    ],
    [
      'may be in a variable that the image reads by itself',
      { environment: { AOT_CONFIG_CONTENT: text, OTHER_CONFIG: 'debug' } },
      [{ kind: 'text', name: 'env:AOT_CONFIG_CONTENT', text }],
    ],
    [
      'may be an object that a variable names',
      { environment: { S3_CONFIG_URI: 's3://b/k' } },
      [object('b', 'k')],
    ],
    [
      'may be an object that two variables name',
      { environment: { S3_CONFIG_BUCKET: 'b', S3_CONFIG_KEY: 'k' } },
      [object('b', 'k')],
    ],
  ])('%s', (_name, more, expected) => {
    expect(configSources(container(more))).toEqual(expected);
  });

  test.each<[string, Parameters<typeof container>[0], string]>([
    ['a file', { command: ['--config=/etc/otel/config.yaml'] }, 'it is read from /etc/otel/config.yaml'],
    ['another host', { command: ['--config', 'https://x/y.yaml'] }, 'it is read from https://x/y.yaml'],
    ['a variable without a value', { command: ['--config', 'env:C'] }, 'its variable C is not set'],
    [
      'a parameter of Systems Manager',
      { command: ['--config', 'env:C'], secrets: { C: 'arn:aws:ssm:eu-west-1:1:parameter/otel' } },
      'it is the secret arn:aws:ssm:eu-west-1:1:parameter/otel',
    ],
    [
      'a secret that the image reads by itself',
      { secrets: { AOT_CONFIG_CONTENT: 'arn:s' } },
      'it is the secret arn:s',
    ],
    ['an image that brings it', { image: 'otel/opentelemetry-collector:1' }, 'it is part of the image'],
  ])('cannot be read from %s, and says so', (_name, more, reason) => {
    expect(configSources(container(more))).toEqual([
      { kind: 'unreadable', reason: expect.stringContaining(reason) },
    ]);
  });

  test('is nothing in a container that shows no sign of a collector', () => {
    const environment = { APP_CONFIG: 'color: blue', BUCKET: 'b', KEY: 'k' };
    expect(configSources(container({ command: ['serve'], environment }))).toEqual([]);
  });
});
