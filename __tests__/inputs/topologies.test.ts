import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { readSettings } from '../../src/inputs/read.ts';
import type { Settings } from '../../src/inputs/settings.ts';
import { isKitError } from '../../src/kit/errors.ts';

const kitRoot = path.resolve(import.meta.dirname, '../..');
const components = [
  { component: 'namespace', 'stack-name': 'otel-cloudmap', parameters: { VpcId: 'vpc-1' } },
  { component: 'agent', 'stack-name': 'otel-daemon' },
  { component: 'receiver', 'stack-name': 'otel-receiver', parameters: { ReceiverTaskCount: 3 } },
  { component: 'gateway', 'stack-name': 'otel-gateway', parameters: { Subnets: ['subnet-1', 'subnet-2'] } },
];
const individual = {
  ...{ topology: 'individual', region: 'eu-west-1', 's3-config-bucket': 'configs' },
  parameters: { ClusterName: 'apps', CoralogixRegion: 'EU2' },
  cohorts: { normal: '25%' },
  components,
};

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'topologies-'));
});
afterEach(() => rmSync(workspace, { recursive: true }));

function read(file: object, inputs: NodeJS.ProcessEnv = {}): Settings {
  writeFileSync(path.join(workspace, 'staging.yaml'), stringify(file));
  const environment = { 'INPUT_ENVIRONMENT-FILE': 'staging.yaml', ...inputs };
  return readSettings({ environment, workspace, kitRoot, mask: () => {} });
}

function faultsOf(file: object, inputs: NodeJS.ProcessEnv = {}): string {
  try {
    read(file, inputs);
  } catch (error) {
    if (isKitError(error, 'invalid-input')) return error.message;
    throw error;
  }
  return '';
}

const stackOf = ({ stacks }: Settings, component: string) =>
  stacks.find((each) => each.component === component);

describe('a central cluster', () => {
  const central = { topology: 'central-cluster', 'stack-name': 'otel', 's3-config-bucket': 'configs' };
  const file = { ...central, region: 'eu-west-1', cohorts: { normal: '25%' } };

  test('is one stack of receivers and gateways, which is sent to through the receivers', () => {
    const settings = read(file);
    const [stack] = settings.stacks;
    expect(stack?.template.path).toBe('kit:templates/otel-complete-cluster.yaml');
    expect(stack?.configs.map(({ role, parameter, path: from }) => [role, parameter, from])).toEqual([
      ['receiver', 'ReceiverS3ConfigKey', 'kit:configs/receiver-config.yaml'],
      ['gateway', 'GatewayS3ConfigKey', 'kit:configs/gateway-config.yaml'],
    ]);
    expect(settings.verify.endpoint).toBe('receivers');
  });

  test.each([
    ['grpc-receiver', 'receivers'],
    ['grpc-gateway', 'grpc-gateway'],
    ['10.0.0.1:4317', '10.0.0.1:4317'],
  ])('can be sent to at %s', (endpoint, expected) => {
    expect(read({ ...file, endpoint }).verify.endpoint).toBe(expected);
  });

  test('has no agents to send to', () => {
    expect(faultsOf({ ...file, endpoint: 'agents' })).toContain("endpoint: got 'agents'");
  });

  test('has receivers to scale', () => {
    const scale = { INPUT_STEPS: 'scale', INPUT_ROLE: 'receiver', INPUT_COUNT: '4' };
    expect(read(file, scale).scale).toMatchObject({ role: 'receiver', count: 4 });
  });

  test('is no list of components', () => {
    expect(faultsOf({ ...file, components })).toContain('components: topology central-cluster is one stack');
  });
});

describe('individual components', () => {
  test('are stacks in the order of the file, each with its template, config and parameters', () => {
    const settings = read(individual);
    expect(settings.stacks.map(({ stackName, template }) => [stackName, template.path])).toEqual([
      ['otel-cloudmap', 'kit:templates/individual-templates/cloudmap-namespace.yaml'],
      ['otel-daemon', 'kit:templates/individual-templates/otel-daemon-template.yaml'],
      ['otel-receiver', 'kit:templates/individual-templates/load-balancer-agents.yaml'],
      ['otel-gateway', 'kit:templates/individual-templates/sampling-agents.yaml'],
    ]);
    expect(settings.stacks.flatMap(({ configs }) => configs.map((each) => each.parameter))).toEqual([
      'S3ConfigKey',
      'ReceiverS3ConfigKey',
      'GatewayS3ConfigKey',
    ]);
    expect(settings.verify.endpoint).toBe('agents');
  });

  test('get the common parameters that their templates have, under the names that these have', () => {
    const settings = read({
      ...individual,
      parameters: { ...individual.parameters, SubnetIds: 'subnet-9', SamplingTaskCount: 2 },
    });
    expect(stackOf(settings, 'namespace')?.parameters).toEqual({ VpcId: 'vpc-1' });
    expect(stackOf(settings, 'agent')?.parameters).toEqual(individual.parameters);
    expect(stackOf(settings, 'receiver')?.parameters).toMatchObject({
      ...{ ClusterName: 'apps', SubnetIds: 'subnet-9', ReceiverTaskCount: '3' },
    });
    expect(Object.values(stackOf(settings, 'gateway')?.parameters ?? {}).sort()).toEqual(
      ['apps', 'EU2', '2', 'subnet-1,subnet-2'].sort(),
    );
  });

  test('get what the input gives before what the file says of them', () => {
    const settings = read(individual, { INPUT_PARAMETERS: '{ReceiverTaskCount: 5}' });
    expect(stackOf(settings, 'receiver')?.parameters).toMatchObject({ ReceiverTaskCount: '5' });
  });

  test('take a config of their own, from the component or from the common map', () => {
    writeFileSync(path.join(workspace, 'one.yaml'), 'receivers: {}\n');
    writeFileSync(path.join(workspace, 'two.yaml'), 'receivers: {}\n');
    const [namespace, agent, ...others] = components;
    const settings = read({
      ...individual,
      configs: { sampler: 'two.yaml' },
      components: [namespace, { ...agent, config: 'one.yaml' }, ...others],
    });
    expect(settings.stacks.flatMap(({ configs }) => configs.map((each) => each.path))).toEqual([
      'one.yaml',
      'kit:configs/receiver-config.yaml',
      'two.yaml',
    ]);
  });

  test('keep the leading zero of a value', () => {
    const [namespace] = components;
    const file = { ...individual, components: [{ ...namespace, parameters: { NamespaceName: '010' } }] };
    expect(stackOf(read(file, { INPUT_STEPS: 'deploy' }), 'namespace')?.parameters).toEqual({
      NamespaceName: '010',
    });
  });

  test.each([['receiver'], ['namespace']])('can be deployed one alone: %s', (component) => {
    const own = components.filter((each) => each.component === component);
    expect(read({ ...individual, components: own }, { INPUT_STEPS: 'deploy' }).stacks).toHaveLength(1);
  });

  test.each<[string, object, string]>([
    ['no components', { components: undefined }, 'components: is required by topology individual'],
    ['an empty list', { components: [] }, 'staging.yaml:'],
    ['a stack of its own', { 'stack-name': 'otel' }, 'stack-name: topology individual has a stack for each'],
    [
      'a component twice',
      { components: [...components, { component: 'agent', 'stack-name': 'other' }] },
      'components.4.component: agent is there twice',
    ],
    [
      'a stack twice',
      { components: [components[0], { component: 'agent', 'stack-name': 'otel-cloudmap' }] },
      'components.1.stack-name: otel-cloudmap is there twice',
    ],
    [
      'the namespace after those that take its outputs',
      { components: [...components.slice(1), components[0]] },
      'components.3: namespace comes after others',
    ],
    [
      'a field that does not exist',
      { components: [{ ...components[0], stackname: 'x' }] },
      "unknown field 'stackname' – did you mean 'stack-name'?",
    ],
    [
      'a component that does not exist',
      { components: [...components.slice(1), { component: 'agents', 'stack-name': 'x' }] },
      'components.3.component',
    ],
    [
      'a config for the namespace',
      { components: [{ ...components[0], config: 'x.yaml' }, ...components.slice(1)] },
      'components.0.config: a namespace runs no collector',
    ],
    [
      'a parameter that no component has',
      { parameters: { ClusterNam: 'x' } },
      "parameter ClusterNam: no component's template has such a parameter – did you mean 'ClusterName'?",
    ],
    [
      'a parameter that its component does not have',
      { components: [{ ...components[0], parameters: { Memory: 1 } }, ...components.slice(1)] },
      'parameter Memory: the template has no such parameter',
    ],
    [
      'a bad stack name',
      { components: [{ component: 'namespace', 'stack-name': '9' }] },
      "stack-name: got '9'",
    ],
    [
      'no gateway to verify',
      { components: components.slice(0, 3) },
      'components: verify needs the gateway, which has the counts',
    ],
  ])('are refused with %s', (_name, change, fault) => {
    expect(faultsOf({ ...individual, ...change })).toContain(fault);
  });
});

describe('names of parameters that mean the same', () => {
  const tail = { 'stack-name': 'otel', 's3-config-bucket': 'configs', region: 'eu-west-1' };
  const deploy = { INPUT_STEPS: 'deploy' };

  test.each([
    [
      'tail-sampling',
      { GatewayTaskCount: 2, Subnets: 'subnet-1' },
      { SamplingTaskCount: '2', SubnetIds: 'subnet-1' },
    ],
    ['central-cluster', { SamplingTaskCount: 2 }, { GatewayTaskCount: '2' }],
  ])('are taken in %s', (topology, given, expected) => {
    expect(read({ ...tail, topology, parameters: given }, deploy).stacks[0]?.parameters).toEqual(expected);
  });

  test('may be given both with one value', () => {
    const parameters = { GatewayTaskCount: 2, SamplingTaskCount: 2 };
    expect(read({ ...tail, parameters }, deploy).stacks[0]?.parameters).toEqual({ SamplingTaskCount: '2' });
  });

  test('must not be given both with different values', () => {
    const parameters = { GatewayTaskCount: 2, SamplingTaskCount: 3 };
    expect(faultsOf({ ...tail, parameters }, deploy)).toContain(
      "parameter SamplingTaskCount: given twice, as '2' and '3': SamplingTaskCount and GatewayTaskCount are the same",
    );
  });

  test('are the kit’s to set where they name a config', () => {
    expect(faultsOf({ ...tail, parameters: { GatewayS3ConfigKey: 'mine.yaml' } }, deploy)).toContain(
      'parameter SamplingS3ConfigKey: is set by the kit',
    );
  });
});

describe('a template of somebody else', () => {
  const tail = { 'stack-name': 'otel', 's3-config-bucket': 'configs', region: 'eu-west-1' };
  const deploy = { INPUT_STEPS: 'deploy' };
  const of = (...names: string[]) => {
    const template = { Parameters: Object.fromEntries(names.map((name) => [name, { Type: 'String' }])) };
    writeFileSync(path.join(workspace, 'theirs.yaml'), stringify(template));
    return { ...tail, template: 'theirs.yaml' };
  };

  test.each([
    ['tail-sampling', ['AgentS3ConfigKey', 'GatewayS3ConfigKey']],
    ['tail-sampling', ['AgentS3ConfigKey', 'SamplingS3ConfigKey']],
    ['central-cluster', ['ReceiverS3ConfigKey', 'SamplingS3ConfigKey']],
  ])('in %s has its configs put into %j', (topology, names) => {
    const [stack] = read({ ...of('S3ConfigBucket', ...names), topology }, deploy).stacks;
    expect(stack?.configs.map(({ parameter }) => parameter)).toEqual(names);
  });

  test('that takes a config of no role is refused with one fault beside all others', () => {
    const file = { ...of('S3ConfigBucket', 'AgentS3ConfigKey', 'CollectorS3ConfigKey'), region: 'Ireland' };
    const faults = faultsOf(file, deploy);
    expect(faults).toContain('2 faults in the inputs');
    expect(faults).toContain(
      'theirs.yaml, parameter CollectorS3ConfigKey: takes a config that the kit has no role for; accepted: SamplingS3ConfigKey or GatewayS3ConfigKey for the gateway',
    );
    expect(faults).toContain("region: got 'Ireland'");
  });

  test('that takes no config of a role, or no bucket, would run other configs than the release’s', () => {
    const faults = faultsOf(of('AgentS3ConfigKey'), deploy);
    expect(faults).toContain("theirs.yaml: no parameter takes the key of the gateway's config");
    expect(faults).toContain('theirs.yaml: no parameter takes the bucket of the configs');
  });

  test('is no concern of a step that does not deploy it', () => {
    const file = { ...of('AgentS3ConfigKey'), cohorts: { normal: '25%' } };
    expect(read(file, { INPUT_STEPS: 'verify' }).stacks).toHaveLength(1);
  });

  test('has a number of tasks under either name, or one that only the stack knows', () => {
    const scale = { INPUT_STEPS: 'scale', INPUT_COUNT: '4' };
    expect(read(of('GatewayTaskCount'), scale).scale).toMatchObject({ role: 'gateway', count: 4 });
    expect(read(of('DesiredCapacity'), scale).scale).toMatchObject({ role: 'gateway', count: 4 });
  });
});

describe('the environment file of the examples', () => {
  const files = readdirSync('environments').filter((file) => file.endsWith('.yaml'));

  test('is there for each topology', () => {
    const topologies = files.map(
      (file) => /^topology: (.*)$/m.exec(readFileSync(`environments/${file}`, 'utf8'))?.[1],
    );
    expect(topologies.sort()).toEqual(['central-cluster', 'individual', 'tail-sampling']);
  });

  test.each(files)('%s holds what the steps accept', (file) => {
    const environment = { 'INPUT_ENVIRONMENT-FILE': `environments/${file}` };
    const settings = readSettings({ environment, workspace: kitRoot, kitRoot, mask: () => {} });
    expect(settings.stacks.length).toBeGreaterThan(0);
  });
});
