import type { Cloud } from '../../local/cloud.ts';
import { attempt, type CommandResult } from '../../scripts/setup/command.ts';
import { createContext } from '../../scripts/setup/context.ts';
import { ensureAwsCli } from '../../scripts/setup/python.ts';

/**
 * Runs the AWS CLI on the local cloud, as somebody does who has nothing of the kit.
 * @param credentials as variables (`AWS_ACCESS_KEY_ID` …), such as `stepCredentials` gives; the administrator's: `cloud.environment`
 * @param args after `aws`, such as `['cloudformation', 'deploy', …]`
 * @returns its exit code and what it printed, whatever the code is; the CLI itself is installed when it is missing
 */
export async function awsCli(
  cloud: Cloud,
  credentials: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<CommandResult> {
  return attempt(await ensureAwsCli(createContext()), [...args], {
    env: clientEnvironment(cloud, credentials),
    timeoutSeconds: 240,
  });
}

/** For a client of somebody else's: endpoint, region and credentials of the local cloud, and nothing of this machine's. */
export function clientEnvironment(
  cloud: Cloud,
  credentials: Readonly<Record<string, string>>,
): Record<string, string> {
  const named = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
  return {
    ...Object.fromEntries(Object.entries(credentials).filter(([name]) => named.includes(name))),
    PATH: process.env['PATH'] ?? '',
    HOME: cloud.stateDir,
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.region,
    AWS_DEFAULT_REGION: cloud.region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  };
}
