/** The steps that exist, in the order in which a chain would run them. */
export const stepNames = ['deploy', 'verify'] as const;
export type StepName = (typeof stepNames)[number];

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
      },
    ],
  },
} as const satisfies Record<string, Topology>;

export type TopologyName = keyof typeof topologies;
