import { KitError } from '../kit/errors.ts';

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

/** The deployed collectors as verification needs them. */
export interface Target {
  gateways: ServiceRef;
  /** Undefined where there are none, as are the agents. */
  receivers: ServiceRef | undefined;
  agents: ServiceRef | undefined;
  /** Port on which each instance's agent takes OTLP over gRPC. */
  agentGrpcPort: number | undefined;
  /** Pulls the generator's image and writes its log. */
  executionRoleArn: string;
  /** Private DNS namespace of receivers and gateways. */
  namespace: string;
}

/** One deployed stack: what it brings, and its outputs. */
export interface TargetStack {
  name: string;
  roles: readonly CollectorRole[];
  outputs: Readonly<Record<string, string>>;
}

/**
 * Puts the outputs of the stacks together. A service and its cluster are taken from the stack of its role, since
 * agents may run in other clusters than the rest; everything else from the last stack that has it.
 * @throws KitError `stack-outputs-missing`, naming every output that is absent or no port.
 */
export function targetOf(stacks: readonly TargetStack[]): Target {
  const absent: string[] = [];
  const output = (outputs: TargetStack['outputs'], name: string) => {
    const value = outputs[name] ?? '';
    if (value === '') absent.push(name);
    return value;
  };
  const service = (role: CollectorRole): ServiceRef | undefined => {
    const own = stacks.find(({ roles }) => roles.includes(role))?.outputs;
    return own && { cluster: output(own, 'ClusterName'), service: output(own, serviceOutput[role]) };
  };
  const all = Object.assign({}, ...stacks.map(({ outputs }) => outputs)) as TargetStack['outputs'];
  const [agents, receivers, gateways] = [service('agent'), service('receiver'), service('gateway')];
  const target = {
    agents,
    receivers,
    executionRoleArn: output(all, 'TaskExecutionRoleArn'),
    agentGrpcPort: agents && Number(output(all, 'AgentGrpcPort')),
    namespace: output(all, 'NamespaceName'),
  };
  const isNoPort = target.agentGrpcPort !== undefined && !Number.isInteger(target.agentGrpcPort);
  if (isNoPort && absent.length === 0) absent.push('AgentGrpcPort');
  if (gateways && absent.length === 0) return { ...target, gateways };
  if (!gateways) absent.push(serviceOutput.gateway);
  throw incomplete(stacks, absent);
}

function incomplete(stacks: readonly TargetStack[], absent: readonly string[]): KitError {
  const names = stacks.map(({ name }) => name);
  const subject =
    names.length === 1
      ? `stack ${names[0]} cannot be verified: it has`
      : `stacks ${names.join(', ')} cannot be verified: they have`;
  return new KitError(`${subject} no output ${[...new Set(absent)].join(', ')}`, {
    code: 'stack-outputs-missing',
    source: 'user',
    hint: "deploy it with the kit's template, or give your template these outputs",
  });
}
