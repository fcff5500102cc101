import type { PortMapping, TaskNetwork } from '../aws/ecs-tasks.ts';
import type { Target } from './target.ts';

/**
 * How traces reach the gateways: from the agents on, from the receivers on, or past both. What is bypassed is not
 * proven.
 */
export type SendPath = 'agents' | 'receivers' | 'direct';

/** Where the generators send, and how their tasks reach it. */
export interface Destination {
  path: SendPath;
  /** What of the way that traces take is left out: `agents`, `receivers`, `routing`. */
  bypassed: readonly string[];
  /** The ECS cluster that the generators run in. */
  cluster: string;
  networkMode: TaskNetwork;
  portMappings: readonly PortMapping[];
  /** host:port for `--otlp-endpoint`. */
  endpoint: string;
}

/** A generator receives nothing; the mapping, to a free port, is that of the task definition in use everywhere. */
const bridge = { networkMode: 'bridge', portMappings: [{ containerPort: 8080, hostPort: 0 }] } as const;

/** Where receivers and gateways take OTLP over gRPC. */
export const grpcPort = 4317;

/**
 * Where the endpoint of the settings is. `agents`: on the host network a generator reaches the agent of its own
 * instance, so that a task on every instance exercises every agent. `receivers`, and the gateways as `grpc-sampling`
 * or `grpc-gateway`: by their DNS names. Anything else is host:port as it stands.
 */
export function destinationOf(endpoint: string, target: Target): Destination {
  const { agents, receivers, gateways, namespace } = target;
  if (endpoint === 'agents' && agents) {
    return {
      ...{ path: 'agents', bypassed: [], cluster: agents.cluster },
      ...{ networkMode: 'host', portMappings: [], endpoint: `localhost:${target.agentGrpcPort}` },
    };
  }
  const beforeReceivers = agents ? ['agents'] : [];
  if (endpoint === 'receivers' && receivers) {
    return {
      ...{ path: 'receivers', bypassed: beforeReceivers, cluster: receivers.cluster },
      ...{ ...bridge, endpoint: `grpc-receiver.${namespace}:${grpcPort}` },
    };
  }
  const isName = endpoint === 'grpc-sampling' || endpoint === 'grpc-gateway';
  const before = [...beforeReceivers, ...(receivers ? ['receivers'] : [])];
  return {
    ...{ path: 'direct', bypassed: [...before, 'routing'], cluster: gateways.cluster },
    ...{ ...bridge, endpoint: isName ? `${endpoint}.${namespace}:${grpcPort}` : endpoint },
  };
}

/** "Agents and routing were bypassed: traces went to the gateways directly"; undefined when nothing was. */
export function bypassSentence({
  path,
  bypassed,
}: Pick<Destination, 'path' | 'bypassed'>): string | undefined {
  if (bypassed.length === 0) return undefined;
  const words = [bypassed.slice(0, -1).join(', '), bypassed.at(-1)].filter(Boolean).join(' and ');
  const goal = path === 'receivers' ? 'receivers' : 'gateways';
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} were bypassed: traces went to the ${goal} directly`;
}
