/**
 * The commands of the published guide, as parameters: every one that it passes to `aws cloudformation deploy`, with
 * values in place of its examples. It gives TaskExecutionRoleArn as optional, so that it is left out here.
 */

const network = {
  VpcId: 'vpc-0123456789abcdef0',
  SubnetIds: 'subnet-0aaaaaaaaaaaaaaa1,subnet-0aaaaaaaaaaaaaaa2',
  SecurityGroupId: 'sg-0123456789abcdef0',
};

const collector = {
  ClusterName: 'otel-cluster',
  CoralogixRegion: 'EU2',
  CoralogixApiKey: 'send-your-data-key',
  CDOTImageVersion: 'v0.5.0',
  S3ConfigBucket: 'collector-configs',
};

const names = { ApplicationName: 'my-app', SubsystemName: 'production' };

const inNamespace = { NamespaceId: 'ns-0123456789abcdef', SecurityGroupId: network.SecurityGroupId };

export const guideCommands = {
  'otel-tail-sampling.yaml': {
    ...network,
    ...collector,
    ...names,
    AgentS3ConfigKey: 'configs/agent-config.yaml',
    SamplingS3ConfigKey: 'configs/sampling-config.yaml',
    SamplingTaskCount: '2',
  },
  'otel-complete-cluster.yaml': {
    ...network,
    ...collector,
    ...names,
    KeyName: 'your-key-pair',
    ECSAMI: 'ami-0123456789abcdef0',
    ReceiverS3ConfigKey: 'configs/receiver-config.yaml',
    GatewayS3ConfigKey: 'configs/gateway-config.yaml',
    ReceiverTaskCount: '2',
    GatewayTaskCount: '1',
  },
  'individual-templates/cloudmap-namespace.yaml': { VpcId: network.VpcId },
  'individual-templates/otel-daemon-template.yaml': {
    ...collector,
    S3ConfigKey: 'configs/agent-config-to-receiver.yaml',
  },
  'individual-templates/load-balancer-agents.yaml': {
    ...collector,
    ...inNamespace,
    SubnetIds: network.SubnetIds,
    ReceiverS3ConfigKey: 'configs/receiver-config-with-span-metrics.yaml',
    ReceiverTaskCount: '2',
  },
  'individual-templates/sampling-agents.yaml': {
    ...collector,
    ...inNamespace,
    Subnets: network.SubnetIds,
    GatewayS3ConfigKey: 'configs/gateway-config.yaml',
    GatewayTaskCount: '2',
  },
} as const satisfies Record<string, Record<string, string>>;

export type GuideTemplate = keyof typeof guideCommands;
export const guideTemplates = Object.keys(guideCommands) as GuideTemplate[];

/** The least that the templates of `connect/` need. */
export const connectCommands = {
  'connect/shared-namespace.yaml': {
    NamespaceId: inNamespace.NamespaceId,
    ReceiverSecurityGroupId: 'sg-0aaaaaaaaaaaaaaa1',
    SenderSecurityGroupId: 'sg-0bbbbbbbbbbbbbbb1',
  },
  'connect/load-balancer.yaml': { ...network, ClientCidr: '10.0.0.0/8' },
  'connect/vpc-endpoints.yaml': { ...network, RouteTableIds: 'rtb-0123456789abcdef0' },
} as const satisfies Record<string, Record<string, string>>;

export const commands: Readonly<Record<string, Record<string, string>>> = {
  ...guideCommands,
  ...connectCommands,
};
export const allTemplates = Object.keys(commands);
