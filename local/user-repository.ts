import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { StepName } from '../src/inputs/topologies.ts';
import { readTraces } from './backend.ts';
import type { Cloud } from './cloud.ts';
import { type ActionOptions, type ActionRun, runAction } from './runner.ts';
import { stepCredentials } from './step-roles.ts';

const defaultStackName = 'otel-tail-sampling';
const root = path.resolve(import.meta.dirname, '..');

export interface UserRepositoryOptions {
  cloud: Cloud;
  /** Folder to make the repository in. */
  folder: string;
  /** Default otel-tail-sampling. */
  stackName?: string;
  /** Added to, or instead of, the usual template parameters; undefined leaves one out of the environment file. */
  parameters?: Record<string, string | number | undefined>;
  /** Rights that the steps' roles lack, by action. Default none. */
  without?: readonly string[];
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

  /**
   * Runs a step of the workflow under a role with just the rights it needs; a failure is in the result, not thrown.
   * `how` is for this run alone.
   */
  async run(
    step: StepName,
    inputs: Record<string, string> = {},
    how: Pick<ActionOptions, 'onLine' | 'signal' | 'kill' | 'skipPost'> = {},
  ): Promise<ActionRun> {
    const { cloud, onLine, signal } = this.#options;
    return runAction(step, {
      inputs: { 'environment-file': 'environment.yaml', ...inputs },
      workspace: this.folder,
      environment: { ...cloud.environment, ...(await this.credentials(step)) },
      ...(onLine ? { onLine } : {}),
      ...(signal ? { signal } : {}),
      ...how,
    });
  }

  /** Credentials of the step's role, as a workflow gets them before the step. */
  credentials(step: StepName): Promise<Record<string, string>> {
    const { cloud, without, stackName = defaultStackName, parameters } = this.#options;
    const cluster = parameters?.['ClusterName'];
    return stepCredentials({ cloud, step, stackName, without, cluster: cluster?.toString() });
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
    const { cloud, stackName = defaultStackName, parameters } = this.#options;
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
