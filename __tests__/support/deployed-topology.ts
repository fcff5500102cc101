import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from '@jest/globals';
import type { Cloud } from '../../local/cloud.ts';
import type { ActionRun } from '../../local/runner.ts';
import { UserRepository, type UserRepositoryOptions } from '../../local/user-repository.ts';
import type { ConfigRole, StepName } from '../../src/inputs/topologies.ts';
import { Account } from './account.ts';
import { theCloud } from './the-cloud.ts';
import { expectSuccess, firstErrorLine, replaced } from './verified-stack.ts';

type Choices = Pick<UserRepositoryOptions, 'topology' | 'parameters' | 'configs' | 'fields'>;

/** A repository that deploys any topology, with names that fit beside those of other test files. */
export class DeployedTopology {
  readonly cloud: Cloud = theCloud();
  readonly account = new Account(this.cloud);
  readonly name: string;
  readonly folder: string;
  readonly repository: UserRepository;

  /** @param name the stack's, or the start of the stacks' names, of the namespace and of the service names too */
  constructor(name: string, { parameters, ...choices }: Choices) {
    this.name = name;
    this.folder = mkdtempSync(path.join(tmpdir(), `${name}-`));
    this.repository = new UserRepository({
      ...{ cloud: this.cloud, folder: this.folder, stackName: name, ...choices },
      parameters: { NamespaceName: name, ServiceNamePrefix: name, ...parameters },
      ...(process.env['VERBOSE'] ? { onLine: (line: string) => process.stderr.write(`${line}\n`) } : {}),
    });
  }

  /** Changes a role's config as a commit would; what is replaced must be there. */
  edit(role: ConfigRole, from: string, to: string): void {
    const file = path.join(this.folder, this.repository.configs[role] ?? '');
    writeFileSync(file, replaced(readFileSync(file, 'utf8'), from, to));
  }

  run(step: StepName, inputs: Record<string, string> = {}): Promise<ActionRun> {
    const usual = step === 'deploy' ? { 'coralogix-api-key': 'cxtp_a-key-of-the-tests' } : {};
    return this.repository.run(step, { ...usual, ...inputs });
  }

  /** A run that must succeed. */
  async done(step: StepName, inputs: Record<string, string> = {}): Promise<ActionRun> {
    const result = await this.run(step, inputs);
    expectSuccess(result);
    return result;
  }

  /** A run that must fail: with this code, and with the cause in the first line. */
  async refused(
    step: StepName,
    [code, cause]: [string, RegExp],
    inputs: Record<string, string> = {},
  ): Promise<ActionRun> {
    const result = await this.run(step, inputs);
    expect(firstErrorLine(result)).toMatch(cause);
    expect(result).toMatchObject({ exitCode: 1, outputs: { 'error-code': code } });
    return result;
  }

  /** Outputs of a stack. */
  outputs(stackName = this.name): Promise<Record<string, string>> {
    return this.account.outputs(stackName);
  }

  /** Removes the stacks, in this order and under the role of `deploy`, and the repository. */
  async remove(...stackNames: string[]): Promise<void> {
    const credentials = await this.repository.credentials('deploy');
    for (const stackName of stackNames.length > 0 ? stackNames : [this.name]) {
      await this.account.removeStack(stackName, credentials);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
