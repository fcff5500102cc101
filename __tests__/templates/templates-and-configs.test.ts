import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { durationSeconds, readCollectorConfig, valueAt } from '../../src/collector/model.ts';
import { decisionWaitSeconds } from '../../src/collector/timing.ts';
import { at, stack } from '../support/rendered.ts';
import type { JsonMap } from '../support/template.ts';

const config = (name: string) => readCollectorConfig(name, readFileSync(`configs/${name}`, 'utf8'));

/** Who routes traces to the gateways of a template, in its own stack or in the one that goes with it. */
const topologies = [
  { file: 'otel-tail-sampling.yaml', router: 'agent-config.yaml', gateway: 'sampling-config.yaml' },
  { file: 'otel-complete-cluster.yaml', router: 'receiver-config.yaml', gateway: 'gateway-config.yaml' },
  {
    file: 'otel-complete-cluster.yaml',
    router: 'receiver-config-with-span-metrics.yaml',
    gateway: 'gateway-config.yaml',
  },
  {
    file: 'otel-complete-cluster.yaml',
    router: 'receiver-config.yaml',
    gateway: 'gateway-config-with-span-metrics.yaml',
  },
  {
    file: 'individual-templates/sampling-agents.yaml',
    router: 'receiver-config-with-span-metrics.yaml',
    gateway: 'gateway-config.yaml',
  },
];

describe.each(topologies)('$file with $router and $gateway', ({ file, router, gateway }) => {
  const resolver = (key: string) =>
    valueAt(config(router).exporters, 'loadbalancing', 'resolver', 'aws_cloud_map', key);

  it('gives a gateway the time to decide and export what it holds', () => {
    const exportTimeout = valueAt(config(gateway).exporters, 'coralogix', 'timeout');
    const needed = [resolver('interval'), exportTimeout].reduce<number>(
      (sum, value) => sum + (durationSeconds(value) ?? Number.NaN),
      decisionWaitSeconds(config(gateway)),
    );
    const stopTimeout = at(
      stack(file),
      'GatewayTaskDefinition/ContainerDefinitions/otel-collector/StopTimeout',
    );
    expect(Number(stopTimeout)).toBeGreaterThanOrEqual(needed);
  });

  it('lists the gateways under the name that is looked up, where ECS says who is well', () => {
    const { GatewayDiscoveryService: service } = stack(file).resources;
    expect(service?.Properties).toMatchObject({
      Name: resolver('service_name'),
      HealthCheckCustomConfig: { FailureThreshold: 1 },
    });
  });

  // https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateService.html
  it('has an alias without a health check, which a CNAME cannot have', () => {
    const { GatewayAliasService: alias } = stack(file).resources;
    expect(alias?.Properties).not.toHaveProperty('HealthCheckCustomConfig');
    expect(at(stack(file), 'GatewayAliasInstance/InstanceAttributes')).toEqual({
      AWS_INSTANCE_CNAME: 'grpc-gateway.cx-otel',
    });
  });
});

it.each(['otel-tail-sampling.yaml', 'individual-templates/otel-daemon-template.yaml'])(
  '%s stops the old agent of an instance before it starts the new one, which needs the same ports',
  (file) => {
    expect(stack(file).resources['AgentService']?.Properties).toMatchObject({
      SchedulingStrategy: 'DAEMON',
      DeploymentConfiguration: { MinimumHealthyPercent: '0', MaximumPercent: 100 },
    });
  },
);

it.each(['otel-tail-sampling.yaml', 'individual-templates/otel-daemon-template.yaml'])(
  '%s keeps the share of its agents running that it is told to',
  (file) => {
    const { resources } = stack(file, { AgentMinimumHealthyPercent: '50' });
    expect(resources['AgentService']?.Properties).toMatchObject({
      DeploymentConfiguration: { MinimumHealthyPercent: '50', MaximumPercent: 100 },
    });
  },
);

// ECS moves tasks of a new service outside any deployment unless it is told not to (botocore: CreateServiceRequest).
it.each(
  ['otel-tail-sampling', 'otel-complete-cluster', 'individual-templates/load-balancer-agents'].concat(
    'individual-templates/sampling-agents',
  ),
)('%s.yaml leaves receivers and gateways where they are unless the user asks for it', (name) => {
  const rebalancing = (more: Record<string, string>) =>
    Object.values(stack(`${name}.yaml`, more).resources)
      .filter(({ Type, Properties }) => Type === 'AWS::ECS::Service' && Properties['DesiredCount'])
      .map(({ Properties }) => Properties['AvailabilityZoneRebalancing']);
  expect(new Set(rebalancing({}))).toEqual(new Set(['DISABLED']));
  expect(new Set(rebalancing({ AvailabilityZoneRebalancing: 'ENABLED' }))).toEqual(new Set(['ENABLED']));
});

it.each(['otel-tail-sampling.yaml', 'individual-templates/otel-daemon-template.yaml'])(
  '%s does not ask for rebalancing of agents, which ECS refuses for daemons',
  (file) => {
    expect(stack(file).resources['AgentService']?.Properties).not.toHaveProperty(
      'AvailabilityZoneRebalancing',
    );
  },
);

it('the agents of the daemon send to a name that the receivers have', () => {
  const { ReceiverDiscoveryService: receivers } = stack(
    'individual-templates/load-balancer-agents.yaml',
  ).resources;
  expect(JSON.stringify(config('agent-config-to-receiver.yaml').exporters)).toContain(
    `${String(receivers?.Properties['Name'])}.`,
  );
});

const withOwnGroup = [
  ['otel-tail-sampling.yaml', {}],
  ['otel-complete-cluster.yaml', {}],
  ['individual-templates/load-balancer-agents.yaml', { VpcId: 'vpc-0123456789abcdef0' }],
  ['individual-templates/sampling-agents.yaml', { VpcId: 'vpc-0123456789abcdef0' }],
] as const;

it.each(withOwnGroup)(
  '%s opens its tasks to the given group and to its own, and changes no rule of the given one',
  (file, more) => {
    const rendered = stack(file, more);
    const own = '<CollectorSecurityGroup.GroupId>';
    const range = (rule: JsonMap) => `${String(rule['FromPort'])}-${String(rule['ToPort'])}`;
    const fromGiven = at(rendered, 'CollectorSecurityGroup/SecurityGroupIngress') as JsonMap[];
    const fromOwn = Object.values(rendered.resources)
      .filter(({ Type }) => Type === 'AWS::EC2::SecurityGroupIngress')
      .map(({ Properties }) => Properties);
    const ports = ['4317-4318', '8888-8888', '13133-13133'];
    expect(fromGiven.map(range)).toEqual(ports);
    expect(fromOwn.map(range)).toEqual(ports);
    for (const rule of fromGiven)
      expect(rule).toMatchObject({ SourceSecurityGroupId: 'sg-0123456789abcdef0' });
    for (const rule of fromOwn) expect(rule).toMatchObject({ GroupId: own, SourceSecurityGroupId: own });
  },
);
