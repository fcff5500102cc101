import type { GroundFacts } from '../ground.ts';

/** A template with one of the ways to fill its parameters. */
export interface Variant {
  /** Of a-z, 0-9 and -. */
  name: string;
  /** Path in `templates/`. */
  template: string;
  parameters: Record<string, string>;
  /** The finding that it settles. */
  settles: string;
  /** Whether the quick form has it. */
  isShort: boolean;
}

interface Given {
  facts: GroundFacts;
  secretArn: string;
  /** Start of all names. */
  name: string;
}

type Values = Record<string, string>;

const role = 'arn:aws:iam::123456789012:role/given';
const namespaceId = 'ns-0123456789abcdef';

/** Every shipped template, those with an API key by each of the ways to give what its conditions ask about. */
export function variantsOf({ facts, secretArn, name }: Given): Variant[] {
  const subnets = facts.subnets.join(',');
  const collectors: Values = {
    ClusterName: facts.cluster,
    S3ConfigBucket: facts.bucket,
    CDOTImageVersion: 'v0.5.12',
    NamespaceName: `${name}-plan`,
    ServiceNamePrefix: `${name}-plan`,
  };
  const network: Values = { SubnetIds: subnets, SecurityGroupId: facts.securityGroup };
  const withVpc: Values = { ...network, VpcId: facts.vpc };
  const configs = (...roles: string[]) =>
    Object.fromEntries(roles.map((key) => [`${key}S3ConfigKey`, 'config.yaml']));
  const found: [string, string, Values][] = [
    ['tail-sampling', 'otel-tail-sampling.yaml', { ...withVpc, ...configs('Agent', 'Sampling') }],
    ['complete', 'otel-complete-cluster.yaml', { ...withVpc, ...configs('Receiver', 'Gateway') }],
    ['daemon', 'individual-templates/otel-daemon-template.yaml', configs('')],
    [
      'receivers',
      'individual-templates/load-balancer-agents.yaml',
      { ...network, ...configs('Receiver'), NamespaceId: namespaceId },
    ],
    [
      'samplers',
      'individual-templates/sampling-agents.yaml',
      {
        Subnets: subnets,
        SecurityGroupId: facts.securityGroup,
        NamespaceId: namespaceId,
        ...configs('Gateway'),
      },
    ],
  ];
  const ways: [string, Values][] = [
    ['key', { CoralogixRegion: 'EU2', CoralogixApiKey: 'not-a-key' }],
    ['secret', { CoralogixRegion: 'EU2', CoralogixApiKeySecretArn: secretArn }],
    [
      'roles',
      { CoralogixRegion: 'EU2', CoralogixApiKey: 'not-a-key', TaskExecutionRoleArn: role, TaskRoleArn: role },
    ],
    ['domain', { CoralogixDomain: 'private.eu2.coralogix.com', CoralogixApiKey: 'not-a-key' }],
  ];
  const withKey = found.flatMap(([title, template, values]) =>
    ways.map(([way, more]) => ({
      name: `${title}-${way}`,
      template,
      parameters: { ...collectors, ...values, ...more },
      settles: 'D',
      isShort: title === 'tail-sampling' && way !== 'roles',
    })),
  );
  return [...withKey, ...others({ facts, secretArn, name }, withKey)];
}

function others({ facts, name }: Given, withKey: readonly Variant[]): Variant[] {
  const network = {
    VpcId: facts.vpc,
    SubnetIds: facts.subnets.join(','),
    SecurityGroupId: facts.securityGroup,
  };
  const complete = withKey.find((variant) => variant.name === 'complete-key');
  const plain = (title: string, template: string, parameters: Values, isShort = false): Variant => ({
    name: title,
    template,
    parameters,
    settles: 'A1',
    isShort,
  });
  return [
    ...(complete
      ? [
          {
            ...complete,
            name: 'complete-instances',
            parameters: { ...complete.parameters, ECSAMI: 'ami-0123456789abcdef0' },
          },
        ]
      : []),
    plain('namespace', 'individual-templates/cloudmap-namespace.yaml', {
      VpcId: facts.vpc,
      NamespaceName: `${name}-plan`,
    }),
    plain('balancer', 'connect/load-balancer.yaml', { ...network, ClientCidr: '10.0.0.0/8' }, true),
    plain('shared', 'connect/shared-namespace.yaml', {
      NamespaceId: namespaceId,
      ReceiverSecurityGroupId: facts.securityGroup,
      SenderCidr: '10.1.0.0/16',
    }),
    plain('endpoints', 'connect/vpc-endpoints.yaml', network),
  ];
}
