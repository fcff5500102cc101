/** The steps that exist, in the order in which a chain would run them. */
export const stepNames = ['deploy', 'scale', 'verify'] as const;
export type StepName = (typeof stepNames)[number];

/** What runs when nobody says which steps. */
export const defaultSteps: readonly StepName[] = ['deploy', 'verify'];

/** Roles of a collector. The gateway is also called sampler; the seed's word for its parameters is `Sampling`. */
export type ConfigRole = 'agent' | 'gateway';

export interface TopologyRole {
  role: ConfigRole;
  /** Other names by which an environment file may call the role. */
  aliases: readonly string[];
  /** Template parameter that takes the key of the role's config object. */
  configParameter: string;
  /** The shipped config, in `configs/`. */
  config: string;
  /** For roles whose number of tasks is chosen; agents are one per instance. */
  scaling?: Scaling;
}

/** How the number of a role's tasks is set, and who has to learn of a change. */
export interface Scaling {
  /** Template parameter that takes the number. */
  countParameter: string;
  /** Stack output that names the role's ECS service. */
  serviceOutput: string;
  /** The role whose routing looks the tasks up in Cloud Map. */
  routedBy: ConfigRole;
}

export interface Topology {
  /** The shipped template, in `templates/`. */
  template: string;
  /** Other file names by which the template is known. */
  templateAliases: readonly string[];
  roles: readonly TopologyRole[];
}

export const topologies = {
  'tail-sampling': {
    template: 'otel-tail-sampling.yaml',
    templateAliases: ['otel-complete-tail-sampling.yaml'],
    roles: [
      { role: 'agent', aliases: [], configParameter: 'AgentS3ConfigKey', config: 'agent-config.yaml' },
      {
        role: 'gateway',
        aliases: ['sampling', 'sampler'],
        configParameter: 'SamplingS3ConfigKey',
        config: 'sampling-config.yaml',
        scaling: {
          countParameter: 'SamplingTaskCount',
          serviceOutput: 'GatewayServiceName',
          routedBy: 'agent',
        },
      },
    ],
  },
} as const satisfies Record<string, Topology>;

export type TopologyName = keyof typeof topologies;

/** The roles of a topology that can be scaled. */
export function scalableRoles(name: TopologyName): (TopologyRole & { scaling: Scaling })[] {
  const { roles }: Topology = topologies[name];
  return roles.flatMap((role) => (role.scaling ? [{ ...role, scaling: role.scaling }] : []));
}

/** The template parameter that takes the key of a role's config. */
export function configParameter(name: TopologyName, role: ConfigRole): string {
  const { roles }: Topology = topologies[name];
  return roles.find((each) => each.role === role)?.configParameter ?? '';
}
