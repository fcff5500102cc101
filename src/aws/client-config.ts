import { isIP } from 'node:net';
import { version } from '../kit/version.ts';

/** What every SDK client of the kit is made with. */
export interface ClientConfig {
  region: string;
  customUserAgent: string;
  /** Standard mode retries throttling and transient faults with backoff; denials and bad requests fail at once. */
  retryMode: 'standard';
  maxAttempts: number;
  requestHandler: { connectionTimeout: number; requestTimeout: number; throwOnRequestTimeout: true };
}

/** The one place that decides how the kit talks to AWS. An endpoint comes from AWS_ENDPOINT_URL, which the SDK reads. */
export function clientConfig(region: string): ClientConfig {
  return {
    region,
    customUserAgent: `ecs-tail-sampling/${version}`,
    retryMode: 'standard',
    maxAttempts: 6,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
  };
}

/** S3 puts the bucket in the host name, which an address or `localhost` cannot carry. */
export function objectStoreConfig(
  region: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ClientConfig & { forcePathStyle: boolean } {
  const endpoint = environment['AWS_ENDPOINT_URL_S3'] || environment['AWS_ENDPOINT_URL'];
  return { ...clientConfig(region), forcePathStyle: endpoint !== undefined && isBareHost(endpoint) };
}

function isBareHost(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const host = new URL(endpoint).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 || host === 'localhost';
}
