import { describe, expect, it } from '@jest/globals';
import { type Parameter, readTemplate } from '../support/template.ts';

const template = readTemplate('templates/otel-tail-sampling.yaml');
const names = Object.keys(template.parameters);

/** What the published guide passes to `aws cloudformation deploy` for this topology. */
const guide = [
  'ClusterName',
  'VpcId',
  'SubnetIds',
  'SecurityGroupId',
  'CoralogixRegion',
  'CoralogixApiKey',
  'CDOTImageVersion',
  'S3ConfigBucket',
  'AgentS3ConfigKey',
  'SamplingS3ConfigKey',
  'ApplicationName',
  'SubsystemName',
  'SamplingTaskCount',
  'TaskExecutionRoleArn',
];

/** As CloudFormation does: the pattern has to match all of the value. */
function isAllowed(parameter: Parameter | undefined, value: string): boolean {
  if (parameter?.AllowedPattern === undefined) throw new Error('the parameter has no pattern');
  return new RegExp(`^(?:${parameter.AllowedPattern})$`).test(value);
}

describe('parameters of otel-tail-sampling.yaml', () => {
  it('has every parameter of the guide', () => expect(names).toEqual(expect.arrayContaining(guide)));

  it.each(names)('%s is described and, when it has a pattern, explained', (name) => {
    const parameter = template.parameters[name];
    expect(parameter?.Description?.length ?? 0).toBeGreaterThan(30);
    expect(parameter?.AllowedPattern === undefined).toBe(parameter?.ConstraintDescription === undefined);
  });

  it.each(names)('%s allows its own default', (name) => {
    const {
      Default: value,
      AllowedPattern: pattern,
      AllowedValues: values,
    } = template.parameters[name] ?? {};
    if (value === undefined) return;
    if (values) expect(values).toContain(value);
    if (pattern) expect(isAllowed(template.parameters[name], String(value))).toBe(true);
  });

  it('shows every parameter in one group', () => {
    const { ParameterGroups: groups } = template.metadata['AWS::CloudFormation::Interface'] as {
      ParameterGroups: { Parameters: string[] }[];
    };
    expect(groups.flatMap((group) => group.Parameters).toSorted()).toEqual(names.toSorted());
  });

  it('hides the API key', () => expect(template.parameters['CoralogixApiKey']?.NoEcho).toBe(true));

  const secret = 'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:team/key-AbCdEf';
  it.each([
    ['ClusterName', 'app-cluster_1', true],
    ['ClusterName', 'arn:aws:ecs:eu-west-1:123456789012:cluster/app', false],
    ['CoralogixDomain', 'eu2.private.coralogix.com', true],
    ['CoralogixDomain', 'https://eu2.coralogix.com', false],
    ['CoralogixDomain', 'EU2', false],
    ['CoralogixApiKeySecretArn', secret, true],
    ['CoralogixApiKeySecretArn', `${secret}:::0123-version`, true],
    ['CoralogixApiKeySecretArn', `${secret}:json-key::`, true],
    ['CoralogixApiKeySecretArn', 'team/key', false],
    ['CDOTImageVersion', 'v0.5.0', true],
    ['CDOTImageVersion', 'coralogixrepo/coralogix-otel-collector:v0.5.0', false],
    ['Image', '127.0.0.1:5000/otelcol@sha256:0123', true],
    ['Image', 'two words', false],
    ['S3ConfigBucket', 'configs.example-1', true],
    ['S3ConfigBucket', 's3://configs', false],
    ['S3ConfigPrefix', 'team/configs', true],
    ['S3ConfigPrefix', 'configs/', false],
    ['S3ConfigPrefix', 'conf*', false],
    ['AgentS3ConfigKey', 'configs/agent-config.0123456789ab.yaml', true],
    ['AgentS3ConfigKey', '/configs/agent-config.yaml', false],
    ['AgentS3ConfigKey', 'configs/agent config.yaml', false],
    ['TaskExecutionRoleArn', 'arn:aws-cn:iam::123456789012:role/path/name', true],
    ['TaskExecutionRoleArn', 'arn:aws:iam::123456789012:user/name', false],
    ['TaskRoleArn', 'name', false],
    ['NamespaceName', 'otel.internal', true],
    ['NamespaceName', 'cx_otel', false],
  ])('%s: %s is allowed: %s', (name, value, allowed) => {
    expect(isAllowed(template.parameters[name], value)).toBe(allowed);
  });
});
