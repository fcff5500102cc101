import { KitError } from '../kit/errors.ts';

/** A deployed stack as verification needs it. */
export interface Target {
  cluster: string;
  gatewayService: string;
  agentService: string;
  /** Pulls the generator's image and writes its log. */
  executionRoleArn: string;
  agentGrpcPort: number;
  /** Private DNS namespace of the gateways. */
  namespace: string;
}

/** @throws KitError `stack-outputs-missing`, naming every output that is absent or no port. */
export function targetOf(stack: string, outputs: Readonly<Record<string, string>>): Target {
  const absent: string[] = [];
  const output = (name: string) => {
    const value = outputs[name] ?? '';
    if (value === '') absent.push(name);
    return value;
  };
  const target = {
    cluster: output('ClusterName'),
    gatewayService: output('GatewayServiceName'),
    agentService: output('AgentServiceName'),
    executionRoleArn: output('TaskExecutionRoleArn'),
    agentGrpcPort: Number(output('AgentGrpcPort')),
    namespace: output('NamespaceName'),
  };
  if (absent.length === 0 && !Number.isInteger(target.agentGrpcPort)) absent.push('AgentGrpcPort');
  if (absent.length === 0) return target;
  throw new KitError(`stack ${stack} cannot be verified: it has no output ${absent.join(', ')}`, {
    code: 'stack-outputs-missing',
    source: 'user',
    hint: "deploy it with the kit's template, or give your template these outputs",
  });
}
