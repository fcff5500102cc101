import { readFileSync } from 'node:fs';
import type { StackSettings } from '../../src/inputs/settings.ts';
import { type ConfigRole, roleOf, type TopologyName } from '../../src/inputs/topologies.ts';

/** A deployed stack in memory. */
export interface FakeStack {
  name: string;
  settings: StackSettings;
  template: string;
  parameters: Record<string, string>;
  outputs: Record<string, string>;
  /** Revision of each role. */
  revisions: string[];
}

const execution = 'arn:aws:iam::000000000000:role/execution';
const namespace = { NamespaceName: 'cx-otel', NamespaceId: 'ns-1' };
const ofRole: Record<ConfigRole, Record<string, string>> = {
  agent: { AgentServiceName: 'agents', AgentGrpcPort: '4317' },
  receiver: { ReceiverServiceName: 'receivers', ReceiverDiscoveryServiceId: 'srv-receiver' },
  gateway: { GatewayServiceName: 'gateways', GatewayDiscoveryServiceId: 'srv-gateway' },
};

/** The stacks of a topology: one with all roles, or one for each of them and the namespace. */
export function fakeStacks(topology: TopologyName): FakeStack[] {
  if (topology === 'tail-sampling') return [stackOf(topology, 'complete', 'otel', ['agent', 'gateway'])];
  if (topology === 'central-cluster') return [stackOf(topology, 'complete', 'otel', ['receiver', 'gateway'])];
  return [
    stackOf(topology, 'namespace', 'otel-namespace', []),
    ...(['agent', 'receiver', 'gateway'] as const).map((role) =>
      stackOf(topology, role, `otel-${role}`, [role]),
    ),
  ];
}

/** The shipped configs of a topology, by object key. */
export function fakeConfigs(topology: TopologyName): [string, Buffer][] {
  return fakeStacks(topology).flatMap(({ settings }) =>
    settings.configs.map(({ path, bytes }): [string, Buffer] => [`kit/${path}`, bytes]),
  );
}

function stackOf(
  topology: TopologyName,
  component: StackSettings['component'],
  name: string,
  roles: readonly ConfigRole[],
): FakeStack {
  const rows = roles.map((role) => roleOf(topology, role));
  const parameters = {
    ...(roles.length > 0 ? { Image: 'collector@sha256:00', S3ConfigBucket: 'bucket' } : {}),
    ...Object.fromEntries(rows.map(({ configParameter, config }) => [configParameter, `kit/${config}`])),
  };
  const template = `Parameters: {${['NamespaceName', ...Object.keys(parameters)].map((each) => `${each}: {}`).join(', ')}}\n`;
  return {
    name,
    settings: {
      component,
      stackName: name,
      template: { path: `${component}.yaml`, bytes: Buffer.from(template) },
      configs: rows.map(({ role, config, configParameter }) => ({
        ...{ role, path: config, parameter: configParameter },
        bytes: readFileSync(`configs/${config}`),
      })),
      parameters: {},
    },
    template,
    parameters,
    outputs: Object.assign(
      {},
      namespace,
      roles.length > 0 ? { ClusterName: 'apps', TaskExecutionRoleArn: execution } : {},
      ...roles.map((role) => ofRole[role]),
    ),
    revisions: roles.map((role) => `${role}:1`),
  };
}
