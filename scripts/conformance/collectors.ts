import path from 'node:path';
import type { Parameters } from '../../local/user-environment.ts';
import type { TopologyName } from '../../src/inputs/topologies.ts';
import type { Ground } from './ground.ts';
import { Kit, type KitOptions, saying } from './kit.ts';
import type { StageWork } from './stage.ts';

/** What all stacks of a run share. */
export interface CollectorsOptions
  extends Pick<KitOptions, 'roles' | 'region' | 'folder' | 'images' | 'tags' | 'apiKey' | 'say'> {
  ground: Ground;
  name: string;
  keep: StageWork['keep'];
}

interface KitRequest {
  /** Added to the run's name. */
  suffix: string;
  topology?: TopologyName;
  template?: string;
  parameters?: Parameters;
  /** Keeps host ports of agents apart: 1, 2, 3, … */
  index?: number;
  /** Instead of the ground's. */
  bucket?: string;
  /** Of that bucket. */
  kmsKeyArn?: string;
}

/** Makes user repositories for the stages, and deploys the stack that the stages 2 to 5 work on. */
export class Collectors {
  readonly #options: CollectorsOptions;
  #shared: Kit | undefined;

  constructor(options: CollectorsOptions) {
    this.#options = options;
  }

  /** A repository whose stack is noted, so that it is removed whatever happens. */
  async repository(request: KitRequest): Promise<Kit> {
    const { ground, name, keep, folder, ...rest } = this.#options;
    const { suffix, topology = 'tail-sampling', template = 'otel-tail-sampling.yaml', index = 1 } = request;
    const facts = await ground.facts();
    const stackName = `${name}-${suffix}`;
    keep('stack', stackName);
    return new Kit({
      ...rest,
      ground: { ...facts, bucket: request.bucket ?? facts.bucket },
      kmsKeyArn: request.kmsKeyArn,
      folder: path.join(folder, suffix),
      topology,
      template,
      stackName,
      parameters: {
        NamespaceName: stackName,
        ServiceNamePrefix: stackName,
        Memory: 512,
        // Not in the file: a deployment keeps the number that the gateways were scaled to.
        SamplingTaskCount: undefined,
        GatewayTaskCount: undefined,
        ...(topology === 'tail-sampling' ? agentPorts(index) : {}),
        ...request.parameters,
      },
    });
  }

  /**
   * The stack of the stages 2 to 5, with two gateways.
   * @throws Error when it cannot be deployed.
   */
  async deployed(): Promise<Kit> {
    if (this.#shared) return this.#shared;
    const kit = await this.repository({ suffix: 'otel' });
    // Decisions after two seconds: the stages ask about AWS, not about patience.
    kit.edit('gateway', 'decision_wait: 10s', 'decision_wait: 2s');
    const run = await kit.run('deploy');
    if (run.exitCode !== 0) throw new Error(`the collectors could not be deployed: ${saying(run)}`);
    this.#shared = kit;
    return kit;
  }
}

/**
 * Host ports of agents that stand beside others on the same instances. Below 32768, where Linux begins with the ports
 * that it gives to outgoing connections: one of these may be in the way ("address already in use").
 */
function agentPorts(index: number): Parameters {
  const port = 25_000 + index * 100;
  return {
    AgentMemory: 512,
    AgentGrpcPort: port + 17,
    AgentHttpPort: port + 18,
    AgentHealthPort: port + 33,
    AgentMetricsPort: port + 88,
  };
}
