import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientConfig } from './client-config.ts';
import { asking } from './errors.ts';

/** Secrets Manager as the kit uses it: it looks at versions and never at values. */
export interface Secrets {
  /** The id of the version that has a staging label such as AWSCURRENT; undefined when none has it. */
  versionWith(stage: string, secretArn: string): Promise<string | undefined>;
}

export function secrets(region: string): Secrets {
  const client = new SecretsManagerClient(clientConfig(region));
  return {
    async versionWith(stage, secretArn) {
      const request = new DescribeSecretCommand({ SecretId: secretArn });
      const answer = await asking(`describe secret ${secretArn}`, () => client.send(request));
      const versions = Object.entries(answer.VersionIdsToStages ?? {});
      return versions.find(([, stages]) => stages.includes(stage))?.[0];
    },
  };
}
