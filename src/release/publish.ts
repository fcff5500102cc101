import { type ObjectStore, uri } from '../aws/object-store.ts';
import { KitError } from '../kit/errors.ts';
import { sha256 } from './hash.ts';
import {
  identified,
  manifest,
  manifestKey,
  type Release,
  type ReleaseSources,
  releaseOf,
} from './release.ts';

export interface Published {
  release: Release;
  /** Addresses of the objects written now. */
  made: readonly string[];
  /** Addresses of those that were there, with the same content. */
  present: readonly string[];
}

/**
 * Writes a release to the bucket: template and configs, then the manifest, so that a manifest means a
 * complete release. Nothing is ever overwritten; an object that is there must have the same content.
 */
export async function publish(
  sources: ReleaseSources,
  bucket: string,
  store: ObjectStore,
): Promise<Published> {
  const release = releaseOf(sources);
  const keys = new Map<string, Buffer>([[release.template.key, sources.template.bytes]]);
  for (const config of sources.configs) {
    const { key } = fileFor(release, config.parameter);
    keys.set(key, config.bytes);
  }
  const made: string[] = [];
  const present: string[] = [];
  for (const [key, bytes] of keys) {
    const outcome = await putVerified(store, { bucket, key }, bytes);
    (outcome === 'made' ? made : present).push(uri({ bucket, key }));
  }
  const at = { bucket, key: manifestKey(sources.prefix, release.id) };
  const outcome = await store.putIfAbsent(at, manifest(release), 'application/json');
  if (outcome === 'present') await verifyManifest(store, at, release.id);
  (outcome === 'made' ? made : present).push(uri(at));
  return { release, made, present };
}

function fileFor(release: Release, parameter: string) {
  const found = release.configs.find((config) => config.parameter === parameter);
  if (!found) throw new Error(`no config for parameter ${parameter}`);
  return found;
}

async function putVerified(store: ObjectStore, at: { bucket: string; key: string }, bytes: Buffer) {
  const outcome = await store.putIfAbsent(at, bytes, 'application/yaml');
  if (outcome === 'made') return outcome;
  const found = await store.get(at);
  if (found === undefined || sha256(found) !== sha256(bytes)) throw altered(uri(at));
  return outcome;
}

/** The keys in an older manifest may differ, since file names are no part of a release; its contents may not. */
async function verifyManifest(store: ObjectStore, at: { bucket: string; key: string }, id: string) {
  const bytes = await store.get(at);
  try {
    const found = JSON.parse(bytes?.toString('utf8') ?? '') as Release;
    if (found.id === id && identified(found).id === id) return;
  } catch {
    // Not JSON, or not a manifest: altered all the same.
  }
  throw altered(uri(at));
}

function altered(address: string): KitError {
  return new KitError(`${address} exists with other content than its name says`, {
    code: 'release-altered',
    source: 'user',
    hint: 'Objects of a release are never changed; find out who wrote this one, then delete it.',
  });
}
