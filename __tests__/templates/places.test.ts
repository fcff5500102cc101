import { describe, expect, it } from '@jest/globals';
import { allTemplates, guideTemplates } from '../support/guide-commands.ts';
import { china, govCloud } from '../support/render.ts';
import { at, shipped, stack, tryStack } from '../support/rendered.ts';

const regions = ['EU1', 'EU2', 'AP1', 'AP2', 'AP3', 'US1', 'US2', 'US3'];
const withDestination = guideTemplates.filter((file) => 'CoralogixRegion' in shipped(file).parameters);
const roles = ['Agent', 'Receiver', 'Gateway'];

/** The domains that a stack's collectors send to, one each. */
function domains(file: string, more: Record<string, string | undefined>): unknown[] {
  const rendered = stack(file, more);
  return roles
    .filter((role) => `${role}TaskDefinition` in rendered.resources)
    .map((role) =>
      at(
        rendered,
        `${role}TaskDefinition/ContainerDefinitions/otel-collector/Environment/CORALOGIX_DOMAIN/Value`,
      ),
    );
}

const elsewhere = [
  { place: govCloud, suffix: 'amazonaws.com' },
  { place: china, suffix: 'amazonaws.com.cn' },
];

describe.each(elsewhere)('in $place.partition', ({ place, suffix }) => {
  it.each(allTemplates)('%s names nothing of another partition', (file) => {
    const { resources, outputs } = stack(file, {}, place);
    // What tasks' roles trust is called so in every partition.
    const text = JSON.stringify([resources, outputs]).replaceAll('ecs-tasks.amazonaws.com', '');
    const arns = [...text.matchAll(/arn:([\w-]+):/g)].map(([, partition]) => partition);
    expect(arns.filter((partition) => partition !== place.partition)).toEqual([]);
    const hosts = [...text.matchAll(/[\w.-]*\.amazonaws\.com(?:\.cn)?/g)].map(([host]) => host);
    expect(hosts.filter((host) => !host.endsWith(suffix))).toEqual([]);
  });

  it.each(withDestination)('%s reads configurations from the bucket there', (file) => {
    const { resources } = stack(file, {}, place);
    const urls = [...JSON.stringify(resources).matchAll(/s3:\/\/[^/]+/g)].map(([url]) => url);
    expect(new Set(urls)).toEqual(new Set([`s3://collector-configs.s3.${place.region}.${suffix}`]));
  });

  it('lets EC2 take the role of the instances', () => {
    const role = at(stack('otel-complete-cluster.yaml', {}, place), 'InstanceRole/AssumeRolePolicyDocument');
    expect(role).toMatchObject({ Statement: [{ Principal: { Service: `ec2.${suffix}` } }] });
  });
});

describe.each(withDestination)('%s', (file) => {
  it.each(regions)('sends data of region %s to its domain', (region) => {
    const all = domains(file, { CoralogixRegion: region });
    expect(all.length).toBeGreaterThan(0);
    expect(new Set(all)).toEqual(new Set([`${region.toLowerCase()}.coralogix.com`]));
  });

  it('prefers a domain of its own to the region', () => {
    const CoralogixDomain = 'private.eu2.coralogix.com';
    expect(new Set(domains(file, { CoralogixDomain }))).toEqual(new Set([CoralogixDomain]));
    expect(new Set(domains(file, { CoralogixDomain, CoralogixRegion: undefined }))).toEqual(
      new Set([CoralogixDomain]),
    );
  });

  it.each([
    ['CoralogixRegion', 'Give CoralogixRegion or CoralogixDomain.'],
    ['CDOTImageVersion', 'Give CDOTImageVersion (a tag of the Coralogix image) or Image (a full reference).'],
    ['CoralogixApiKey', 'Give CoralogixApiKey or CoralogixApiKeySecretArn.'],
  ])('is refused without %s and without what can stand for it', (parameter, reason) => {
    expect(tryStack(file, { [parameter]: '' }).faults).toEqual([reason]);
  });
});
