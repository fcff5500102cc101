/** Roles of a collector; a trace passes those that there are in this order. */
export type CollectorRole = 'agent' | 'receiver' | 'gateway';

/** Stack output that names the ECS service of a role. */
export const serviceOutput: Readonly<Record<CollectorRole, string>> = {
  agent: 'AgentServiceName',
  receiver: 'ReceiverServiceName',
  gateway: 'GatewayServiceName',
};

export interface ServiceRef {
  cluster: string;
  service: string;
}

/** Where receivers and gateways take OTLP over gRPC, unless their config says otherwise. */
export const usualGrpcPort = 4317;

/** Of a router whose config cannot be read: the longest that a resolver takes by default, of `aws_cloud_map`. */
export const unknownResolverSeconds = 35;

/** The deployed collectors as verification needs them. */
export interface Target {
  gateways: ServiceRef;
  /** Undefined where there are none, as are the agents. */
  receivers: ServiceRef | undefined;
  agents: ServiceRef | undefined;
  /** Port on which each instance's agent takes OTLP over gRPC. */
  agentGrpcPort: number | undefined;
  /** Port on which receivers take it. Default 4317. */
  receiverGrpcPort?: number | undefined;
  /** Port on which gateways take it. Default 4317. */
  gatewayGrpcPort?: number | undefined;
  /** Pulls the generator's image and writes its log: name or ARN; undefined where the collectors' tasks have none. */
  executionRoleArn: string | undefined;
  /** Names of the collectors' containers, where they are known. Default `otel-collector`, else the first of a task. */
  containers?: Readonly<Partial<Record<CollectorRole, string | undefined>>>;
  /** DNS names by which receivers and gateways are found, as far as they are known. */
  dnsNames: DnsNames;
}

export interface DnsNames {
  receiver?: string | undefined;
  gateway?: string | undefined;
  /** The gateways' other name. */
  sampling?: string | undefined;
}

/** One deployed stack: what it brings, and its outputs. */
export interface TargetStack {
  name: string;
  roles: readonly CollectorRole[];
  outputs: Readonly<Record<string, string>>;
}

/**
 * Puts the outputs of the stacks together. A service and its cluster are taken from the stack of its role, since
 * agents may run in other clusters than the rest; everything else from the last stack that has it. Undefined when an
 * output of the kit's templates is missing: then the collectors have to be looked for.
 */
export function targetOf(stacks: readonly TargetStack[]): Target | undefined {
  let isWhole = true;
  const output = (outputs: TargetStack['outputs'], name: string) => {
    const value = outputs[name] ?? '';
    isWhole &&= value !== '';
    return value;
  };
  const service = (role: CollectorRole): ServiceRef | undefined => {
    const own = stacks.find(({ roles }) => roles.includes(role))?.outputs;
    return own && { cluster: output(own, 'ClusterName'), service: output(own, serviceOutput[role]) };
  };
  const all = Object.assign({}, ...stacks.map(({ outputs }) => outputs)) as TargetStack['outputs'];
  const [agents, receivers, gateways] = [service('agent'), service('receiver'), service('gateway')];
  const namespace = output(all, 'NamespaceName');
  const target = {
    agents,
    receivers,
    executionRoleArn: output(all, 'TaskExecutionRoleArn'),
    agentGrpcPort: agents && Number(output(all, 'AgentGrpcPort')),
    dnsNames: {
      receiver: `grpc-receiver.${namespace}`,
      gateway: `grpc-gateway.${namespace}`,
      sampling: `grpc-sampling.${namespace}`,
    },
  };
  const isNoPort = target.agentGrpcPort !== undefined && !Number.isInteger(target.agentGrpcPort);
  return gateways && isWhole && !isNoPort ? { ...target, gateways } : undefined;
}
