import type { Cloud } from './cloud.ts';

/** For AWS clients that look at the local account as its administrator, past the kit and its roles. */
export function clientConfig({ environment, region, endpoint }: Cloud) {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = environment;
  return { region, endpoint, credentials: { accessKeyId, secretAccessKey } };
}
