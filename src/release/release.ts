import { posix } from 'node:path';
import { canonicalJson, sha256, short } from './hash.ts';

/** One file of a release and where it lies in the bucket. */
export interface ReleaseFile {
  sha256: string;
  key: string;
}

export interface ReleaseConfig extends ReleaseFile {
  /** The template parameter that takes the key: `SamplingS3ConfigKey`. */
  parameter: string;
}

/** What runs, by content: the same files and image make the same id, in whatever environment. */
export interface Release {
  /** SHA-256, 64 hex digits. */
  id: string;
  template: ReleaseFile;
  /** By parameter name. */
  configs: readonly ReleaseConfig[];
  /** The collector's full image reference; empty for a template that runs none. */
  image: string;
}

/** A file to be released. */
export interface Source {
  path: string;
  bytes: Buffer;
}

export interface ReleaseSources {
  /** Key prefix without slashes at its ends; may be empty. */
  prefix: string;
  template: Source;
  configs: readonly (Source & { parameter: string })[];
  image: string;
}

/** The release that files and image make, with the keys they get. */
export function releaseOf({ prefix, template, configs, image }: ReleaseSources): Release {
  return identified({
    template: fileOf(prefix, template),
    configs: configs.map((config) => ({ parameter: config.parameter, ...fileOf(prefix, config) })),
    image,
  });
}

/** Puts the configs in order and computes the id, from contents alone: keys do not count. */
export function identified(parts: Omit<Release, 'id'>): Release {
  const configs = [...parts.configs].sort((a, b) => (a.parameter < b.parameter ? -1 : 1));
  const content = {
    template: parts.template.sha256,
    configs: configs.map(({ parameter, sha256 }) => ({ parameter, sha256 })),
    image: parts.image,
  };
  return { id: sha256(canonicalJson(content)), template: parts.template, configs, image: parts.image };
}

/**
 * What the stacks of an environment run together: the release's own id where there is one, else an id made of
 * theirs, by component.
 */
export function combinedId(releases: readonly { component: string; id: string }[]): string {
  const [only, ...others] = releases;
  if (only && others.length === 0) return only.id;
  return sha256(canonicalJson(Object.fromEntries(releases.map(({ component, id }) => [component, id]))));
}

/** `<prefix>/<base name>.<sha12>.yaml`: a changed file gets a new key, and a key never changes its content. */
function fileOf(prefix: string, { path, bytes }: Source): ReleaseFile {
  const hash = sha256(bytes);
  const extension = posix.extname(path);
  const base = posix.basename(path, extension);
  return { sha256: hash, key: under(prefix, `${base}.${short(hash)}${extension || '.yaml'}`) };
}

/** Where a release's manifest lies. */
export function manifestKey(prefix: string, id: string): string {
  return under(prefix, `releases/${id}.json`);
}

/** The manifest's bytes. */
export function manifest({ id, template, configs, image }: Release): string {
  const file = ({ sha256, key }: ReleaseFile) => ({ sha256, key });
  return `${canonicalJson({
    version: 1,
    id,
    template: file(template),
    configs: configs.map((config) => ({ parameter: config.parameter, ...file(config) })),
    image,
  })}\n`;
}

function under(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}/${name}`;
}
