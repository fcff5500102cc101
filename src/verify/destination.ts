import type { PortMapping, TaskNetwork } from '../aws/ecs-tasks.ts';

/** What a destination depends on. */
export interface StackFacts {
  /** Port on which each instance's agent takes OTLP over gRPC. */
  agentGrpcPort: number;
}

/** Where the generators of a topology send, and how their tasks reach it. */
export interface Destination {
  networkMode: TaskNetwork;
  portMappings: readonly PortMapping[];
  /** host:port for `--otlp-endpoint`. */
  endpoint(facts: StackFacts): string;
}

/**
 * One row per topology. On the host network a generator reaches the agent of its own instance, so that
 * a task on every instance exercises every agent.
 */
export const destinations = {
  'tail-sampling': {
    networkMode: 'host',
    portMappings: [],
    endpoint: ({ agentGrpcPort }) => `localhost:${agentGrpcPort}`,
  },
} as const satisfies Record<string, Destination>;
