import path from 'node:path';
import { CloudFormationClient, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { clientConfig } from '../../local/client-config.ts';
import type { Cloud } from '../../local/cloud.ts';
import { type RoleRequest, stepCredentials } from '../../local/step-roles.ts';
import { Account } from './account.ts';
import { awsCli } from './aws-cli.ts';
import { keysOf } from './keys.ts';

const templates = path.resolve(import.meta.dirname, '../../templates');

/** A shipped template that somebody deploys with the AWS CLI, under a role made from `docs/permissions.md`. */
export class ShippedStack {
  readonly name: string;
  readonly #cloud: Cloud;
  readonly #template: string;

  /** @param template by its path in `templates/` */
  constructor(cloud: Cloud, name: string, template: string) {
    this.name = name;
    this.#cloud = cloud;
    this.#template = template;
  }

  /** Plans with `aws cloudformation deploy` and executes that plan; within 60 s. @returns the stack's outputs */
  async deploy(parameters: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const credentials = await this.#credentials();
    const overrides = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
    // To its end it would wait in steps of half a minute.
    const planned = await this.#cli(credentials, [
      ...['deploy', '--no-execute-changeset', '--stack-name', this.name],
      ...['--template-file', path.join(templates, this.#template), '--parameter-overrides', ...overrides],
    ]);
    const [plan = ''] = /arn:\S+:changeSet\/\S+/.exec(planned) ?? [];
    await this.#cli(credentials, [
      'execute-change-set',
      '--change-set-name',
      plan,
      '--stack-name',
      this.name,
    ]);
    const client = new CloudFormationClient({
      ...clientConfig(this.#cloud),
      credentials: keysOf(credentials),
    });
    const waiter = { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
    await waitUntilStackCreateComplete(waiter, { StackName: this.name });
    return new Account(this.#cloud).outputs(this.name);
  }

  /** Deletes it under the same role. */
  async remove(): Promise<void> {
    await new Account(this.#cloud).removeStack(this.name, await this.#credentials());
  }

  async #cli(credentials: Record<string, string>, args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await awsCli(this.#cloud, credentials, ['cloudformation', ...args]);
    if (code !== 0) throw new Error(`aws cloudformation ${args[0]} of ${this.name}: ${stderr}`);
    return stdout;
  }

  #credentials(): Promise<Record<string, string>> {
    const request: RoleRequest = { cloud: this.#cloud, step: 'command', stackName: this.name };
    return stepCredentials({ ...request, template: this.#template });
  }
}
