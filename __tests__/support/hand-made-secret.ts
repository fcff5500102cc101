import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { clientConfig } from '../../local/client-config.ts';
import type { Cloud } from '../../local/cloud.ts';

/** A secret that the user keeps, with an API key in it. */
export class HandMadeSecret implements AsyncDisposable {
  readonly arn: string;
  readonly #client: SecretsManagerClient;

  private constructor(client: SecretsManagerClient, arn: string) {
    this.#client = client;
    this.arn = arn;
  }

  static async make(cloud: Cloud, name: string, value: string): Promise<HandMadeSecret> {
    const client = new SecretsManagerClient(clientConfig(cloud));
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: name, SecretString: value }));
    return new HandMadeSecret(client, ARN);
  }

  /** Makes a new version the current one. */
  async put(value: string): Promise<void> {
    await this.#client.send(new PutSecretValueCommand({ SecretId: this.arn, SecretString: value }));
  }

  async currentVersion(): Promise<string | undefined> {
    const { VersionIdsToStages = {} } = await this.#client.send(
      new DescribeSecretCommand({ SecretId: this.arn }),
    );
    return Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT'))?.[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.send(
      new DeleteSecretCommand({ SecretId: this.arn, ForceDeleteWithoutRecovery: true }),
    );
    this.#client.destroy();
  }
}
