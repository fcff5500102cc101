import path from 'node:path';
import type { Cloud } from '../../local/cloud.ts';
import { attempt, type CommandResult } from '../../scripts/setup/command.ts';
import { tool } from '../../scripts/test/commands.ts';
import { awsCli, clientEnvironment } from './aws-cli.ts';

/** The account of the local cloud. */
export const account = '000000000000';

/** A template of ours with an ECS service, that needs neither a namespace nor a gateway. */
export const daemonTemplate = 'templates/individual-templates/otel-daemon-template.yaml';

/**
 * Parameters of that template for a stack of its own, beside those of other test files.
 * @param index keeps the ports apart; above those of `DeployedStack`
 */
export function daemonParameters(cloud: Cloud, name: string, index: number): Record<string, string> {
  const port = 20_000 + index * 100;
  return {
    ...{ ClusterName: cloud.cluster, CoralogixRegion: 'EU2', CoralogixApiKey: 'cxtp_a-key-of-the-tests' },
    ...{ Image: cloud.collectorImage, S3ConfigBucket: cloud.bucket, S3ConfigKey: `${name}/agent.yaml` },
    ...{ AgentMemory: '256', NamespaceName: name, ServiceNamePrefix: name },
    ...{ AgentGrpcPort: `${port + 17}`, AgentHttpPort: `${port + 18}` },
    ...{ AgentHealthPort: `${port + 33}`, AgentMetricsPort: `${port + 88}` },
  };
}

/** Somebody who has an AWS account and these two clients, and nothing of the kit but its templates. */
export class ForeignClients {
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Puts the shipped agents' config where the parameters look for it. */
  async uploadConfig(name: string): Promise<void> {
    const config = 'configs/agent-config-to-receiver.yaml';
    await this.aws('s3', 'cp', '--no-progress', config, `s3://${this.#cloud.bucket}/${name}/agent.yaml`);
  }

  async aws(...args: string[]): Promise<CommandResult> {
    return shown('aws', args, await awsCli(this.#cloud, this.#cloud.environment, args));
  }

  /** JSON that the AWS CLI prints. */
  async asked<T>(...args: string[]): Promise<T> {
    return JSON.parse((await this.aws(...args, '--output', 'json')).stdout) as T;
  }

  async cdk(...args: string[]): Promise<CommandResult> {
    const environment = clientEnvironment(this.#cloud, this.#cloud.environment);
    const result = await attempt(tool('cdk'), [...args, '--no-notices', '--no-color'], {
      env: {
        ...environment,
        CI: 'true',
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        // What it remembers of accounts goes with this cloud.
        CDK_HOME: path.join(this.#cloud.stateDir, 'cdk'),
      },
      timeoutSeconds: 240,
    });
    return shown('cdk', args, result);
  }
}

/** What a client printed is printed by the test run too: for whoever compares it with what it prints on AWS. */
function shown(client: string, args: readonly string[], result: CommandResult): CommandResult {
  const lines = `${result.stdout}${result.stderr}`
    .split('\n')
    .filter((line) => line.trim() && !/^ *\{"level"/.test(line));
  const text = lines.map((line) => `    ${line.slice(0, 240)}`).join('\n');
  process.stdout.write(`$ ${client} ${args.slice(0, 4).join(' ')} … (exit ${result.code})\n${text}\n`);
  return result;
}
