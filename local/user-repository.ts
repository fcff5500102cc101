import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { readTraces } from './backend.ts';
import type { Cloud } from './cloud.ts';
import { type ActionRun, runAction } from './runner.ts';

const root = path.resolve(import.meta.dirname, '..');

export interface UserRepositoryOptions {
  cloud: Cloud;
  /** Folder to make the repository in. */
  folder: string;
  /** Default otel-tail-sampling. */
  stackName?: string;
  /** Added to, or instead of, the usual template parameters. */
  parameters?: Record<string, string | number>;
  onLine?: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * A repository as a user would have it: configs, an environment file, and the steps of its workflow run from the
 * committed bundle.
 */
export class UserRepository {
  readonly folder: string;
  readonly #options: UserRepositoryOptions;

  constructor(options: UserRepositoryOptions) {
    this.#options = options;
    this.folder = options.folder;
    mkdirSync(this.folder, { recursive: true });
    for (const name of ['agent-config.yaml', 'sampling-config.yaml']) {
      copyFileSync(path.join(root, 'configs', name), path.join(this.folder, name));
    }
    writeFileSync(path.join(this.folder, 'environment.yaml'), stringify(this.#environment()));
  }

  /** Changes the share of the probabilistic policy in the sampling config, as a commit would. */
  setSamplingPercentage(percentage: number): void {
    const file = path.join(this.folder, 'sampling-config.yaml');
    const before = readFileSync(file, 'utf8');
    if (!/sampling_percentage:\s*[\d.]+/.test(before))
      throw new Error('the sampling config has no sampling_percentage');
    writeFileSync(file, before.replace(/(sampling_percentage:\s*)[\d.]+/, `$1${percentage}`));
  }

  /** Runs a step of the workflow; a failure is in the result, not thrown. */
  run(step: 'deploy' | 'verify', inputs: Record<string, string> = {}): Promise<ActionRun> {
    const { cloud, onLine, signal } = this.#options;
    return runAction(step, {
      inputs: { 'environment-file': 'environment.yaml', ...inputs },
      workspace: this.folder,
      environment: cloud.environment,
      ...(onLine ? { onLine } : {}),
      ...(signal ? { signal } : {}),
    });
  }

  /**
   * Distinct traces of a verification at the backend stand-in.
   * Waits until `expected` are there, at most 20 s: exporters send in batches.
   */
  async delivered(runId: string, expected: number): Promise<number> {
    for (let second = 0; ; second += 1) {
      const spans = await readTraces(this.#options.cloud.backendDirectory);
      const delivered = new Set(
        spans.filter((span) => span.resource['verify.run'] === runId).map((span) => span.traceId),
      ).size;
      if (delivered >= expected || second >= 20) return delivered;
      await delay(1000);
    }
  }

  #environment(): Record<string, unknown> {
    const { cloud, stackName = 'otel-tail-sampling', parameters } = this.#options;
    return {
      environment: 'local',
      region: cloud.region,
      'stack-name': stackName,
      's3-config-bucket': cloud.bucket,
      configs: { agent: 'agent-config.yaml', gateway: 'sampling-config.yaml' },
      parameters: {
        ClusterName: cloud.cluster,
        VpcId: cloud.vpc,
        SubnetIds: cloud.subnets,
        SecurityGroupId: cloud.securityGroup,
        CoralogixRegion: 'EU2',
        Image: cloud.collectorImage,
        ApplicationName: 'local',
        SubsystemName: 'tail-sampling',
        SamplingTaskCount: 2,
        ...parameters,
      },
      'telemetrygen-image': cloud.telemetrygenImage,
    };
  }
}
