import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { expect } from '@jest/globals';
import type { Cloud } from '../../local/cloud.ts';
import type { ActionRun } from '../../local/runner.ts';
import { UserRepository } from '../../local/user-repository.ts';
import { Account } from './account.ts';
import { leftovers } from './leftovers.ts';
import { theCloud } from './the-cloud.ts';

/** Enough for an interval that 35% and 0% are outside of, when 25% is expected; sent within four seconds. */
export const cohorts = '{normal: {expect: 25%, traces: 1200}, errors: {expect: 100%, traces: 100}}';

type Edit = (config: string) => string;

/**
 * A deployed stack of a test file's own, with names and ports that fit beside those of other files, and decisions
 * after two seconds. What its verifications leave behind is counted after each.
 */
export class VerifiedStack {
  readonly cloud: Cloud = theCloud();
  readonly account = new Account(this.cloud);
  readonly name: string;
  readonly agentGrpcPort: number;
  readonly #folder: string;
  readonly #repository: UserRepository;
  readonly #original: Readonly<Record<string, string>>;

  /** @param index keeps the ports apart: 1, 2, 3, … */
  constructor(name: string, index: number) {
    const port = 30_000 + index * 100;
    this.name = name;
    this.agentGrpcPort = port + 17;
    this.#folder = mkdtempSync(path.join(tmpdir(), `${name}-`));
    const parameters = {
      ...{ NamespaceName: name, ServiceNamePrefix: name, Memory: 256, AgentMemory: 256 },
      ...{ AgentGrpcPort: port + 17, AgentHttpPort: port + 18 },
      ...{ AgentHealthPort: port + 33, AgentMetricsPort: port + 88 },
    };
    this.#repository = new UserRepository({
      ...{ cloud: this.cloud, folder: this.#folder, stackName: name, parameters },
      ...(process.env['VERBOSE'] ? { onLine: (line: string) => process.stderr.write(`${line}\n`) } : {}),
    });
    this.#edit('sampling-config.yaml', (config) =>
      replaced(config, 'decision_wait: 10s', 'decision_wait: 2s'),
    );
    this.#original = Object.fromEntries(configs.map((file) => [file, this.#read(file)]));
  }

  /** Deploys the configs with these edits, and no others. */
  async deploy(edits: { gateway?: Edit; agent?: Edit } = {}): Promise<void> {
    for (const file of configs) writeFileSync(path.join(this.#folder, file), this.#original[file] ?? '');
    this.#edit('sampling-config.yaml', edits.gateway ?? ((config) => config));
    this.#edit('agent-config.yaml', edits.agent ?? ((config) => config));
    const result = await this.#repository.run('deploy', { 'coralogix-api-key': 'cxtp_a-key-of-the-tests' });
    expectSuccess(result);
  }

  /** Runs the step and counts what it leaves behind. */
  async verify(inputs: Record<string, string> = {}): Promise<ActionRun> {
    const result = await this.#repository.run('verify', { cohorts, 'traces-per-second': '200', ...inputs });
    expect(await this.#leftovers(result)).toEqual([]);
    return result;
  }

  /**
   * A verification that must fail.
   * @param cause what the first line of the error must say
   */
  async refused(cause: RegExp, inputs: Record<string, string> = {}): Promise<ActionRun> {
    const result = await this.verify(inputs);
    expect(firstErrorLine(result)).toMatch(cause);
    expect(result.exitCode).toBe(1);
    expect(result.outputs['evidence-hash']).toBeUndefined();
    return result;
  }

  /** Running generators of this stack's verifications: those that send to its agents. */
  async generators(): Promise<string[]> {
    const { ecs } = this.account;
    const { cluster } = this.cloud;
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, family: 'telemetrygen-task' }));
    if (taskArns.length === 0) return [];
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
    return tasks.flatMap(({ taskArn, lastStatus, overrides }) =>
      lastStatus === 'RUNNING' && JSON.stringify(overrides).includes(`localhost:${this.agentGrpcPort}`)
        ? (taskArn ?? [])
        : [],
    );
  }

  async remove(): Promise<void> {
    await this.account.removeStack(this.name, await this.#repository.credentials('deploy'));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #leftovers({ outputs }: ActionRun): Promise<string[]> {
    return leftovers(this.account, {
      cluster: this.cloud.cluster,
      stackName: this.name,
      runId: outputs['run-id'] ?? 'no run',
    });
  }

  #read(file: string): string {
    return readFileSync(path.join(this.#folder, file), 'utf8');
  }

  #edit(file: string, edit: Edit): void {
    writeFileSync(path.join(this.#folder, file), edit(this.#read(file)));
  }
}

const configs = ['agent-config.yaml', 'sampling-config.yaml'];

/** The text with `from` replaced, which has to be there. */
export function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`the config has no ${from}`);
  return text.replaceAll(from, to);
}

/** What a reader of a failed job sees first. */
export function firstErrorLine({ log }: ActionRun): string {
  return /^error: (.*)$/m.exec(log)?.[1] ?? '';
}

/** With what the run says of its failure, so that a test's log tells it. */
export function expectSuccess({ exitCode, log }: ActionRun): void {
  const error = /^error: [\s\S]{0,2000}/m.exec(log)?.[0] ?? '';
  expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
}
