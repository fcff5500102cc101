import type { PortMapping, TaskNetwork } from '../aws/ecs-tasks.ts';

/**
 * How traces reach the gateways: through every agent and its routing, or past them. A run past them proves
 * what the gateways decide and nothing about agents and routing.
 */
export type SendPath = 'agents' | 'direct';

/** What a destination depends on. */
export interface StackFacts {
  /** Port on which each instance's agent takes OTLP over gRPC. */
  agentGrpcPort: number;
  /** Private DNS namespace of the gateways. */
  namespace: string;
}

/** Where the generators send, and how their tasks reach it. */
export interface Destination {
  path: SendPath;
  networkMode: TaskNetwork;
  portMappings: readonly PortMapping[];
  /** host:port for `--otlp-endpoint`. */
  endpoint: string;
}

/** A generator receives nothing; the mapping, to a free port, is that of the task definition in use everywhere. */
const bridge = { networkMode: 'bridge', portMappings: [{ containerPort: 8080, hostPort: 0 }] } as const;

/**
 * Where the endpoint of the settings is in a stack. `agents`: on the host network a generator reaches the agent
 * of its own instance, so that a task on every instance exercises every agent. `grpc-sampling` and
 * `grpc-gateway`: the gateways by their DNS names. Anything else is host:port as it stands.
 */
export function destinationOf(endpoint: string, { agentGrpcPort, namespace }: StackFacts): Destination {
  if (endpoint === 'agents') {
    return {
      path: 'agents',
      networkMode: 'host',
      portMappings: [],
      endpoint: `localhost:${agentGrpcPort}`,
    };
  }
  const isName = endpoint === 'grpc-sampling' || endpoint === 'grpc-gateway';
  return { path: 'direct', ...bridge, endpoint: isName ? `${endpoint}.${namespace}:4317` : endpoint };
}
