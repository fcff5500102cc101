import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PageRequest } from '../../src/aws/logs.ts';
import { KitError } from '../../src/kit/errors.ts';
import type { CollectorBuild } from '../../src/verify/builds.ts';
import { verifySettings } from '../support/fake-world.ts';
import { Verification } from '../support/verification.ts';

let verification: Verification;
beforeEach(() => {
  verification = new Verification();
});

const builds = () => JSON.parse(String(verification.reporter.outputs['collectors'])) as CollectorBuild[];
const evidence = () => {
  const [key = ''] = verification.evidenceKeys();
  return JSON.parse(String(verification.world.objects.get(key))) as { collectors: CollectorBuild[] };
};

const contrib = {
  image: 'collector:1',
  digest: 'sha256:01',
  distribution: 'otelcol-contrib',
  version: '0.158.0',
  core: '0.158.0',
};

describe('what the collectors run on', () => {
  test('is told by the running tasks: an output, evidence and summary name it, and nothing is warned of', async () => {
    expect(await verification.outcome()).toEqual(['passed']);
    expect(builds()).toEqual([
      { role: 'agent', tasks: ['a-i-0', 'a-i-1'], ...contrib },
      { role: 'gateway', tasks: ['g1', 'g2'], ...contrib },
    ]);
    expect(evidence().collectors).toEqual(builds());
    expect(verification.reporter.markdown).toContain(
      '| gateway | 2 | otelcol-contrib 0.158.0 | `collector:1` | `sha256:01` |',
    );
    expect(verification.reporter.warnings).toEqual([]);
  });

  test('is told of receivers as well', async () => {
    verification = new Verification('central-cluster');
    const settings = verifySettings({ endpoint: 'receivers' }, 'central-cluster');
    expect(await verification.outcome(settings)).toEqual(['passed']);
    expect(builds().map(({ role, tasks }) => [role, tasks])).toEqual([
      ['receiver', ['r1', 'r2']],
      ['gateway', ['g1', 'g2']],
    ]);
  });

  test('is in the outputs of a failed run too', async () => {
    verification.failExport(verification.soon);
    expect(await verification.outcome()).not.toEqual(['passed']);
    expect(builds()).toHaveLength(2);
  });

  test('is unknown, with a warning, where the first lines do not say it', async () => {
    verification.world.saysOfItself(undefined);
    expect(await verification.outcome()).toEqual(['passed']);
    for (const build of [...builds(), ...evidence().collectors]) {
      expect(build).toMatchObject({ distribution: 'unknown', version: 'unknown', core: 'unknown' });
    }
    expect(verification.reporter.warnings).toContainEqual(
      expect.stringMatching(
        /^the version of the gateways' collector \(collector:1\) is unknown: .*above info/,
      ),
    );
    expect(verification.reporter.markdown).toContain('| gateway | 2 | an unknown collector |');
  });

  test('is unknown, with a warning, where the log may not be read', async () => {
    const ports = verification.world.ports();
    const logs = {
      ensureGroup: verification.world.logs.ensureGroup.bind(verification.world.logs),
      page: async (request: PageRequest) => {
        if (!request.stream.includes('/a-i-')) return verification.world.logs.page(request);
        throw new KitError('not authorized to perform logs:GetLogEvents', {
          code: 'access-denied',
          source: 'user',
        });
      },
    };
    expect(await verification.outcome(undefined, { ...ports, logs })).toEqual(['passed']);
    expect(builds().map(({ role, version }) => [role, version])).toEqual([
      ['agent', 'unknown'],
      ['gateway', '0.158.0'],
    ]);
    expect(verification.reporter.warnings).toEqual([
      expect.stringContaining("the agents' collector (collector:1) is unknown"),
    ]);
  });

  test('is unknown, with a warning, where ECS gives no digest', async () => {
    verification.world.digestOf = () => undefined;
    expect(await verification.outcome()).toEqual(['passed']);
    expect(builds().map(({ digest }) => digest)).toEqual(['unknown', 'unknown']);
    expect(verification.reporter.warnings).toContainEqual(
      'ECS does not say which digest of collector:1 the gateways run',
    );
  });

  test.each([
    ['0.151.0', 'older', /the gateways run otelcol-contrib 0\.151\.0, outside the range that is proven/],
    ['0.159.0', 'newer', /the gateways run otelcol-contrib 0\.159\.0, outside the range that is proven/],
  ])('is warned of outside the proven range: %s is %s', async (version, _word, warning) => {
    verification.world.saysOfItself({ msg: 'Starting otelcol-contrib...', Version: version }, version);
    expect(await verification.outcome()).toEqual(['passed']);
    expect(verification.reporter.warnings).toContainEqual(expect.stringMatching(warning));
  });

  test('is judged by the core, where a distribution counts its own versions', async () => {
    verification.world.saysOfItself({ msg: 'Starting otelcol-own...', Version: 'v0.5.12' }, '0.155.0');
    expect(await verification.outcome()).toEqual(['passed']);
    expect(verification.reporter.warnings).toEqual([]);
    expect(verification.reporter.markdown).toContain('otelcol-own v0.5.12 on core 0.155.0');
  });

  test('is a row and a warning more where gateways run different images', async () => {
    verification.world.digestOf = (task) => (task === 'g2' ? 'sha256:02' : 'sha256:01');
    expect(await verification.outcome()).toEqual(['passed']);
    const gateways = evidence().collectors.filter(({ role }) => role === 'gateway');
    expect(gateways.map(({ tasks, digest }) => [tasks, digest])).toEqual([
      [['g1'], 'sha256:01'],
      [['g2'], 'sha256:02'],
    ]);
    expect(verification.reporter.warnings).toEqual([
      'the gateways run 2 different images: sha256:01, sha256:02',
    ]);
  });
});
