import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CancelUpdateStackCommand, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { expect } from '@jest/globals';
import type { Cloud } from '../../local/cloud.ts';
import type { ActionOptions, ActionRun } from '../../local/runner.ts';
import { UserRepository } from '../../local/user-repository.ts';
import type { StepName } from '../../src/inputs/topologies.ts';
import { Account } from './account.ts';
import { deployLeftovers } from './deploy-leftovers.ts';
import type { KeyedBucket } from './keyed-bucket.ts';
import { theCloud } from './the-cloud.ts';
import { expectSuccess, firstErrorLine, replaced } from './verified-stack.ts';
import { until } from './wait.ts';

export type ConfigName = 'agent-config.yaml' | 'sampling-config.yaml';

/** How a single run differs from the usual. */
export interface Circumstances {
  onLine?: (line: string) => void;
  /** Where the step finds AWS. */
  endpoint?: string;
  /** Rights that the step's role lacks, by action. */
  without?: readonly string[];
  /** A statement that the step's role lacks, as `POLICY/SID`. */
  withoutStatement?: string;
  /** How the run is ended before it ends itself. */
  ending?: Pick<ActionOptions, 'signal' | 'kill' | 'skipPost'>;
}

/** A stack of a test file's own to deploy to and to fail on, with names and ports that fit beside those of other files. */
export class DeployedStack {
  readonly cloud: Cloud;
  readonly account: Account;
  readonly name: string;
  readonly gatewayService: string;
  readonly folder: string;
  readonly #parameters: Record<string, string | number | undefined>;
  readonly #givenRoles = new Set<string>();
  readonly #configKey: string | undefined;

  /**
   * @param index keeps the ports apart: 1, 2, 3, …
   * @param parameters more of them for the environment file; undefined leaves one out
   * @param bucket under a key of its own, instead of the cloud's
   */
  constructor(
    name: string,
    index: number,
    parameters: Record<string, string | number | undefined> = {},
    bucket?: KeyedBucket,
  ) {
    this.cloud = { ...theCloud(), ...(bucket ? { bucket: bucket.name } : {}) };
    this.account = new Account(this.cloud);
    this.#configKey = bucket?.key.split('/').at(-1);
    // Below 32768: above it a port may belong to an outgoing connection of the instance.
    const port = 20_000 + index * 100;
    this.name = name;
    this.gatewayService = `${name}-sampling`;
    this.folder = mkdtempSync(path.join(tmpdir(), `${name}-`));
    this.#parameters = {
      ...{ NamespaceName: name, ServiceNamePrefix: name, Memory: 256, AgentMemory: 256 },
      ...{ AgentGrpcPort: port + 17, AgentHttpPort: port + 18 },
      ...{ AgentHealthPort: port + 33, AgentMetricsPort: port + 88 },
      ...parameters,
    };
    this.#repository({});
  }

  /** Changes a config as a commit would; what is replaced must be there. */
  edit(config: ConfigName, from: string, to: string): void {
    writeFileSync(path.join(this.folder, config), replaced(this.read(config), from, to));
  }

  read(config: ConfigName): string {
    return readFileSync(path.join(this.folder, config), 'utf8');
  }

  /** Runs with a config edited, and takes the edit back. */
  async edited<T>(config: ConfigName, [from, to]: [string, string], work: () => Promise<T>): Promise<T> {
    const before = this.read(config);
    this.edit(config, from, to);
    try {
      return await work();
    } finally {
      writeFileSync(path.join(this.folder, config), before);
    }
  }

  run(
    step: StepName,
    inputs: Record<string, string> = {},
    circumstances: Circumstances = {},
  ): Promise<ActionRun> {
    const usual = step === 'deploy' ? { 'coralogix-api-key': 'cxtp_a-key-of-the-tests' } : {};
    return this.#repository(circumstances).run(step, { ...usual, ...inputs }, circumstances.ending);
  }

  async deploy(inputs: Record<string, string> = {}): Promise<ActionRun> {
    const result = await this.run('deploy', inputs);
    expectSuccess(result);
    return result;
  }

  /**
   * A deployment that must fail, with nothing of it left once the stack is at rest.
   * @param cause what the first line of the error must say
   */
  async refused(
    code: string,
    cause: RegExp,
    inputs: Record<string, string> = {},
    circumstances: Circumstances = {},
  ): Promise<ActionRun> {
    const result = await this.run('deploy', inputs, circumstances);
    expect(firstErrorLine(result)).toMatch(cause);
    expect(result).toMatchObject({ exitCode: 1, outputs: { 'error-code': code } });
    expect(result.summary).toContain(firstErrorLine(result));
    return result;
  }

  /** What failed deployments left, counted when the stack is at rest. */
  async leftovers(): Promise<string[]> {
    await this.atRest();
    return deployLeftovers(this.account, { cluster: this.cloud.cluster, stackName: this.name });
  }

  async status(): Promise<string | undefined> {
    return (await this.#stack())?.StackStatus;
  }

  async parameters(): Promise<Record<string, string>> {
    const { Parameters = [] } = (await this.#stack()) ?? {};
    return Object.fromEntries(
      Parameters.map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
    );
  }

  async atRest(): Promise<void> {
    await until(
      `stack ${this.name} is at rest`,
      async () => !(await this.status())?.endsWith('_IN_PROGRESS'),
      60,
    );
  }

  /** Takes back an update that somebody made by hand. */
  async cancelByHand(): Promise<void> {
    await this.account.cloudFormation.send(new CancelUpdateStackCommand({ StackName: this.name }));
    await this.atRest();
  }

  gateways(): Promise<string[]> {
    return this.account.tasks(this.gatewayService);
  }

  /** ACTIVE revisions of the gateways' task definition. */
  async gatewayDefinitions(): Promise<string[]> {
    return (await this.account.taskDefinitions(this.name)).filter((arn) => arn.includes('-sampling:'));
  }

  /** Deletes the stack under the role of `deploy`. */
  async remove(): Promise<void> {
    await this.account.removeStack(this.name, await this.#repository({}).credentials('deploy'));
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #stack(): Promise<Stack | undefined> {
    const { cloudFormation } = this.account;
    const { Stacks } = await cloudFormation
      .send(new DescribeStacksCommand({ StackName: this.name }))
      .catch(() => ({ Stacks: [] }));
    return Stacks?.[0];
  }

  /** The same folder every time; made with the shipped configs only once. */
  #repository({ onLine, endpoint, without, withoutStatement }: Circumstances): UserRepository {
    const configs = ['agent-config.yaml', 'sampling-config.yaml'] as const;
    const kept = this.#isMade ? configs.map((name) => [name, this.read(name)] as const) : [];
    const shown = process.env['VERBOSE'] ? (line: string) => process.stderr.write(`${line}\n`) : undefined;
    const speak = onLine ?? shown;
    const environment = {
      ...this.cloud.environment,
      ...(endpoint ? { AWS_ENDPOINT_URL: endpoint } : {}),
    };
    const repository = new UserRepository({
      cloud: { ...this.cloud, environment },
      ...{ folder: this.folder, stackName: this.name, parameters: this.#parameters },
      ...(this.#configKey ? { configKey: this.#configKey } : {}),
      ...(speak ? { onLine: speak } : {}),
      givenRoles: this.#givenRoles,
      ...(without ? { without } : {}),
      ...(withoutStatement ? { withoutStatement } : {}),
    });
    for (const [name, text] of kept) writeFileSync(path.join(this.folder, name), text);
    this.#isMade = true;
    return repository;
  }

  #isMade = false;
}
