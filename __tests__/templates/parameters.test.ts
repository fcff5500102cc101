import { describe, expect, it } from '@jest/globals';
import { allTemplates } from '../support/guide-commands.ts';
import { isAllowed } from '../support/parameter-values.ts';
import { shipped } from '../support/rendered.ts';
import type { Parameter } from '../support/template.ts';

const targetGroup = (partition: string) =>
  `arn:${partition}:elasticloadbalancing:us-gov-west-1:123456789012:targetgroup/otel-Netwo-A1/0123456789abcdef`;

/** A parameter as the first template that has it declares it; another test holds the others to it. */
function declaration(name: string): Parameter {
  const found = allTemplates.map((file) => shipped(file).parameters[name]).find(Boolean);
  if (!found) throw new Error(`no template has ${name}`);
  return found;
}

describe.each(allTemplates)('the parameters of %s', (file) => {
  const { parameters, metadata } = shipped(file);

  it.each(Object.entries(parameters))(
    '%s is described and, when it has a pattern, explained',
    (_, parameter) => {
      const { Description, AllowedPattern, ConstraintDescription } = parameter;
      expect(Description?.length ?? 0).toBeGreaterThan(30);
      expect(AllowedPattern === undefined).toBe(ConstraintDescription === undefined);
    },
  );

  it.each(Object.entries(parameters))('%s allows its own default', (_, parameter) => {
    if (parameter.Default !== undefined) expect(isAllowed(parameter, String(parameter.Default))).toBe(true);
  });

  it('are each shown in one group', () => {
    const { ParameterGroups: groups } = metadata['AWS::CloudFormation::Interface'] as {
      ParameterGroups: { Parameters: string[] }[];
    };
    const shown = groups.flatMap((group) => group.Parameters);
    expect(shown.toSorted()).toEqual(Object.keys(parameters).toSorted());
  });

  it('hide the API key', () => {
    const { CoralogixApiKey: key } = parameters;
    if (key) expect(key.NoEcho).toBe(true);
  });
});

describe('a parameter of several templates', () => {
  /** An optional VPC cannot be of the VPC's type, and the smaller templates start with one gateway. */
  const differ = ['VpcId', 'SamplingTaskCount', 'GatewayTaskCount'];
  const names = new Set(allTemplates.flatMap((file) => Object.keys(shipped(file).parameters)));

  it.each([...names].filter((name) => !differ.includes(name)))(
    '%s takes the same values everywhere',
    (name) => {
      const rules = allTemplates
        .flatMap((file) => shipped(file).parameters[name] ?? [])
        .map(({ Type, Default, AllowedPattern, AllowedValues, MinValue, MaxValue }) => ({
          ...{ Type, Default, AllowedPattern, AllowedValues, MinValue, MaxValue },
        }));
      for (const each of rules) expect(each).toEqual(rules[0]);
    },
  );
});

const secret = 'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:team/key-AbCdEf';

describe('the parameters', () => {
  it.each([
    ['ClusterName', 'app-cluster_1', true],
    ['ClusterName', 'arn:aws:ecs:eu-west-1:123456789012:cluster/app', false],
    ['CoralogixDomain', 'private.eu2.coralogix.com', true],
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
    ['NamespaceId', 'ns-0123456789abcdef', true],
    ['NamespaceId', 'cx-otel', false],
    ['NamespaceId', 'arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-01', false],
    ['ECSAMI', 'ami-0123456789abcdef0', true],
    ['ECSAMI', 'resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id', true],
    ['ECSAMI', 'amazon-linux-2023', false],
    ['InstanceType', 'u-12tb1.112xlarge', true],
    ['InstanceType', 'large', false],
    ['ReceiverTargetGroupArn', targetGroup('aws-us-gov'), true],
    ['ReceiverTargetGroupArn', 'otel-receivers', false],
    ['CertificateArn', 'arn:aws-cn:acm:cn-north-1:123456789012:certificate/0123', true],
    ['CertificateArn', 'arn:aws-cn:iam::123456789012:server-certificate/otlp', true],
    ['CertificateArn', 'otlp.example.com', false],
    ['SenderVpcRegion', 'us-gov-west-1', true],
    ['SenderVpcRegion', 'Ireland', false],
    ['RouteTableIds', 'rtb-0123456789abcdef0', true],
    ['RouteTableIds', 'main', false],
  ])('%s: %s is allowed: %s', (name, value, allowed) => {
    expect(isAllowed(declaration(name), value)).toBe(allowed);
  });
});
