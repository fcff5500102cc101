import { describe, expect, it } from '@jest/globals';
import { policies } from '../../scripts/docs/policies.ts';
import { printedPolicies } from '../../scripts/docs/printed-policies.ts';
import { templateRights } from '../../scripts/docs/template-rights.ts';
import { systemTags } from '../../scripts/rights/data.ts';
import { overlap } from '../../scripts/rights/glob.ts';
import { policyOf } from '../../src/aws/policy.ts';
import { guideTemplates } from '../support/guide-commands.ts';
import { stack } from '../support/rendered.ts';

/** As long as CloudFormation takes one: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html */
const STACK = 'tail-sampling-of-everything-'.repeat(5).slice(0, 128);
const place = { PARTITION: 'aws', REGION: 'eu-west-1', ACCOUNT: '123456789012', STACK, CLUSTER: 'c' };

const allowed = (name: string, action: string) =>
  printedPolicies([name], { ...place, BUCKET: 'b', PREFIX: 'p' })
    .flatMap(({ Statement }) => Statement)
    .filter(({ Action }) => Action.includes(action))
    .map(({ Resource }) => Resource);

const allows = (name: string, action: string, arn: string) =>
  allowed(name, action).some((pattern) => overlap(pattern, arn));

describe('a long stack name', () => {
  const made = guideTemplates.flatMap((file) =>
    Object.entries(stack(file).resources)
      .filter(([, { Type }]) => Type === 'AWS::IAM::Role' || Type === 'AWS::IAM::InstanceProfile')
      .map(([id, { Type, Properties }]) => ({ file, id, type: Type, path: String(Properties['Path']) })),
  );

  it.each(made)('leaves $id of $file to the policies, whatever becomes of its name', ({ id, type, path }) => {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html: 64 characters.
    const physical = `${STACK.slice(0, 20)}-${id}-1ABCDEFGHIJKL`.slice(0, 64);
    const tail = `${path.replace(/tail-sampling\/[^/]+/, `tail-sampling/${STACK}`)}${physical}`;
    const arn = (kind: string) => `arn:aws:iam::123456789012:${kind}${tail}`;
    const isRole = type === 'AWS::IAM::Role';
    const right = isRole
      ? allows('template-policy', 'iam:CreateRole', arn('role'))
      : allows('instances-policy', 'iam:CreateInstanceProfile', arn('instance-profile'));
    expect(right).toBe(true);
  });

  it.each(['verify-policy', 'template-policy'])('leaves the execution role to be handed on: %s', (name) => {
    const role = `ecs-tail-sampling/${STACK}/tail-sam-TaskExecutionRole-1ABCDEFGHIJKL`;
    expect(allows(name, 'iam:PassRole', `arn:aws:iam::123456789012:role/${role}`)).toBe(true);
  });

  // Names as AWS shows them in https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingMetric.html
  // and the like: app/EC2Co-EcsEl-1TKLTMITMM0EO/f37c06a68c1748aa, targetgroup/EC2Co-Defau-LDNM7Q3ZH1ZN/6d4ea56ca2d6a18d.
  it.each([
    ['CreateLoadBalancer', 'loadbalancer/net/tail--Netwo-1TKLTMITMM0EO/f37c06a68c1748aa'],
    ['AddTags', 'loadbalancer/app/tail--Appli-1TKLTMITMM0EO/f37c06a68c1748aa'],
    ['ModifyLoadBalancerAttributes', 'loadbalancer/app/tail--Appli-1TKLTMITMM0EO/f37c06a68c1748aa'],
    ['DeleteLoadBalancer', 'loadbalancer/net/tail--Netwo-1TKLTMITMM0EO/f37c06a68c1748aa'],
    ['CreateListener', 'loadbalancer/net/tail--Netwo-1TKLTMITMM0EO/f37c06a68c1748aa'],
    ['DeleteListener', 'listener/net/tail--Netwo-1TKLTMITMM0EO/f37c06a68c1748aa/0467ef3c8400ae65'],
    ['CreateTargetGroup', 'targetgroup/tail--Netwo-LDNM7Q3ZH1ZN/6d4ea56ca2d6a18d'],
    ['DeleteTargetGroup', 'targetgroup/tail--Netwo-LDNM7Q3ZH1ZN/6d4ea56ca2d6a18d'],
  ])('leaves elasticloadbalancing:%s on %s to the policies', (action, resource) => {
    const arn = `arn:aws:elasticloadbalancing:eu-west-1:123456789012:${resource}`;
    expect(allows('load-balancer-policy', `elasticloadbalancing:${action}`, arn)).toBe(true);
  });
});

describe('a resource that policies know by the name of its stack', () => {
  /** Kinds whose names hold the whole of it: chosen by the templates, or longer than a stack's name can make them. */
  const whole = [
    'cloudformation stack/STACK/*',
    // Of stacks inside of a stack, whose names begin with its name.
    'cloudformation stack/STACK-*/*',
    'iam role/ecs-tail-sampling/STACK/*',
    'iam instance-profile/ecs-tail-sampling/STACK/*',
    'logs log-group:/ecs/STACK/*',
    'logs log-group:/ecs/STACK/*:log-stream:*',
    'ecs task-definition/STACK-*:*',
    // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html: 255 characters.
    'autoscaling autoScalingGroup:*:autoScalingGroupName/STACK-*',
  ];
  const named = Object.values(policies)
    .flatMap((rights) => policyOf(rights()).Statement)
    .map(({ Resource }) => Resource)
    .filter((resource) => resource.includes('STACK'))
    .map((resource) => resource.split(':'))
    .map(([, , service, , , ...rest]) => `${service} ${rest.join(':')}`);

  it.each([...new Set(named)])('has a name that nobody cuts: %s', (resource) => {
    expect(whole).toContain(resource);
  });
});

describe('a resource that policies know by the tag of its stack', () => {
  /** Which type the resources are of, by their ARNs. */
  const typeOf: Record<string, string> = {
    'secretsmanager:secret': 'AWS::SecretsManager::Secret',
    'ec2:security-group': 'AWS::EC2::SecurityGroup',
    'ec2:vpc-endpoint': 'AWS::EC2::VPCEndpoint',
    'elasticloadbalancing:loadbalancer': 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    'elasticloadbalancing:targetgroup': 'AWS::ElasticLoadBalancingV2::TargetGroup',
    'elasticloadbalancing:listener': 'AWS::ElasticLoadBalancingV2::Listener',
  };
  const tagged = Object.values(templateRights)
    .flat()
    .filter(({ ofStack }) => ofStack)
    .map(({ resource }) => resource.replace(/^arn:PARTITION:(\w+):REGION:ACCOUNT:([\w-]+).*/, '$1:$2'));

  it.each([...new Set(tagged)])('is of a type that CloudFormation tags: %s', (resource) => {
    expect(systemTags).toContain(typeOf[resource]);
  });

  it('is not being made: it has no tag before', () => {
    const making = Object.values(templateRights)
      .flat()
      .filter(({ action, ofStack }) => ofStack && /:(Create|AddTags|TagResource)/.test(action))
      .map(({ action }) => action);
    // A listener is made on a load balancer that is there.
    expect(making).toEqual(['elasticloadbalancing:CreateListener']);
  });
});

describe('a pattern for the stacks of a topology', () => {
  const statements = printedPolicies(['deploy-policy', 'template-policy'], {
    ...place,
    STACK: 'otel-*',
    BUCKET: 'b',
    PREFIX: 'p',
  }).flatMap(({ Statement }) => Statement);

  it('is compared as a pattern in conditions too', () => {
    const conditions = statements.flatMap(({ Condition }) => Object.entries(Condition ?? {}));
    const ofStacks = conditions.filter(([, keys]) => JSON.stringify(keys).includes('otel-*'));
    expect(ofStacks.length).toBeGreaterThan(0);
    expect([...new Set(ofStacks.map(([operator]) => operator))]).toEqual(['StringLike']);
  });

  it.each([
    ['iam:CreateRole', 'arn:aws:iam::123456789012:role/ecs-tail-sampling/otel-agents/x'],
    ['logs:CreateLogGroup', 'arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/otel-agents/agent'],
    [
      'cloudformation:CreateChangeSet',
      'arn:aws:cloudformation:eu-west-1:123456789012:stack/otel-agents/0a1b-2c3d',
    ],
  ])('fits one of them: %s', (action, arn) => {
    const resources = statements.filter(({ Action }) => Action.includes(action)).map((it) => it.Resource);
    expect(resources.some((resource) => overlap(resource, arn))).toBe(true);
  });
});
