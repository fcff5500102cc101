import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Settings, StackSettings } from '../../src/inputs/settings.ts';
import type { ConfigRole, TopologyName } from '../../src/inputs/topologies.ts';
import { KitError } from '../../src/kit/errors.ts';
import { Ledger } from '../../src/kit/ledger.ts';
import { combinedId } from '../../src/release/release.ts';
import { deploy } from '../../src/steps/deploy.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeDeployment } from '../support/fake-deployment.ts';
import { FakeReporter } from '../support/fake-reporter.ts';

const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:coralogix-AbCdEf';
let aws: FakeDeployment;
let reporter: FakeReporter;
let ledger: Ledger;
let cancel: AbortController;

beforeEach(() => {
  aws = new FakeDeployment();
  reporter = new FakeReporter();
  ledger = new Ledger('eu-west-1', () => {});
  cancel = new AbortController();
  aws.outputs = {
    'otel-namespace': { NamespaceId: 'ns-1', NamespaceName: 'cx-otel' },
    'otel-receiver': { ReceiverServiceName: 'receivers', TaskExecutionRoleArn: 'arn:receiver' },
    'otel-gateway': { GatewayServiceName: 'gateways', TaskExecutionRoleArn: 'arn:gateway' },
  };
});

function stack(component: StackSettings['component'], declared: string[], more: Record<string, string> = {}) {
  const role = component as ConfigRole;
  const isCollector = component !== 'namespace';
  const names = [
    ...declared,
    ...(isCollector ? ['Image', 'Key', 'CoralogixApiKeySecretArn', 'CoralogixApiKey', 'ApiKeyRevision'] : []),
  ];
  return {
    component,
    stackName: `otel-${component}`,
    template: {
      path: `${component}.yaml`,
      bytes: Buffer.from(`Parameters: {${names.map((name) => `${name}: {}`).join(', ')}}\n`),
    },
    configs: isCollector
      ? [
          {
            role,
            parameter: 'Key',
            path: `${component}.yaml`,
            bytes: Buffer.from(`receivers: {${component}: {}}\n`),
          },
        ]
      : [],
    parameters: more,
  } satisfies StackSettings;
}

const three = () => [
  stack('namespace', ['VpcId'], { VpcId: 'vpc-1' }),
  stack('receiver', ['NamespaceId', 'NamespaceName']),
  stack('gateway', ['NamespaceId'], { CoralogixApiKeySecretArn: arn }),
];

function run(
  stacks: readonly StackSettings[] = three(),
  topology: TopologyName = 'individual',
): Promise<void> {
  const settings = {
    ...{ environment: 'staging', region: 'eu-west-1', bucket: 'bucket', prefix: 'kit', tags: {} },
    ...{ topology, stacks, deploy: { timeoutSeconds: 1800, replaceRolledBackStack: false } },
  } as unknown as Settings;
  const deps = { reporter, ledger, clock: new FakeClock(), signal: cancel.signal };
  return deploy(settings, deps, aws.ports());
}

const records = () => JSON.parse(String(reporter.outputs.stacks)) as Record<string, unknown>[];

describe('deploying components', () => {
  test('makes one release, one change set and one stack of each, in order', async () => {
    await run();
    expect(aws.executed).toEqual(['otel-namespace', 'otel-receiver', 'otel-gateway']);
    const manifests = [...aws.objects.contents.keys()].filter((key) => key.includes('/releases/'));
    expect(manifests).toHaveLength(3);
    expect(ledger.entries()).toEqual([]);
  });

  test('feeds outputs of the namespace to the templates that have such parameters', async () => {
    await run();
    expect(aws.parametersOf('otel-receiver')).toMatchObject({
      NamespaceId: 'ns-1',
      NamespaceName: 'cx-otel',
    });
    expect(aws.parametersOf('otel-gateway')).toMatchObject({ NamespaceId: 'ns-1' });
    expect(aws.parametersOf('otel-gateway')).not.toHaveProperty('NamespaceName');
  });

  test('leaves alone what is given', async () => {
    const [namespace, receiver, gateway] = three();
    const given = { ...receiver, parameters: { NamespaceId: 'ns-9' } } as StackSettings;
    await run([namespace, given, gateway] as StackSettings[]);
    expect(aws.parametersOf('otel-receiver')).toMatchObject({
      NamespaceId: 'ns-9',
      NamespaceName: 'cx-otel',
    });
  });

  test('does not ask the namespace for what is given', async () => {
    aws.outputs['otel-namespace'] = { NamespaceName: 'cx-otel' };
    const given = three().map((each) => ({
      ...each,
      parameters: { ...each.parameters, NamespaceId: 'ns-9' },
    }));
    await run(given);
    expect(aws.executed).toHaveLength(3);
  });

  test('tells of each stack and of all together', async () => {
    await run();
    const ids = records().map(({ component, 'release-id': id }) => ({
      component: String(component),
      id: String(id),
    }));
    expect(ids.map(({ component }) => component)).toEqual(['namespace', 'receiver', 'gateway']);
    expect(reporter.outputs).toMatchObject({
      'release-id': combinedId(ids),
      'stack-id': 'arn:stack/otel-namespace,arn:stack/otel-receiver,arn:stack/otel-gateway',
      'has-changes': true,
    });
    expect(JSON.parse(String(reporter.outputs['stack-outputs']))).toEqual({
      ...{ NamespaceId: 'ns-1', NamespaceName: 'cx-otel', ReceiverServiceName: 'receivers' },
      ...{ GatewayServiceName: 'gateways', TaskExecutionRoleArn: 'arn:gateway' },
    });
    for (const name of aws.executed) expect(reporter.markdown).toContain(`### Stack \`${name}\``);
  });

  test('again executes nothing', async () => {
    await run();
    await run();
    expect(aws.executed).toHaveLength(3);
    expect(reporter.outputs['has-changes']).toBe(false);
    expect(ledger.entries()).toEqual([]);
  });

  test('goes on with those that are not there yet', async () => {
    aws.failing.add('otel-receiver');
    await expect(run()).rejects.toBeInstanceOf(KitError);
    aws.stacks.delete('otel-receiver');
    aws.failing.clear();
    await run();
    expect(aws.executed).toEqual(['otel-namespace', 'otel-receiver', 'otel-receiver', 'otel-gateway']);
  });

  test('takes one alone', async () => {
    await run([stack('receiver', ['NamespaceId'], { NamespaceId: 'ns-7' })]);
    expect(aws.parametersOf('otel-receiver')).toMatchObject({ NamespaceId: 'ns-7' });
    expect(records()).toHaveLength(1);
    expect(reporter.outputs['release-id']).toBe(records()[0]?.['release-id']);
  });
});

describe('a component that fails', () => {
  test('stops the rest, and the error names what is deployed and what is not', async () => {
    aws.failing.add('otel-receiver');
    const error = (await run().catch((thrown) => thrown)) as KitError;
    expect(error.code).toBe('deployment-rolled-back');
    expect(error.message.split('\n')[0]).toContain('stack otel-receiver ended in ROLLBACK_COMPLETE');
    expect(error.message).toContain('deployed:     namespace (otel-namespace)');
    expect(error.message).toContain('failed:       receiver (otel-receiver)');
    expect(error.message).toContain('not deployed: gateway (otel-gateway)');
    expect(aws.executed).toEqual(['otel-namespace', 'otel-receiver']);
    expect(aws.created.map(({ stackName }) => stackName)).not.toContain('otel-gateway');
    expect(records().map(({ deployed }) => deployed)).toEqual([true, false, false]);
    expect(reporter.outputs['release-id']).toBeUndefined();
    expect(JSON.parse(String(reporter.outputs['stack-outputs']))).toEqual(aws.outputs['otel-namespace']);
  });

  test('is named when the workflow is cancelled meanwhile, and its change stays in the ledger', async () => {
    aws.onExecute = (stackName) => {
      if (stackName !== 'otel-receiver') return;
      cancel.abort(new KitError('the workflow was cancelled', { code: 'cancelled', source: 'user' }));
      throw cancel.signal.reason;
    };
    const error = (await run().catch((thrown) => thrown)) as KitError;
    expect(error.code).toBe('cancelled');
    expect(error.message).toContain('failed:       receiver (otel-receiver)');
    expect(ledger.entries().map(({ thing }) => thing)).toEqual([
      expect.objectContaining({ kind: 'change', stackName: 'otel-receiver' }),
    ]);
  });

  test('is one whose namespace has no such output', async () => {
    aws.outputs['otel-namespace'] = { NamespaceName: 'cx-otel' };
    const error = (await run().catch((thrown) => thrown)) as KitError;
    expect(error.code).toBe('stack-outputs-missing');
    expect(error.message).toContain('otel-receiver takes NamespaceId from the namespace');
  });

  test('that is the only stack says nothing of others', async () => {
    aws.failing.add('otel-complete');
    const error = (await run([stack('complete', [])], 'central-cluster').catch(
      (thrown) => thrown,
    )) as KitError;
    expect(error.message).not.toContain('deployed:');
  });
});

describe('the key in a secret', () => {
  const one = (given: string) =>
    run([stack('complete', [], { CoralogixApiKeySecretArn: given })], 'central-cluster');

  test('rolls the tasks when it has a new version, and not before', async () => {
    await one(arn);
    await one(arn);
    expect(aws.executed).toHaveLength(1);
    aws.secretVersion = 'v2';
    await one(arn);
    expect(aws.executed).toHaveLength(2);
    expect(aws.parametersOf('otel-complete')).toMatchObject({ CoralogixApiKeySecretArn: `${arn}:::v2` });
  });

  test('of a named version stays with it', async () => {
    await one(`${arn}:::v1`);
    aws.secretVersion = 'v2';
    await one(`${arn}:::v1`);
    expect([aws.executed.length, aws.secretsAsked]).toEqual([1, 0]);
  });
});

test('another given key rolls the tasks, the same does not', async () => {
  const given = (key: string) => run([stack('complete', [], { CoralogixApiKey: key })], 'central-cluster');
  await given('cxtp_one');
  await given('cxtp_one');
  expect(aws.executed).toHaveLength(1);
  await given('cxtp_two');
  expect(aws.executed).toHaveLength(2);
});

describe('a bucket under a KMS key', () => {
  const key = 'arn:aws:kms:eu-west-1:123456789012:key/0f2c';
  const gateway = (more: Record<string, string> = {}) => [
    stack('gateway', ['S3ConfigKmsKeyArn'], { CoralogixApiKeySecretArn: arn, ...more }),
  ];

  test('stops a deployment before anything is planned, when the stack is not given the key', async () => {
    aws.objects.key = key;
    await expect(run(gateway())).rejects.toMatchObject({ code: 'config-key-missing' });
    expect(aws.created).toEqual([]);
  });

  test('is deployed from once it is', async () => {
    aws.objects.key = key;
    await run(gateway({ S3ConfigKmsKeyArn: key }));
    expect(aws.parametersOf('otel-gateway')).toMatchObject({ S3ConfigKmsKeyArn: key });
  });
});
