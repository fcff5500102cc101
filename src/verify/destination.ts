import type { PortMapping, TaskNetwork } from '../aws/task-registration.ts';
import { KitError } from '../kit/errors.ts';
import { type DnsNames, type Target, usualGrpcPort } from './target.ts';

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

/**
 * Where the endpoint of the settings is. `agents`: on the host network a generator reaches the agent of its own
 * instance, so that a task on every instance exercises every agent. `receivers`, and the gateways as `grpc-sampling`
 * or `grpc-gateway`: by their DNS names. Anything else is host:port as it stands.
 */
export function destinationOf(endpoint: string, target: Target): Destination {
  const { agents, receivers, gateways } = target;
  if (endpoint === 'agents' && agents) {
    if (target.agentGrpcPort === undefined)
      throw unknown('the port of the agents on their instances', 'agent.grpc-port');
    return {
      ...{ path: 'agents', bypassed: [], cluster: agents.cluster },
      ...{ networkMode: 'host', portMappings: [], endpoint: `localhost:${target.agentGrpcPort}` },
    };
  }
  const beforeReceivers = agents ? ['agents'] : [];
  if (endpoint === 'receivers' && receivers) {
    const name = dnsName(target.dnsNames, 'receiver');
    return {
      ...{ path: 'receivers', bypassed: beforeReceivers, cluster: receivers.cluster },
      ...{ ...bridge, endpoint: `${name}:${target.receiverGrpcPort ?? usualGrpcPort}` },
    };
  }
  const before = [...beforeReceivers, ...(receivers ? ['receivers'] : [])];
  return {
    ...{ path: 'direct', bypassed: [...before, 'routing'], cluster: gateways.cluster },
    ...{ ...bridge, endpoint: directEndpoint(endpoint, target) },
  };
}

function directEndpoint(endpoint: string, { dnsNames, gatewayGrpcPort = usualGrpcPort }: Target): string {
  if (endpoint === 'grpc-gateway') return `${dnsName(dnsNames, 'gateway')}:${gatewayGrpcPort}`;
  return endpoint === 'grpc-sampling' ? `${dnsName(dnsNames, 'sampling')}:${gatewayGrpcPort}` : endpoint;
}

function dnsName(names: DnsNames, of: keyof DnsNames): string {
  const name = names[of];
  if (name !== undefined) return name;
  const role = of === 'sampling' ? 'gateway' : of;
  throw unknown(`a DNS name of the ${role}s: Cloud Map has none for their service`, `${role}.dns-name`);
}

function unknown(what: string, field: string): KitError {
  return new KitError(`cannot tell ${what}`, {
    code: 'destination-unknown',
    source: 'user',
    hint: `say services.${field} in the environment file, or an endpoint as host:port, which bypasses what is before it`,
  });
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
