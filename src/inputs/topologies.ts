/** The steps that exist, in the order in which a chain would run them. */
export const stepNames = ['deploy', 'scale', 'verify'] as const;
export type StepName = (typeof stepNames)[number];

/** What runs when nobody says which steps. */
export const defaultSteps: readonly StepName[] = ['deploy', 'verify'];

/** Roles of a collector, in the order in which a trace passes them; a topology has some of them. */
export const rolesInOrder = ['agent', 'receiver', 'gateway'] as const;
export type ConfigRole = (typeof rolesInOrder)[number];

/** What one stack is of its topology: `complete` is all of it. */
export type ComponentName = 'complete' | 'namespace' | ConfigRole;

export interface TopologyRole {
  role: ConfigRole;
  /** Other names by which an environment file may call the role. */
  aliases: readonly string[];
  /** Template parameter that takes the key of the role's config object. */
  configParameter: string;
  /** The shipped config, in `configs/`. */
  config: string;
  /** Template parameter that takes the number of tasks; absent for agents, which are one per instance. */
  countParameter?: string;
}

/** What one stack brings. */
export interface Component {
  component: ComponentName;
  /** The shipped template, in `templates/`. */
  template: string;
  /** Other names by which the template is known. */
  templateAliases: readonly string[];
  roles: readonly TopologyRole[];
}

export interface Topology {
  components: readonly Component[];
  /** Whether the environment file lists the components, each a stack of its own. Otherwise there is one stack. */
  isSplit: boolean;
  /** Template parameters that take the output of the same name of a component's stack, where nobody gives them. */
  feeds: Readonly<Record<string, ComponentName>>;
}

/** The gateway is also called sampler; the guide's word for its parameters is `Sampling` in one template. */
export const gatewayAliases = ['sampling', 'sampler'];

const agent = (configParameter: string, config: string): TopologyRole => ({
  ...{ role: 'agent', aliases: [], configParameter, config },
});
const receiver: TopologyRole = {
  ...{
    role: 'receiver',
    aliases: [],
    configParameter: 'ReceiverS3ConfigKey',
    config: 'receiver-config.yaml',
  },
  countParameter: 'ReceiverTaskCount',
};
const gateway: TopologyRole = {
  ...{ role: 'gateway', aliases: gatewayAliases },
  ...{ configParameter: 'GatewayS3ConfigKey', config: 'gateway-config.yaml' },
  countParameter: 'GatewayTaskCount',
};

export const topologies = {
  'tail-sampling': whole('otel-tail-sampling.yaml', {
    templateAliases: ['otel-complete-tail-sampling.yaml'],
    roles: [
      agent('AgentS3ConfigKey', 'agent-config.yaml'),
      {
        ...gateway,
        ...{ configParameter: 'SamplingS3ConfigKey', config: 'sampling-config.yaml' },
        countParameter: 'SamplingTaskCount',
      },
    ],
  }),
  'central-cluster': whole('otel-complete-cluster.yaml', { templateAliases: [], roles: [receiver, gateway] }),
  individual: {
    components: [
      part('namespace', 'cloudmap-namespace.yaml', []),
      part('agent', 'otel-daemon-template.yaml', [agent('S3ConfigKey', 'agent-config-to-receiver.yaml')]),
      part('receiver', 'load-balancer-agents.yaml', [receiver]),
      part('gateway', 'sampling-agents.yaml', [gateway]),
    ],
    isSplit: true,
    feeds: { NamespaceId: 'namespace', NamespaceName: 'namespace' },
  },
} as const satisfies Record<string, Topology>;

export type TopologyName = keyof typeof topologies;
export const topologyNames = Object.keys(topologies) as [TopologyName, ...TopologyName[]];

function whole(template: string, more: Pick<Component, 'templateAliases' | 'roles'>): Topology {
  return { components: [{ component: 'complete', template, ...more }], isSplit: false, feeds: {} };
}

function part(component: ComponentName, file: string, roles: readonly TopologyRole[]): Component {
  return { component, template: `individual-templates/${file}`, templateAliases: [file], roles };
}

/** A role's row. @throws Error when the topology has no such role. */
export function roleOf(name: TopologyName, role: ConfigRole): TopologyRole {
  const { components }: Topology = topologies[name];
  const found = components.flatMap(({ roles }) => roles).find((each) => each.role === role);
  if (found) return found;
  throw new Error(`topology ${name} has no ${role}`);
}

/**
 * Template parameters that mean the same in different templates: whichever a template declares takes the value
 * that was given under the other name.
 */
export const parameterSynonyms: readonly (readonly [string, string])[] = [
  ['SamplingTaskCount', 'GatewayTaskCount'],
  ['SamplingS3ConfigKey', 'GatewayS3ConfigKey'],
  ['S3ConfigKey', 'AgentS3ConfigKey'],
  ['Subnets', 'SubnetIds'],
];

/** The other names that a template may have for a parameter. */
export function synonymsOf(name: string): string[] {
  return parameterSynonyms.flatMap((pair) =>
    pair.includes(name) ? pair.filter((each) => each !== name) : [],
  );
}

/** The name under which a template declares a parameter; undefined where it has none of the names. */
export function declaredName(name: string, declared: object): string | undefined {
  return [name, ...synonymsOf(name)].find((each) => each in declared);
}
