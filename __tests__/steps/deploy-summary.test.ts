import { expect, test } from '@jest/globals';
import { deploySummary } from '../../src/steps/deploy-summary.ts';

const account = {
  stackName: 'otel',
  settings: { environment: 'staging', region: 'eu-west-1' },
  published: {
    release: { id: 'abc', template: { sha256: '', key: '' }, configs: [], image: 'collector:1' },
    made: ['s3://b/a'],
    present: [],
  },
  changed: true,
  services: [
    {
      logicalId: 'G',
      cluster: 'c',
      name: 'gateway',
      desired: 2,
      taskDefinition: 'arn:td/gateway:2',
      addresses: ['10.0.0.1', '10.0.0.2'],
      digests: ['sha256:01', 'sha256:02'],
      tasks: [],
    },
    {
      logicalId: 'A',
      cluster: 'c',
      name: 'agent',
      desired: 3,
      taskDefinition: 'arn:td/agent:1',
      addresses: undefined,
      digests: [],
      tasks: [],
    },
  ],
  seconds: 42,
};

test('the summary of a deployment names release, revision, image digests and addresses', () => {
  const markdown = deploySummary(account);
  expect(markdown).toContain('Stack `otel` (staging, eu-west-1) deployed');
  expect(markdown).toContain(
    '| `gateway` | 2 | `gateway:2` | `sha256:01`, `sha256:02` | 10.0.0.1, 10.0.0.2 |',
  );
  expect(markdown).toContain('| `agent` | 3 | `agent:1` | – | not registered |');
});

test('the summary of an unchanged deployment says that nothing was executed', () => {
  expect(deploySummary({ ...account, changed: false })).toContain('unchanged: nothing was executed');
  expect(deploySummary({ ...account, services: [] })).toContain('no ECS services');
});
