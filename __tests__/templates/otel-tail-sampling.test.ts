import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { durationSeconds, readCollectorConfig, valueAt } from '../../src/collector/model.ts';
import { decisionWaitSeconds } from '../../src/collector/timing.ts';
import { type JsonMap, readTemplate } from '../support/template.ts';

const template = readTemplate('templates/otel-tail-sampling.yaml');
const config = (name: string) => readCollectorConfig(name, readFileSync(`configs/${name}`, 'utf8'));
const agentConfig = config('agent-config.yaml');
const samplingConfig = config('sampling-config.yaml');

type Container = JsonMap & {
  Environment: { Name: string }[];
  Secrets: { Name: string }[];
  LogConfiguration: { LogDriver: string; Options: JsonMap };
  StopTimeout: JsonMap;
};

function containerOf(taskDefinition: string): Container {
  const containers = template.resources[taskDefinition]?.Properties['ContainerDefinitions'];
  if (!Array.isArray(containers) || containers.length !== 1)
    throw new Error(`no container in ${taskDefinition}`);
  return containers[0] as Container;
}

const collectors = [
  { role: 'agent', taskDefinition: 'AgentTaskDefinition', file: 'agent-config.yaml' },
  { role: 'gateway', taskDefinition: 'GatewayTaskDefinition', file: 'sampling-config.yaml' },
];

describe('otel-tail-sampling.yaml', () => {
  it('fits into a request, without a detour over S3', () => {
    expect(Buffer.byteLength(template.text)).toBeLessThan(51_200);
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
  it('uses no YAML that CloudFormation does not read: anchors, aliases, merges', () => {
    expect(template.text).not.toMatch(/(?:: |- )[&*][A-Za-z]|<<:/);
  });

  it('names no partition, region or domain of AWS in its resources', () => {
    const resources = JSON.stringify([template.resources, template.outputs]);
    expect(resources).not.toMatch(/arn:aws\b/);
    expect(resources).not.toMatch(/\b(?:us|eu|ap|cn)-[a-z]+-\d/);
    expect(resources.replaceAll('ecs-tasks.amazonaws.com', '')).not.toContain('amazonaws');
  });

  it('gives nothing a name that a second stack would need as well', () => {
    const named = ['RoleName', 'Name', 'LogGroupName', 'Family', 'ServiceName', 'GroupName'];
    const fixed = Object.entries(template.resources)
      .filter(([, { Type }]) => Type !== 'AWS::ServiceDiscovery::Service')
      .flatMap(([id, { Properties }]) => named.map((name) => [id, Properties[name]] as const))
      .filter(([, value]) => typeof value === 'string');
    expect(fixed).toEqual([]);
  });

  it('has the outputs that the steps read', () => {
    const outputs = [
      'ClusterName',
      'NamespaceName',
      'NamespaceId',
      'AgentServiceName',
      'GatewayServiceName',
      'GatewayDiscoveryServiceId',
      'GatewayDiscoveryServiceName',
      'AgentLogGroup',
      'GatewayLogGroup',
      'TaskExecutionRoleArn',
      'AgentGrpcPort',
      'SecurityGroupIds',
    ];
    expect(Object.keys(template.outputs).toSorted()).toEqual(outputs.toSorted());
  });

  it.each(collectors)(
    'runs the $role unprivileged, on a file system it cannot write',
    ({ taskDefinition }) => {
      expect(containerOf(taskDefinition)).toMatchObject({
        Name: 'otel-collector',
        ReadonlyRootFilesystem: true,
        LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
      });
      expect(containerOf(taskDefinition)).not.toHaveProperty('Privileged');
    },
  );

  it.each(collectors)('keeps the API key of the $role out of its environment', ({ taskDefinition }) => {
    const container = containerOf(taskDefinition);
    expect(container.Secrets.map(({ Name }) => Name)).toEqual(['CORALOGIX_PRIVATE_KEY']);
    expect(JSON.stringify(container)).not.toContain('"CoralogixApiKey"');
  });

  it.each(collectors)(
    'sets every variable that the config of the $role reads',
    ({ taskDefinition, file }) => {
      const read = [...readFileSync(`configs/${file}`, 'utf8').matchAll(/\$\{env:(\w+)/g)].map(
        ([, name]) => name,
      );
      const { Environment, Secrets } = containerOf(taskDefinition);
      expect([...Environment, ...Secrets].map(({ Name }) => Name)).toEqual(expect.arrayContaining(read));
    },
  );

  it.each(collectors)('does not let CloudWatch stall the $role', ({ taskDefinition }) => {
    const { LogDriver, Options } = containerOf(taskDefinition).LogConfiguration;
    expect(LogDriver).toBe('awslogs');
    expect(Options).toMatchObject({
      mode: 'non-blocking',
      'max-buffer-size': '25m',
      'awslogs-stream-prefix': 'ecs',
    });
  });

  it('rolls a failed deployment of either service back', () => {
    const breakers = template
      .ofType('AWS::ECS::Service')
      .map(([, service]) => valueAt(service, 'DeploymentConfiguration', 'DeploymentCircuitBreaker'));
    expect(breakers).toEqual([
      { Enable: true, Rollback: true },
      { Enable: true, Rollback: true },
    ]);
  });

  it('stops the old agent of an instance before it starts the new one, which needs the same ports', () => {
    expect(template.resources['AgentService']?.Properties).toMatchObject({
      SchedulingStrategy: 'DAEMON',
      DeploymentConfiguration: { MinimumHealthyPercent: 0, MaximumPercent: 100 },
    });
  });

  it('gives a gateway the time to decide and export what it holds', () => {
    const interval = valueAt(agentConfig.exporters, 'loadbalancing', 'resolver', 'aws_cloud_map', 'interval');
    const exportTimeout = valueAt(samplingConfig.exporters, 'coralogix', 'timeout');
    const needed = [interval, exportTimeout].reduce<number>(
      (sum, value) => sum + (durationSeconds(value) ?? Number.NaN),
      decisionWaitSeconds(samplingConfig),
    );
    expect(containerOf('GatewayTaskDefinition').StopTimeout).toEqual({ Ref: 'GatewayStopTimeout' });
    expect(Number(template.parameters['GatewayStopTimeout']?.Default)).toBeGreaterThanOrEqual(needed);
  });

  it('registers the gateways under the name that agents resolve, and the alias without a health check', () => {
    const services = Object.fromEntries(
      template.ofType('AWS::ServiceDiscovery::Service').map(([, service]) => [service['Name'], service]),
    );
    const resolved = valueAt(
      agentConfig.exporters,
      'loadbalancing',
      'resolver',
      'aws_cloud_map',
      'service_name',
    );
    expect(Object.keys(services)).toEqual([resolved, 'grpc-sampling']);
    expect(services['grpc-gateway']?.['DnsConfig']).toEqual({
      RoutingPolicy: 'MULTIVALUE',
      DnsRecords: [{ Type: 'A', TTL: 10 }],
    });
    expect(services['grpc-sampling']?.['DnsConfig']).toMatchObject({ RoutingPolicy: 'WEIGHTED' });
    expect(services['grpc-sampling']).not.toHaveProperty('HealthCheckCustomConfig');
  });

  it('opens the gateways to the given group and to its own, and changes no rule of the given one', () => {
    const own = { 'Fn::GetAtt': 'CollectorSecurityGroup.GroupId' };
    const range = (rule: JsonMap) => `${String(rule['FromPort'])}-${String(rule['ToPort'])}`;
    const fromGiven = template.resources['CollectorSecurityGroup']?.Properties[
      'SecurityGroupIngress'
    ] as JsonMap[];
    const fromOwn = template.ofType('AWS::EC2::SecurityGroupIngress').map(([, rule]) => rule);
    const ports = ['4317-4318', '8888-8888', '13133-13133'];
    expect(fromGiven.map(range)).toEqual(ports);
    expect(fromOwn.map(range)).toEqual(ports);
    expect(
      fromGiven.every((rule) => valueAt(rule, 'SourceSecurityGroupId', 'Ref') === 'SecurityGroupId'),
    ).toBe(true);
    for (const rule of fromOwn) expect(rule).toMatchObject({ GroupId: own, SourceSecurityGroupId: own });
  });
});
