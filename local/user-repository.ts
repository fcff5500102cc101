import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { ConfigRole, StepName, TopologyName } from '../src/inputs/topologies.ts';
import { readTraces } from './backend.ts';
import type { Cloud } from './cloud.ts';
import { type ActionOptions, type ActionRun, runAction } from './runner.ts';
import { stepCredentials } from './step-roles.ts';
import { environmentFile, type Parameters, shippedConfigs, stackPattern } from './user-environment.ts';

const root = path.resolve(import.meta.dirname, '..');

export interface UserRepositoryOptions {
  cloud: Cloud;
  /** Folder to make the repository in. */
  folder: string;
  /** Default tail-sampling. */
  topology?: TopologyName;
  /** Default otel-TOPOLOGY; of several stacks the start of their names. */
  stackName?: string;
  /** Added to, or instead of, the usual template parameters; undefined leaves one out of the environment file. */
  parameters?: Parameters;
  /** Shipped configs instead of the topology's usual ones, by role. */
  configs?: Partial<Record<ConfigRole, string>>;
  /** More fields of the environment file, or other values for them. */
  fields?: Record<string, unknown>;
  /** Id of the KMS key that encrypts the bucket, for the steps' roles. Default: there is none. */
  configKey?: string;
  /** Rights that the steps' roles lack, by action. Default none. */
  without?: readonly string[];
  /** A statement that the steps' roles lack, as `POLICY/SID`. */
  withoutStatement?: string;
  /** Roles that the steps' roles may hand over, by name with path; those that a run names are added. Default: none. */
  givenRoles?: Set<string>;
  onLine?: (line: string) => void;
  signal?: AbortSignal;
}

const templateOf: Record<TopologyName, string> = {
  'tail-sampling': 'otel-tail-sampling.yaml',
  'central-cluster': 'otel-complete-cluster.yaml',
  individual: 'individual-templates/sampling-agents.yaml',
};

/**
 * A repository as a user would have it: configs, an environment file, and the steps of its workflow run from the
 * committed bundle.
 */
export class UserRepository {
  readonly folder: string;
  readonly topology: TopologyName;
  readonly stackName: string;
  /** File of each role's config in the folder. */
  readonly configs: Partial<Record<ConfigRole, string>>;
  readonly #options: UserRepositoryOptions;
  readonly #givenRoles: Set<string>;

  constructor(options: UserRepositoryOptions) {
    const { folder, topology = 'tail-sampling', stackName = `otel-${topology}` } = options;
    this.#options = options;
    this.#givenRoles = options.givenRoles ?? new Set();
    this.folder = folder;
    this.topology = topology;
    this.stackName = stackName;
    this.configs = { ...shippedConfigs[topology], ...options.configs };
    mkdirSync(this.folder, { recursive: true });
    for (const name of Object.values(this.configs)) {
      copyFileSync(path.join(root, 'configs', name), path.join(this.folder, name));
    }
    const { cloud, parameters = {}, fields } = options;
    const file = environmentFile(topology, { cloud, stackName, parameters, configs: this.configs });
    writeFileSync(path.join(this.folder, 'environment.yaml'), stringify({ ...file, ...fields }));
  }

  /** Changes the share of the probabilistic policy in the gateways' config, as a commit would. */
  setSamplingPercentage(percentage: number): void {
    const file = path.join(this.folder, this.configs.gateway ?? '');
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
      environment: { ...cloud.environment, ...(await this.credentials(step, JSON.stringify(inputs))) },
      ...(onLine ? { onLine } : {}),
      ...(signal ? { signal } : {}),
      ...how,
    });
  }

  /**
   * Credentials of the step's role, as a workflow gets them before the step.
   * @param inputs of the run, as text: the role is for the cluster that is named there, and may hand over the roles that
   * are, or were before
   */
  credentials(step: StepName, inputs = ''): Promise<Record<string, string>> {
    const { cloud, without, withoutStatement, parameters, configKey } = this.#options;
    const environment = readFileSync(path.join(this.folder, 'environment.yaml'), 'utf8');
    for (const [, role] of `${environment}${inputs}`.matchAll(/:role\/([\w+=,.@/-]+)/g)) {
      if (role) this.#givenRoles.add(role);
    }
    const [, named] = /ClusterName\W+([\w-]+)/.exec(inputs) ?? [];
    const cluster = named ?? parameters?.['ClusterName']?.toString();
    return stepCredentials({
      ...{ cloud, step, without, withoutStatement, configKey, cluster, template: templateOf[this.topology] },
      stackName: stackPattern(this.topology, this.stackName),
      givenRoles: [...this.#givenRoles].toSorted(),
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
}
