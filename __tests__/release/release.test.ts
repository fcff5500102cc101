import { describe, expect, test } from '@jest/globals';
import type { Stack } from '../../src/aws/cloudformation.ts';
import { imageReference } from '../../src/release/image.ts';
import { publish } from '../../src/release/publish.ts';
import { type ReleaseSources, releaseOf } from '../../src/release/release.ts';
import { runningRelease } from '../../src/release/running.ts';
import { FakeObjects } from '../support/fake-objects.ts';

const template = `Parameters:
  S3ConfigBucket: { Type: String }
  AgentS3ConfigKey: { Type: String }
  SamplingS3ConfigKey: { Type: String }
  CDOTImageVersion: { Type: String, Default: v0.5.0 }
  Image: { Type: String, Default: '' }
`;

function sources(changes: Partial<ReleaseSources> = {}): ReleaseSources {
  return {
    prefix: 'otel',
    template: { path: 'templates/otel.yaml', bytes: Buffer.from(template) },
    configs: [
      {
        parameter: 'SamplingS3ConfigKey',
        path: 'configs/sampling-config.yaml',
        bytes: Buffer.from('sampling'),
      },
      { parameter: 'AgentS3ConfigKey', path: 'configs/agent-config.yaml', bytes: Buffer.from('agent') },
    ],
    image: 'coralogixrepo/coralogix-otel-collector:v0.5.0',
    ...changes,
  };
}

const other = Buffer.from('other');

describe('a release id', () => {
  const { id } = releaseOf(sources());
  const [sampling, agent] = sources().configs as [ReleaseSources['configs'][0], ReleaseSources['configs'][0]];

  test.each([
    ['another prefix', { prefix: 'elsewhere' }],
    ['other file names', { template: { path: 'b.yaml', bytes: sources().template.bytes } }],
    ['configs in another order', { configs: [agent, sampling] }],
  ])('stays the same with %s', (_name, change) => {
    expect(releaseOf(sources(change)).id).toBe(id);
  });

  test.each([
    ['template', { template: { path: 'templates/otel.yaml', bytes: other } }],
    ['config', { configs: [{ ...sampling, bytes: other }, agent] }],
    ['image', { image: 'coralogixrepo/coralogix-otel-collector:v0.5.1' }],
    [
      'role of each config',
      {
        configs: [
          { ...sampling, bytes: agent.bytes },
          { ...agent, bytes: sampling.bytes },
        ],
      },
    ],
  ])('changes with the %s', (_name, change) => {
    expect(releaseOf(sources(change)).id).not.toBe(id);
  });

  test('keys carry the hash, under the prefix if there is one', () => {
    expect(releaseOf(sources()).template.key).toMatch(/^otel\/otel\.[0-9a-f]{12}\.yaml$/);
    expect(releaseOf(sources({ prefix: '' })).template.key).toMatch(/^otel\.[0-9a-f]{12}\.yaml$/);
  });
});

describe('publishing', () => {
  test('writes configs, template and manifest once, and nothing the second time', async () => {
    const objects = new FakeObjects();
    const first = await publish(sources(), 'bucket', objects);
    expect(first).toMatchObject({ present: [] });
    expect(first.made).toHaveLength(4);
    expect(first.made.at(-1)).toBe(`s3://bucket/otel/releases/${first.release.id}.json`);
    const second = await publish(sources(), 'bucket', objects);
    expect(second).toMatchObject({ made: [] });
    expect(second.present).toHaveLength(4);
  });

  test('a changed config leaves the object of the old one where it is', async () => {
    const objects = new FakeObjects();
    const { release } = await publish(sources(), 'bucket', objects);
    const [sampling, agent] = sources().configs as [
      ReleaseSources['configs'][0],
      ReleaseSources['configs'][0],
    ];
    await publish(sources({ configs: [{ ...sampling, bytes: other }, agent] }), 'bucket', objects);
    for (const { key } of release.configs) expect(await objects.exists({ bucket: 'bucket', key })).toBe(true);
  });

  test('renamed files find the manifest of the same content and accept it', async () => {
    const objects = new FakeObjects();
    await publish(sources(), 'bucket', objects);
    const renamed = { path: 'renamed.yaml', bytes: sources().template.bytes };
    const again = await publish(sources({ template: renamed }), 'bucket', objects);
    expect(again.made).toEqual([expect.stringContaining('/renamed.')]);
  });

  test.each([
    ['config', (keys: string[]) => keys.find((key) => key.includes('agent-config'))],
    ['manifest', (keys: string[]) => keys.find((key) => key.includes('releases/'))],
  ])('an altered %s is never taken for ours', async (_name, pick) => {
    const objects = new FakeObjects();
    const { made } = await publish(sources(), 'bucket', objects);
    objects.contents.set(pick([...made]) ?? '', Buffer.from('{"id":"x"}'));
    await expect(publish(sources(), 'bucket', objects)).rejects.toMatchObject({ code: 'release-altered' });
  });

  test('a manifest that claims the id but lists other hashes is altered', async () => {
    const objects = new FakeObjects();
    const { made, release } = await publish(sources(), 'bucket', objects);
    const forged = { ...release, image: 'evil/image:1' };
    objects.contents.set(made.at(-1) ?? '', Buffer.from(JSON.stringify(forged)));
    await expect(publish(sources(), 'bucket', objects)).rejects.toMatchObject({ code: 'release-altered' });
  });
});

describe('the running release', () => {
  async function deployed(objects: FakeObjects, changes: Record<string, string> = {}) {
    const { release } = await publish(sources(), 'bucket', objects);
    const keys = Object.fromEntries(release.configs.map(({ parameter, key }) => [parameter, key]));
    const parameters = {
      S3ConfigBucket: 'bucket',
      ...keys,
      CDOTImageVersion: 'v0.5.0',
      Image: '',
      ...changes,
    };
    const stack: Stack = {
      id: 'arn:stack',
      name: 'otel',
      status: 'CREATE_COMPLETE',
      statusReason: undefined,
      lastUpdated: 0,
      parameters,
      outputs: {},
    };
    const cloudFormation = { find: async () => stack, originalTemplate: async () => template };
    return { release, running: () => runningRelease('otel', { cloudFormation, objects }) };
  }

  test('has the id of what was published', async () => {
    const { release, running } = await deployed(new FakeObjects());
    expect(await running()).toMatchObject({ id: release.id, image: release.image, bucket: 'bucket' });
  });

  test('is another one as soon as the stack names another image', async () => {
    const { release, running } = await deployed(new FakeObjects(), { Image: 'registry/collector:1' });
    expect((await running()).id).not.toBe(release.id);
  });

  test('is another one when an object was changed under its key', async () => {
    const objects = new FakeObjects();
    const { release, running } = await deployed(objects);
    objects.contents.set(`s3://bucket/${release.configs[0]?.key}`, other);
    expect((await running()).id).not.toBe(release.id);
  });

  test('cannot be named when a config object is gone', async () => {
    const objects = new FakeObjects();
    const { release, running } = await deployed(objects);
    objects.contents.delete(`s3://bucket/${release.configs[0]?.key}`);
    await expect(running()).rejects.toMatchObject({ code: 'object-not-found' });
  });
});

test.each([
  ['the version', { CDOTImageVersion: 'v1', Image: '' }, 'coralogixrepo/coralogix-otel-collector:v1'],
  [
    'the version where the template says none',
    { CDOTImageVersion: 'v1', Image: 'none' },
    'coralogixrepo/coralogix-otel-collector:v1',
  ],
  ['a full reference first', { CDOTImageVersion: 'v1', Image: 'r/i@sha256:1' }, 'r/i@sha256:1'],
])('the image comes from %s', (_name, parameters, expected) => {
  expect(imageReference(parameters)).toBe(expected);
});
