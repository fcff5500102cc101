import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type FindRequest, findCollectors } from '../../src/deployed/find.ts';
import type { Role } from '../../src/deployed/role.ts';
import { resourcesWithin } from '../../src/deployed/services.ts';
import type { KitError } from '../../src/kit/errors.ts';
import { ForeignAccount } from '../support/foreign-account.ts';

const two: Role[] = ['agent', 'gateway'];
const gatewayConfig = readFileSync('configs/gateway-config.yaml', 'utf8');
const both = gatewayConfig.replace('exporters: [coralogix, forward/tap]', 'exporters: [loadbalancing]');

async function find(account: ForeignAccount, more: Partial<FindRequest> = {}) {
  const ports = account.ports();
  const stacks = [...account.stacks.keys()].filter((name) => !name.startsWith('inner'));
  const resources = (
    await Promise.all(stacks.map((each) => resourcesWithin(each, ports.cloudFormation)))
  ).flat();
  return findCollectors(
    { wanted: two, named: {}, stacks, resources, fallbackCluster: undefined, ...more },
    ports,
  );
}

async function refusal(account: ForeignAccount, more: Partial<FindRequest> = {}): Promise<KitError> {
  return (await find(account, more).catch((error: unknown) => error)) as KitError;
}

const usual = () =>
  new ForeignAccount()
    .collector('watcher', 'agent-config.yaml')
    .collector('sampler', 'sampling-config.yaml', { registries: ['srv-1'] });

describe('the collectors of a stack', () => {
  test('are told apart by what their configs do, whatever they are called', async () => {
    const account = usual().add('shop', { containers: [{ command: ['serve'] }] });
    const found = await find(account.stack('theirs', ['watcher', 'shop', 'sampler']));
    expect(found.agent).toMatchObject({
      ...{ service: { service: 'watcher', cluster: 'apps', stack: 'theirs' }, grpcPort: 4317 },
      ...{ configFrom: 's3://configs/agent-config.yaml', metricsPort: undefined, dnsName: undefined },
    });
    expect(found.gateway).toMatchObject({
      ...{ service: { service: 'sampler' }, metricsPort: 8888 },
    });
  });

  test('may be in stacks inside of it, and in other clusters', async () => {
    const account = usual().collector('router', 'receiver-config.yaml', { cluster: 'telemetry' });
    account.stack('inner', ['router', 'sampler']);
    const nested = { logicalId: 'Inner', physicalId: 'inner', type: 'AWS::CloudFormation::Stack' };
    account.stack('theirs', ['watcher'], [nested]);
    const found = await find(account, { wanted: ['agent', 'receiver', 'gateway'] });
    expect(found.receiver?.service).toMatchObject({
      cluster: 'telemetry',
      service: 'router',
      stack: 'inner',
    });
  });

  test('are agents also where these only send on to receivers', async () => {
    const account = usual().collector('sender', 'agent-config-to-receiver.yaml');
    const found = await find(account.stack('theirs', ['sender', 'sampler']));
    expect(found.agent?.service.service).toBe('sender');
  });

  test('prefer an agent that routes to another one that takes traces', async () => {
    const account = usual().collector('sender', 'agent-config-to-receiver.yaml');
    const found = await find(account.stack('theirs', ['sender', 'watcher', 'sampler']));
    expect(found.agent?.service.service).toBe('watcher');
  });

  test('are found beside the sidecars of their tasks', async () => {
    const proxy = { name: 'proxy', image: 'envoy:1', command: ['--config-path', '/etc/envoy.yaml'] };
    const command = ['--config', 's3://configs/sampling-config.yaml'];
    const account = usual().add('sampler', { containers: [proxy, { name: 'otel', command }] });
    expect((await find(account.stack('theirs', ['watcher', 'sampler']))).gateway?.container).toBe('otel');
  });

  test('are found where the task definition holds the config', async () => {
    const environment = { OTEL_CONFIG: gatewayConfig };
    const account = usual().add('sampler', {
      containers: [{ command: ['--config=env:OTEL_CONFIG'], environment }],
    });
    const found = await find(account.stack('theirs', ['watcher', 'sampler']));
    expect(found.gateway).toMatchObject({ configFrom: 'env:OTEL_CONFIG', metricsPort: 8888 });
    expect(found.gateway?.configHash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('have the ports that their variables and mappings say', async () => {
    const account = usual();
    const command = ['--config', 's3://configs/agent-config.yaml'];
    const environment = { OTLP_GRPC_PORT: '14317' };
    const containers = [{ command, environment, portMappings: [{ containerPort: 14317, hostPort: 24317 }] }];
    account.add('watcher', { scheduling: 'DAEMON', networkMode: 'host', containers });
    account.stack('theirs', ['watcher', 'sampler']);
    expect((await find(account)).agent?.grpcPort).toBe(14317);
    account.add('watcher', { scheduling: 'DAEMON', networkMode: 'bridge', containers });
    expect((await find(account)).agent?.grpcPort).toBe(24317);
  });
});

describe('collectors that cannot be told', () => {
  test.each<[string, (account: ForeignAccount) => ForeignAccount, string]>([
    [
      'two services that sample',
      (account) =>
        account.collector('other', 'gateway-config.yaml').stack('theirs', ['watcher', 'sampler', 'other']),
      'gateway: sampler and other both look like one',
    ],
    [
      'a config that both routes and samples',
      (account) => {
        account.objects.set('s3://configs/sampling-config.yaml', Buffer.from(both));
        return account.stack('theirs', ['watcher', 'sampler']);
      },
      'service sampler both routes and samples: which role is meant cannot be told',
    ],
    [
      'a config in Parameter Store',
      (account) => {
        const secrets = { AOT_CONFIG_CONTENT: 'arn:aws:ssm:eu-west-1:1:parameter/otel' };
        return account.add('sampler', { containers: [{ secrets }] }).stack('theirs', ['watcher', 'sampler']);
      },
      'apps/sampler: its config cannot be read: it is the secret arn:aws:ssm:eu-west-1:1:parameter/otel',
    ],
    [
      'a config object that is gone',
      (account) => {
        account.objects.delete('s3://configs/sampling-config.yaml');
        return account.stack('theirs', ['watcher', 'sampler']);
      },
      'apps/sampler: its config cannot be read: s3://configs/sampling-config.yaml does not exist',
    ],
    [
      'a config that is none',
      (account) => {
        account.objects.set('s3://configs/sampling-config.yaml', Buffer.from('- a\n- b\n'));
        return account.stack('theirs', ['watcher', 'sampler']);
      },
      'it is not a YAML map',
    ],
    [
      'a service that ECS has deleted',
      (account) =>
        account
          .collector('sampler', 'sampling-config.yaml', { status: 'INACTIVE' })
          .stack('theirs', ['watcher', 'sampler']),
      'gateway: no service samples',
    ],
    [
      'metrics that only the gateway itself can read',
      (account) => {
        const text = readFileSync('configs/sampling-config.yaml', 'utf8').replace(
          'host: 0.0.0.0',
          'host: localhost',
        );
        account.objects.set('s3://configs/sampling-config.yaml', Buffer.from(text));
        return account.stack('theirs', ['watcher', 'sampler']);
      },
      'they are shown on localhost only',
    ],
  ])('are refused in one error that names what was seen: %s', async (_name, arrange, words) => {
    const error = await refusal(arrange(usual()));
    expect(error).toMatchObject({ code: 'collectors-not-found', source: 'user' });
    expect(error.message).toContain(words);
    expect(error.hint).toContain('services: {agent: {service: NAME, cluster: CLUSTER}');
  });

  test('are all named at once', async () => {
    const account = new ForeignAccount().add('shop', { containers: [{ command: ['serve'] }] });
    const error = await refusal(account.stack('theirs', ['shop']));
    expect(error.message).toContain(
      'from the resources of stack theirs: agent: no service runs on each instance',
    );
    expect(error.message).toContain('gateway: no service samples');
    expect(error.message).toContain('apps/shop: no collector');
  });
});

describe('services that are named', () => {
  const named = (service: string, more: object = {}) => ({ service, ...more });

  test('settle what the configs leave open', async () => {
    const account = usual().collector('other', 'gateway-config.yaml');
    account.stack('theirs', ['watcher', 'sampler', 'other']);
    const found = await find(account, { named: { gateway: named('other') } });
    expect(found.gateway?.service).toMatchObject({ service: 'other', stack: 'theirs' });
  });

  test('may both route and sample', async () => {
    const account = usual();
    account.objects.set('s3://configs/sampling-config.yaml', Buffer.from(both));
    account.stack('theirs', ['watcher', 'sampler']);
    expect((await find(account, { named: { gateway: named('sampler') } })).gateway?.service.service).toBe(
      'sampler',
    );
  });

  test('may be in no stack', async () => {
    const account = usual().collector('sampler', 'sampling-config.yaml', { cluster: 'telemetry' });
    const found = await find(account, {
      named: {
        agent: named('watcher', { cluster: 'apps' }),
        gateway: named('sampler', { cluster: 'telemetry' }),
      },
    });
    expect(found.agent?.service.stack).toBeUndefined();
    expect(found.gateway?.service).toMatchObject({ cluster: 'telemetry', stack: undefined });
  });

  test('have a config of the repository where theirs cannot be read, and ports', async () => {
    const account = usual().add('sampler', { containers: [{ image: 'mine/otel:1' }] });
    account.add('watcher', { scheduling: 'DAEMON', containers: [{ image: 'mine/otel:1' }] });
    const file = { path: 'configs/gateway.yaml', bytes: Buffer.from(gatewayConfig) };
    const found = await find(account, {
      named: {
        agent: named('watcher', { grpcPort: 4319 }),
        gateway: named('sampler', { config: file, metricsPort: 9999 }),
      },
      fallbackCluster: 'apps',
    });
    expect(found.gateway).toMatchObject({ configFrom: 'file configs/gateway.yaml', metricsPort: 9999 });
    expect(found.agent).toMatchObject({ config: undefined, grpcPort: 4319 });
  });

  test('that are not there, or not enough is known of, are refused together', async () => {
    const account = usual().add('sampler', { containers: [{ image: 'mine/otel:1' }] });
    const error = await refusal(account, {
      named: { agent: named('agent'), gateway: named('sampler') },
      fallbackCluster: 'apps',
    });
    expect(error.message).toContain('agent: cluster apps has no service agent');
    expect(error.message).toContain(
      'gateway, service sampler: its config cannot be read: it is part of the image mine/otel:1; say config',
    );
  });
});
