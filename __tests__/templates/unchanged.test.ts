import { describe, expect, it } from '@jest/globals';
import { type JsonMap, readTemplate, type Template } from '../support/template.ts';

/**
 * Stacks run that were made from this template before it was composed of parts. An update of them with today's must
 * find nothing to change, unless a change is meant: then what changes is named here.
 */
const deployed = readTemplate('__tests__/fixtures/otel-tail-sampling.deployed.yaml');
const shipped = readTemplate('templates/otel-tail-sampling.yaml');
const regions = ['EU1', 'EU2', 'AP1', 'AP2', 'AP3', 'US1', 'US2', 'US3'];

/**
 * Written differently since, so that no branch of an Fn::If fails when it is not taken; the same values come out, as
 * the tests of every region and of a given secret's ARN show.
 */
const rewritten: readonly [before: unknown, now: unknown][] = [
  [
    { 'Fn::FindInMap': ['CoralogixRegions', { Ref: 'CoralogixRegion' }, 'Domain'] },
    { 'Fn::Join': ['', [...regions.map(partOfDomain), '.coralogix.com']] },
  ],
  [
    [0, 1, 2, 3, 4, 5, 6].map((part) => partOfArn(part, { Ref: 'CoralogixApiKeySecretArn' })),
    ['arn', { Ref: 'AWS::Partition' }, 'secretsmanager', guarded(3), guarded(4), 'secret', guarded(6)],
  ],
];

function partOfDomain(region: string): unknown {
  return { 'Fn::If': [`Is${region}`, region.toLowerCase(), ''] };
}

function partOfArn(part: number, arn: unknown): unknown {
  return { 'Fn::Select': [part, { 'Fn::Split': [':', arn] }] };
}

function guarded(part: number): unknown {
  return partOfArn(part, { 'Fn::Sub': `\${CoralogixApiKeySecretArn}::::::` });
}

/** With everything rewritten as it was. */
function asBefore(value: unknown): unknown {
  const text = rewritten.reduce(
    (written, [before, now]) => written.replaceAll(JSON.stringify(now), JSON.stringify(before)),
    JSON.stringify(value),
  );
  return JSON.parse(text);
}

/** Properties that are new or other on purpose, by resource. With the parameters' defaults: what an update changes. */
const meant: Readonly<Record<string, readonly string[]>> = {
  // The same value, by a parameter.
  AgentService: ['DeploymentConfiguration/MinimumHealthyPercent'],
  // Gateways move outside no deployment; nothing is replaced.
  GatewayService: ['AvailabilityZoneRebalancing'],
  // Less than before for discovery, and with S3ConfigKmsKeyArn more for the configurations.
  // The path by which policies know the stack's roles: they are made anew, and with them the tasks.
  TaskRole: ['Path', 'Policies'],
  TaskExecutionRole: ['Path'],
};
const newParameters = ['AgentMinimumHealthyPercent', 'AvailabilityZoneRebalancing', 'S3ConfigKmsKeyArn'];
const newConditions = ['HasConfigKey'];

/** Parameters with a limit that no running stack can be beyond: Cloud Map takes no longer name. */
const limited: Readonly<Record<string, { MaxLength: number }>> = { NamespaceName: { MaxLength: 253 } };

/**
 * What is new in lists. Every collector is told its region: before, on instances with an ECS agent older than 1.104.0,
 * agents looked for their gateways in us-east-1. Agents and gateways are rolled once for it.
 */
const newItems = [{ Name: 'AWS_REGION', Value: { Ref: 'AWS::Region' } }].map((item) => JSON.stringify(item));

/** Without the texts for people, which no stack is made of. */
function parametersOf({ parameters }: Template): JsonMap {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { Description: _, ConstraintDescription: __, ...rest }]) => [
      name,
      { ...rest, ...limited[name] },
    ]),
  );
}

function without(names: readonly string[], values: JsonMap): JsonMap {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}

/** A resource without the properties that differ on purpose. */
function comparable({ resources }: Template, id: string): unknown {
  const copy = structuredClone(resources[id]);
  for (const path of meant[id] ?? []) {
    const [last = '', ...parents] = path.split('/').toReversed();
    const parent = parents
      .toReversed()
      .reduce((value, name) => value[name] as JsonMap, copy?.Properties as JsonMap);
    delete parent[last];
  }
  return JSON.parse(JSON.stringify(copy), (_key, value) =>
    Array.isArray(value) ? value.filter((item) => !newItems.includes(JSON.stringify(item))) : value,
  );
}

describe('a stack of the otel-tail-sampling.yaml of before', () => {
  it('has the same parameters, and new ones only with a default', () => {
    const now = parametersOf(shipped);
    expect(without(newParameters, now)).toEqual(parametersOf(deployed));
    for (const name of newParameters) expect(now[name]).toHaveProperty('Default');
  });

  it.each(Object.keys(deployed.resources))('keeps %s as it is, but for what is meant', (id) => {
    expect(asBefore(comparable(shipped, id))).toEqual(comparable(deployed, id));
  });

  it.each(Object.keys(meant))('has in %s each change that is meant', (id) => {
    expect(shipped.resources[id]).not.toEqual(deployed.resources[id]);
  });

  it('gets no resource that it had not', () => {
    expect(Object.keys(shipped.resources).toSorted()).toEqual(Object.keys(deployed.resources).toSorted());
  });

  it.each(['rules', 'outputs'] as const)('has the same %s', (section) => {
    expect(shipped[section]).toEqual(deployed[section]);
  });

  it('has the same conditions, and one for each region in the place of a mapping', () => {
    const ofRegions = regions.map((region) => [
      `Is${region}`,
      { 'Fn::Equals': [{ Ref: 'CoralogixRegion' }, region] },
    ]);
    const now = without(newConditions, shipped.conditions as JsonMap);
    expect(now).toEqual({ ...deployed.conditions, ...Object.fromEntries(ofRegions) });
    expect(shipped.mappings).toEqual({});
  });
});
