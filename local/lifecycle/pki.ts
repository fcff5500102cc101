import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ensureOwnProgram } from '../../scripts/setup/binaries.ts';
import { cached, contentHash } from '../../scripts/setup/cache.ts';
import { run } from '../../scripts/setup/command.ts';
import { repository, type SetupContext } from '../../scripts/setup/context.ts';

/** Regions of the templates' parameter CoralogixRegion; their ingress is `ingress.<region>.coralogix.com`. */
const coralogixRegions = ['eu1', 'eu2', 'ap1', 'ap2', 'ap3', 'us1', 'us2', 'us3'];

/** The domain that stands for all others: the templates' parameter CoralogixDomain takes any. */
export const customDomain = 'telemetry.example.com';

/** Every name that the backend stand-in answers to. */
export const ingressNames = [
  ...coralogixRegions.map((region) => `${region}.coralogix.com`),
  customDomain,
].map((domain) => `ingress.${domain}`);

/** A local certificate authority and the certificate of the backend stand-in. */
export interface Pki {
  /** Folder with ca.pem, server.pem and server.key. */
  dir: string;
  ca: string;
  /** Content hash of the authority's certificate. */
  hash: string;
}

/** Made once a year and kept in the cache, so that the images that trust it stay the same. They are valid for two. */
export async function ensurePki(context: SetupContext): Promise<Pki> {
  const program = await ensureOwnProgram(context, path.join(repository, 'local', 'images', 'pki', 'main.go'));
  const hash = contentHash(
    path.basename(path.dirname(program)),
    String(new Date().getUTCFullYear()),
    ...ingressNames,
  );
  const dir = await cached(context, { kind: 'certificates', hash }, async (folder) => {
    await run(program, [folder, ...ingressNames]);
  });
  const ca = path.join(dir, 'ca.pem');
  return { dir, ca, hash: contentHash(readFileSync(ca)) };
}
