import type { ConfigRole, TopologyName } from '../src/inputs/topologies.ts';
import type { Cloud } from './cloud.ts';

export type Parameters = Record<string, string | number | undefined>;

/** Where the collectors run and what they are: of a local cloud, or of an account. */
export type CollectorPlace = Pick<
  Cloud,
  | 'region'
  | 'bucket'
  | 'cluster'
  | 'vpc'
  | 'subnets'
  | 'securityGroup'
  | 'collectorImage'
  | 'telemetrygenImage'
>;

interface Choices {
  cloud: CollectorPlace;
  stackName: string;
  /** Added to, or instead of, the usual template parameters; undefined leaves one out. */
  parameters: Parameters;
  /** Path of each role's config in the repository. */
  configs: Partial<Record<ConfigRole, string>>;
}

/** The shipped config of each role, by topology. */
export const shippedConfigs: Record<TopologyName, Partial<Record<ConfigRole, string>>> = {
  'tail-sampling': { agent: 'agent-config.yaml', gateway: 'sampling-config.yaml' },
  'central-cluster': { receiver: 'receiver-config.yaml', gateway: 'gateway-config.yaml' },
  individual: {
    agent: 'agent-config-to-receiver.yaml',
    receiver: 'receiver-config-with-span-metrics.yaml',
    gateway: 'gateway-config.yaml',
  },
};

/** What a user of the local cloud would write into the environment file. */
export function environmentFile(topology: TopologyName, choices: Choices): Record<string, unknown> {
  const { cloud } = choices;
  return {
    environment: 'local',
    topology,
    region: cloud.region,
    's3-config-bucket': cloud.bucket,
    'telemetrygen-image': cloud.telemetrygenImage,
    parameters: {
      ClusterName: cloud.cluster,
      VpcId: cloud.vpc,
      SubnetIds: cloud.subnets,
      SecurityGroupId: cloud.securityGroup,
      CoralogixRegion: 'EU2',
      Image: cloud.collectorImage,
      ApplicationName: 'local',
      SubsystemName: topology,
      ...counts[topology],
      ...choices.parameters,
    },
    ...stacksOf[topology](choices),
  };
}

const counts: Record<TopologyName, Parameters> = {
  'tail-sampling': { SamplingTaskCount: 2 },
  'central-cluster': { ReceiverTaskCount: 2, GatewayTaskCount: 2 },
  individual: { ReceiverTaskCount: 2, GatewayTaskCount: 2 },
};

const oneStack = ({ stackName, configs }: Choices) => ({ 'stack-name': stackName, configs });

const stacksOf: Record<TopologyName, (choices: Choices) => Record<string, unknown>> = {
  'tail-sampling': oneStack,
  'central-cluster': oneStack,
  individual: ({ stackName, configs }) => ({
    components: [
      { component: 'namespace', 'stack-name': `${stackName}-cloudmap` },
      { component: 'agent', 'stack-name': `${stackName}-daemon`, config: configs.agent },
      { component: 'receiver', 'stack-name': `${stackName}-receiver`, config: configs.receiver },
      { component: 'gateway', 'stack-name': `${stackName}-gateway`, config: configs.gateway },
    ],
  }),
};

/** The name, or for several stacks the pattern of the names, that a step's rights are for. */
export function stackPattern(topology: TopologyName, stackName: string): string {
  return topology === 'individual' ? `${stackName}-*` : stackName;
}
