import { describe, expect, it } from '@jest/globals';
import { type GuideTemplate, guideCommands, guideTemplates } from '../support/guide-commands.ts';
import { at, shipped, stack } from '../support/rendered.ts';

/** Another value of a parameter, and what then stands where. */
type Effect = [parameter: string, value: string, path: string, expected: unknown];

const container = (taskDefinition: string) => `${taskDefinition}/ContainerDefinitions/otel-collector`;
const config = (taskDefinition: string) => `${container(taskDefinition)}/Command/1`;
const variable = (taskDefinition: string, name: string) =>
  `${container(taskDefinition)}/Environment/${name}/Value`;
const reads = 'TaskRole/Policies/read-configurations/PolicyDocument/Statement/0/Resource';
const url = (key: string, bucket = 'collector-configs') => `s3://${bucket}.s3.eu-west-1.amazonaws.com/${key}`;
const given = 'arn:aws:iam::123456789012:role/given';

/** The parameters that every collector has, at one role. */
const ofCollector = (role: string, key: string): Effect[] => {
  const task = `${role}TaskDefinition`;
  return [
    ['ClusterName', 'other', `${role}Service/Cluster`, 'other'],
    ['CoralogixRegion', 'US2', variable(task, 'CORALOGIX_DOMAIN'), 'us2.coralogix.com'],
    ['CoralogixApiKey', 'another-key', 'ApiKeySecret/SecretString', 'another-key'],
    [
      'CDOTImageVersion',
      'v0.5.9',
      `${container(task)}/Image`,
      'coralogixrepo/coralogix-otel-collector:v0.5.9',
    ],
    ['S3ConfigBucket', 'other', config(task), expect.stringContaining('s3://other.s3.')],
    ['S3ConfigBucket', 'other', reads, 'arn:aws:s3:::other/*'],
    ['TaskExecutionRoleArn', given, `${task}/ExecutionRoleArn`, given],
    [key, 'configs/other.yaml', config(task), url('configs/other.yaml')],
  ];
};

const ofNames = (role: string): Effect[] => [
  ['ApplicationName', 'other', variable(`${role}TaskDefinition`, 'APPLICATION_NAME'), 'other'],
  ['SubsystemName', 'other', variable(`${role}TaskDefinition`, 'SUBSYSTEM_NAME'), 'other'],
];

const ofTasks = (role: string, subnets: string): Effect[] => {
  const configuration = `${role}Service/NetworkConfiguration/AwsvpcConfiguration`;
  return [
    [subnets, 'subnet-0c,subnet-0d', `${configuration}/Subnets`, ['subnet-0c', 'subnet-0d']],
    ['SecurityGroupId', 'sg-0c', `${configuration}/SecurityGroups/0`, 'sg-0c'],
  ];
};

const ofVpc: Effect[] = [
  ['VpcId', 'vpc-0c', 'Namespace/Vpc', 'vpc-0c'],
  ['VpcId', 'vpc-0c', 'CollectorSecurityGroup/VpcId', 'vpc-0c'],
];

const effects: Readonly<Record<GuideTemplate, Effect[]>> = {
  'otel-tail-sampling.yaml': [
    ...ofVpc,
    ...ofCollector('Agent', 'AgentS3ConfigKey'),
    ...ofCollector('Gateway', 'SamplingS3ConfigKey'),
    ...ofNames('Agent'),
    ...ofNames('Gateway'),
    ...ofTasks('Gateway', 'SubnetIds'),
    ['SamplingTaskCount', '3', 'GatewayService/DesiredCount', '3'],
  ],
  'otel-complete-cluster.yaml': [
    ...ofVpc,
    ...ofCollector('Receiver', 'ReceiverS3ConfigKey'),
    ...ofCollector('Gateway', 'GatewayS3ConfigKey'),
    ...ofNames('Receiver'),
    ...ofNames('Gateway'),
    ...ofTasks('Receiver', 'SubnetIds'),
    ...ofTasks('Gateway', 'SubnetIds'),
    ['SubnetIds', 'subnet-0c,subnet-0d', 'InstanceGroup/VPCZoneIdentifier', ['subnet-0c', 'subnet-0d']],
    ['SecurityGroupId', 'sg-0c', 'InstanceLaunchTemplate/LaunchTemplateData/SecurityGroupIds', ['sg-0c']],
    ['KeyName', 'other', 'InstanceLaunchTemplate/LaunchTemplateData/KeyName', 'other'],
    ['ECSAMI', 'ami-0fffffff', 'InstanceLaunchTemplate/LaunchTemplateData/ImageId', 'ami-0fffffff'],
    ['ReceiverTaskCount', '4', 'ReceiverService/DesiredCount', '4'],
    ['GatewayTaskCount', '3', 'GatewayService/DesiredCount', '3'],
  ],
  'individual-templates/cloudmap-namespace.yaml': [['VpcId', 'vpc-0c', 'Namespace/Vpc', 'vpc-0c']],
  'individual-templates/otel-daemon-template.yaml': ofCollector('Agent', 'S3ConfigKey'),
  'individual-templates/load-balancer-agents.yaml': [
    ...ofCollector('Receiver', 'ReceiverS3ConfigKey'),
    ...ofTasks('Receiver', 'SubnetIds'),
    ['NamespaceId', 'ns-other', 'ReceiverDiscoveryService/NamespaceId', 'ns-other'],
    ['ReceiverTaskCount', '4', 'ReceiverService/DesiredCount', '4'],
  ],
  'individual-templates/sampling-agents.yaml': [
    ...ofCollector('Gateway', 'GatewayS3ConfigKey'),
    ...ofTasks('Gateway', 'Subnets'),
    ['NamespaceId', 'ns-other', 'GatewayDiscoveryService/NamespaceId', 'ns-other'],
    ['NamespaceId', 'ns-other', 'GatewayAliasService/NamespaceId', 'ns-other'],
    ['GatewayTaskCount', '3', 'GatewayService/DesiredCount', '3'],
  ],
};

/** What the templates take beside the guide's parameters: the same effect wherever there is such a parameter. */
const beyond: Record<string, Effect[]> = {
  'otel-tail-sampling.yaml': [
    ['Memory', '2048', `${container('GatewayTaskDefinition')}/Memory`, '2048'],
    ['Memory', '2048', variable('GatewayTaskDefinition', 'GOMEMLIMIT'), '2048000000'],
    ['AgentMemory', '256', `${container('AgentTaskDefinition')}/Memory`, '256'],
    ['AgentGrpcPort', '14317', variable('AgentTaskDefinition', 'OTLP_GRPC_PORT'), '14317'],
    ['AgentHttpPort', '14318', `${container('AgentTaskDefinition')}/PortMappings/1/HostPort`, '14318'],
    ['AgentHealthPort', '14133', variable('AgentTaskDefinition', 'HEALTH_PORT'), '14133'],
    ['AgentMetricsPort', '18888', variable('AgentTaskDefinition', 'METRICS_PORT'), '18888'],
  ],
  'otel-complete-cluster.yaml': [
    [
      'Image',
      'registry/otelcol@sha256:01',
      `${container('ReceiverTaskDefinition')}/Image`,
      'registry/otelcol@sha256:01',
    ],
    ['S3ConfigPrefix', 'team', reads, 'arn:aws:s3:::collector-configs/team/*'],
    ['ReceiverMemory', '512', `${container('ReceiverTaskDefinition')}/Memory`, '512'],
    ['ReceiverMemory', '512', variable('ReceiverTaskDefinition', 'GOMEMLIMIT'), '512000000'],
    ['Memory', '2048', `${container('GatewayTaskDefinition')}/Memory`, '2048'],
    ['GatewayStopTimeout', '90', `${container('GatewayTaskDefinition')}/StopTimeout`, '90'],
    ['NamespaceName', 'other', 'Namespace/Name', 'other'],
    [
      'NamespaceName',
      'other',
      'GatewayAliasInstance/InstanceAttributes/AWS_INSTANCE_CNAME',
      'grpc-gateway.other',
    ],
    ['ServiceNamePrefix', 'blue', 'ReceiverService/ServiceName', 'blue-receiver'],
    ['ServiceNamePrefix', 'blue', 'GatewayService/ServiceName', 'blue-gateway'],
    ['LogRetentionDays', '7', 'ReceiverLogGroup/RetentionInDays', '7'],
    ['InstanceType', 'c6i.xlarge', 'InstanceLaunchTemplate/LaunchTemplateData/InstanceType', 'c6i.xlarge'],
    ['InstanceCount', '5', 'InstanceGroup/DesiredCapacity', '5'],
    [
      'ApiKeyRevision',
      'r2',
      `${container('ReceiverTaskDefinition')}/DockerLabels/ecs-tail-sampling.api-key-revision`,
      'r2',
    ],
  ],
};

describe.each(guideTemplates)('%s', (file) => {
  const rows = [...effects[file], ...(beyond[file] ?? [])];

  it('takes exactly the command of the guide', () => {
    expect(stack(file).faults).toEqual([]);
  });

  it('has a row below for each parameter of the command', () => {
    const shown = effects[file].map(([parameter]) => parameter);
    expect(shown).toEqual(expect.arrayContaining(Object.keys(guideCommands[file])));
  });

  it.each(rows)('%s: %s changes %s', (parameter, value, path, expected) => {
    expect(at(stack(file), path)).not.toEqual(expected);
    expect(at(stack(file, { [parameter]: value }), path)).toEqual(expected);
  });

  it.each(Object.keys(shipped(file).parameters))('uses %s somewhere', (parameter) => {
    const { text } = shipped(file);
    const [, body = ''] = text.split(/^(?:Rules|Mappings|Conditions|Resources):$/m, 2);
    const uses = new RegExp(`!Ref ${parameter}\\b|\\$\\{${parameter}\\}`);
    expect(text.slice(text.indexOf(body))).toMatch(uses);
  });
});

describe('the other vocabulary', () => {
  it.each(['otel-complete-cluster.yaml', 'individual-templates/sampling-agents.yaml'])(
    'is not a second parameter of %s: the action translates it',
    (file) => expect(Object.keys(shipped(file).parameters)).not.toContain('SamplingTaskCount'),
  );
});
