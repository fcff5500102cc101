import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { allTemplates, type GuideTemplate, guideTemplates } from '../support/guide-commands.ts';
import { at, shipped, stack } from '../support/rendered.ts';
import type { JsonMap } from '../support/template.ts';

describe.each(allTemplates)('%s', (file) => {
  const template = shipped(file);

  it('fits into a request, without a detour over S3', () => {
    expect(Buffer.byteLength(template.text)).toBeLessThanOrEqual(51_200);
  });

  it('is plain ASCII', () => expect(template.text).toMatch(/^[\n -~]*$/));

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
  it('uses no YAML that CloudFormation does not read: anchors, aliases, merges', () => {
    expect(template.text).not.toMatch(/(?:: |- )[&*][A-Za-z]|<<:/);
  });

  it('names no partition, region or domain of AWS in its resources', () => {
    const resources = JSON.stringify([template.resources, template.outputs]);
    expect(resources).not.toMatch(/arn:aws\b/);
    expect(resources).not.toMatch(/\b(?:us|eu|ap|cn)-[a-z]+-\d/);
    expect(resources.replaceAll('ecs-tasks.amazonaws.com', '')).not.toMatch(/amazonaws\.com/);
  });

  it('gives nothing a name that a second stack would need as well', () => {
    const named = ['RoleName', 'Name', 'LogGroupName', 'Family', 'ServiceName', 'GroupName'];
    const own = [...named, 'AutoScalingGroupName', 'LaunchTemplateName', 'InstanceProfileName'];
    const fixed = Object.entries(template.resources)
      // Named after what the collectors look for, in a namespace of their own; and after AWS's services.
      .filter(([, { Type }]) => Type !== 'AWS::ServiceDiscovery::Service' && Type !== 'AWS::EC2::VPCEndpoint')
      .flatMap(([id, { Properties }]) => own.map((name) => [id, Properties[name]] as const))
      .filter(([, value]) => typeof value === 'string');
    expect(fixed).toEqual([]);
  });

  it('says where it comes from when it is composed', () => {
    const note = `# Composed by "npm run generate" from templates/parts/outlines/${file}.\n`;
    expect(template.text.startsWith(note)).toBe(!file.startsWith('connect/'));
  });
});

const ofAll = ['ClusterName', 'NamespaceName', 'TaskExecutionRoleArn'];
const ofTasks = (role: string) => [
  `${role}ServiceName`,
  `${role}DiscoveryServiceId`,
  `${role}DiscoveryServiceName`,
  `${role}LogGroup`,
];
const ofAgents = ['AgentServiceName', 'AgentLogGroup', 'AgentGrpcPort'];

/** What the steps and the stacks that come after read. */
const outputs: Readonly<Record<GuideTemplate, string[]>> = {
  'otel-tail-sampling.yaml': [
    ...ofAll,
    ...ofAgents,
    ...ofTasks('Gateway'),
    'NamespaceId',
    'SecurityGroupIds',
  ],
  'otel-complete-cluster.yaml': [
    ...ofAll,
    ...ofTasks('Receiver'),
    ...ofTasks('Gateway'),
    ...['NamespaceId', 'SecurityGroupIds', 'AutoScalingGroupName'],
  ],
  'individual-templates/cloudmap-namespace.yaml': ['NamespaceId', 'NamespaceName'],
  'individual-templates/otel-daemon-template.yaml': [...ofAll, ...ofAgents],
  'individual-templates/load-balancer-agents.yaml': [
    ...ofAll,
    ...ofTasks('Receiver'),
    ...['NamespaceId', 'SecurityGroupIds'],
  ],
  'individual-templates/sampling-agents.yaml': [
    ...ofAll,
    ...ofTasks('Gateway'),
    ...['NamespaceId', 'SecurityGroupIds'],
  ],
};

it.each(guideTemplates)('%s has exactly the outputs that others read', (file) => {
  expect(Object.keys(stack(file).outputs).toSorted()).toEqual(outputs[file].toSorted());
});

it.each(['load-balancer-agents.yaml', 'sampling-agents.yaml'])(
  'outputs of the namespace are parameters of %s',
  (file) => {
    const { outputs: given } = stack('individual-templates/cloudmap-namespace.yaml');
    const parameters = Object.keys(shipped(`individual-templates/${file}`).parameters);
    expect(parameters).toEqual(expect.arrayContaining(Object.keys(given)));
  },
);

interface Container extends JsonMap {
  Environment: { Name: string; Value: string }[];
  Secrets: { Name: string }[];
  LogConfiguration: { LogDriver: string; Options: JsonMap };
}

/** Every collector of every template, and the shipped configurations that it may run. */
const configs: Readonly<Record<string, readonly string[]>> = {
  Agent: ['agent-config.yaml', 'agent-config-to-receiver.yaml'],
  Receiver: ['receiver-config.yaml', 'receiver-config-with-span-metrics.yaml'],
  Gateway: ['sampling-config.yaml', 'gateway-config.yaml', 'gateway-config-with-span-metrics.yaml'],
};

// An ECS agent tells a container no region before 1.104.0, and the collector's resolver then asks us-east-1:
// https://github.com/aws/amazon-ecs-agent/pull/4946
it.each(allTemplates)('every container of %s is told its region', (file) => {
  const definitions = Object.values(stack(file).resources)
    .filter(({ Type }) => Type === 'AWS::ECS::TaskDefinition')
    .flatMap(({ Properties }) => Properties['ContainerDefinitions'] as Container[]);
  const told = definitions.map(
    ({ Environment }) => Environment.find(({ Name }) => Name === 'AWS_REGION')?.Value,
  );
  expect(told).toEqual(definitions.map(() => 'eu-west-1'));
});

const collectors = guideTemplates.flatMap((file) =>
  Object.entries(stack(file).resources)
    .filter(([, { Type }]) => Type === 'AWS::ECS::TaskDefinition')
    .map(([id, { Properties }]) => {
      const [container] = Properties['ContainerDefinitions'] as Container[];
      if (!container) throw new Error(`no container in ${id}`);
      return { file, role: id.replace('TaskDefinition', ''), container };
    }),
);

describe.each(collectors)('$role of $file', ({ role, container }) => {
  it('runs unprivileged, on a file system it cannot write', () => {
    expect(container).toMatchObject({
      Name: 'otel-collector',
      ReadonlyRootFilesystem: true,
      LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
    });
    expect(container).not.toHaveProperty('Privileged');
  });

  it('has the API key as a secret, not in its environment', () => {
    expect(container.Secrets.map(({ Name }) => Name)).toEqual(['CORALOGIX_PRIVATE_KEY']);
    expect(JSON.stringify(container)).not.toContain('send-your-data-key');
  });

  it.each(configs[role] ?? [])('has every variable that %s reads', (file) => {
    const text = readFileSync(`configs/${file}`, 'utf8');
    const read = [...text.matchAll(/\$\{env:(\w+)/g)].map(([, name]) => name);
    const set = [...container.Environment, ...container.Secrets].map(({ Name }) => Name);
    expect(read.length).toBeGreaterThan(0);
    expect(set).toEqual(expect.arrayContaining(read));
  });

  it('cannot be stalled by CloudWatch', () => {
    expect(container.LogConfiguration).toMatchObject({
      LogDriver: 'awslogs',
      Options: { mode: 'non-blocking', 'max-buffer-size': '25m', 'awslogs-stream-prefix': 'ecs' },
    });
  });

  it('is listened to at the ports it is told', () => {
    const told = container.Environment.filter(({ Name }) => Name.endsWith('_PORT')).map(({ Value }) => Value);
    const open = (container['PortMappings'] as JsonMap[]).map(({ ContainerPort }) => String(ContainerPort));
    expect(told.toSorted()).toEqual(open.toSorted());
  });
});

const services = guideTemplates.flatMap((file) =>
  Object.entries(stack(file).resources)
    .filter(([, { Type }]) => Type === 'AWS::ECS::Service')
    .map(([id, { Properties }]) => ({ file, id, service: Properties })),
);

describe.each(services)('$id of $file', ({ id, service }) => {
  it('rolls a failed deployment back', () => {
    expect(service['DeploymentConfiguration']).toMatchObject({
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    });
  });

  it('is listed in Cloud Map when it has addresses of its own', () => {
    const registry = id.replace('Service', 'DiscoveryService');
    const expected = id === 'AgentService' ? undefined : [{ RegistryArn: `<${registry}.Arn>` }];
    expect(service['ServiceRegistries']).toEqual(expected);
  });
});

describe('the names in Cloud Map', () => {
  const listed = (file: string) =>
    Object.values(stack(file).resources)
      .filter(({ Type }) => Type === 'AWS::ServiceDiscovery::Service')
      .map(({ Properties }) => Properties);

  it.each([
    ['otel-tail-sampling.yaml', ['grpc-gateway', 'grpc-sampling']],
    ['otel-complete-cluster.yaml', ['grpc-receiver', 'grpc-gateway', 'grpc-sampling']],
    ['individual-templates/load-balancer-agents.yaml', ['grpc-receiver']],
    ['individual-templates/sampling-agents.yaml', ['grpc-gateway', 'grpc-sampling']],
  ])('of %s are %j', (file, names) => {
    expect(listed(file).map(({ Name }) => Name)).toEqual(names);
    for (const { Name, DnsConfig } of listed(file)) {
      const alias = Name === 'grpc-sampling';
      expect(DnsConfig).toEqual({
        RoutingPolicy: alias ? 'WEIGHTED' : 'MULTIVALUE',
        DnsRecords: [{ Type: alias ? 'CNAME' : 'A', TTL: 10 }],
      });
    }
  });
});

describe.each(['load-balancer-agents.yaml', 'sampling-agents.yaml'])('the security groups of %s', (name) => {
  const file = `individual-templates/${name}`;
  const groups = (more: Record<string, string>) => {
    const rendered = stack(file, more);
    const id = Object.keys(rendered.resources).find((each) => /(?:Receiver|Gateway)Service$/.test(each));
    const groupsOfTasks = at(rendered, `${id}/NetworkConfiguration/AwsvpcConfiguration/SecurityGroups`);
    return [groupsOfTasks, rendered.outputs['SecurityGroupIds']];
  };

  it('are the given one alone without a VPC', () => {
    expect(groups({})).toEqual([['sg-0123456789abcdef0'], 'sg-0123456789abcdef0']);
    expect(Object.keys(stack(file).resources).filter((id) => /Group$/.test(id))).toEqual([
      expect.stringMatching(/LogGroup$/),
    ]);
  });

  it('are the given one and the own one of the stack with it', () => {
    expect(groups({ VpcId: 'vpc-0123456789abcdef0' })).toEqual([
      ['sg-0123456789abcdef0', '<CollectorSecurityGroup.GroupId>'],
      'sg-0123456789abcdef0,<CollectorSecurityGroup.GroupId>',
    ]);
  });
});
