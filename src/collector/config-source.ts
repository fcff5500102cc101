import { parse } from 'yaml';
import type { ContainerDefinition } from '../aws/task-definition.ts';
import { expanded } from './expansion.ts';

/** Where a collector has its config, or a part of it, from. */
export type ConfigSource =
  | { kind: 'object'; bucket: string; key: string }
  /** In the task definition itself. */
  | { kind: 'text'; name: string; text: string }
  /** It has one, which cannot be read from outside. */
  | { kind: 'unreadable'; reason: string };

type Container = Pick<
  ContainerDefinition,
  'name' | 'image' | 'entryPoint' | 'command' | 'environment' | 'secrets'
>;

/**
 * Where a container's collector reads its config from, in the order in which the collector merges them; empty for a
 * container that shows no sign of a collector. `--config` goes before variables, which an image may read by itself
 * (`AOT_CONFIG_CONTENT` of ADOT), and these before a config that the image brings.
 * https://opentelemetry.io/docs/collector/configuration/#location
 */
export function configSources(container: Container): ConfigSource[] {
  const given = configArguments([...container.entryPoint, ...container.command]);
  if (given.length > 0) return given.map((uri) => sourceOf(expanded(uri, container.environment), container));
  const ofVariables = variableSources(container);
  if (ofVariables.length > 0) return ofVariables;
  return /otel|opentelemetry|collector/i.test(container.image)
    ? [unreadable(`it is part of the image ${container.image}`)]
    : [];
}

/** The values of `--config`, also inside the one word that a shell is given. */
function configArguments(words: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    if (words[index - 1] === '--config') return [word];
    if (word === '--config') return [];
    if (word.startsWith('--config=')) return [word.slice('--config='.length)];
    return /\s/.test(word)
      ? [...word.matchAll(/--config[= ]["']?([^\s"']+)/g)].map(([, uri = '']) => uri)
      : [];
  });
}

function sourceOf(uri: string, { environment, secrets }: Container): ConfigSource {
  const object = objectOf(uri);
  if (object) return object;
  if (uri.startsWith('yaml:')) return { kind: 'text', name: uri, text: uri.slice('yaml:'.length) };
  if (!uri.startsWith('env:')) return unreadable(`it is read from ${uri}`);
  const name = uri.slice('env:'.length);
  const text = environment[name];
  if (text !== undefined) return { kind: 'text', name: uri, text };
  const secret = secrets[name];
  return unreadable(secret === undefined ? `its variable ${name} is not set` : `it is the secret ${secret}`);
}

/** The collector's own form, with the bucket in the host, and that of other tools: https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/confmap/provider/s3provider */
function objectOf(uri: string): ConfigSource | undefined {
  const [, bucket, key] = /^s3:\/\/([^/]+?)(?:\.s3\.[a-z0-9-]+\.[a-z0-9.-]+)?\/(.+)$/.exec(uri) ?? [];
  return bucket === undefined || key === undefined ? undefined : { kind: 'object', bucket, key };
}

/** What variables whose name speaks of a config hold: the address of an object, in one or two of them, or the config. */
function variableSources({ environment, secrets }: Container): ConfigSource[] {
  const named = Object.entries(environment).filter(([name]) => /config/i.test(name));
  const found = named.flatMap(([name, value]): ConfigSource[] => {
    const object = objectOf(expanded(value, environment));
    if (object) return [object];
    return isConfig(value) ? [{ kind: 'text', name: `env:${name}`, text: value }] : [];
  });
  if (found.length > 0) return found;
  const [, bucket] = named.find(([name]) => /bucket/i.test(name)) ?? [];
  const [, key] = named.find(([name]) => /key|path|object/i.test(name)) ?? [];
  if (bucket && key) return [{ kind: 'object', bucket, key }];
  return Object.entries(secrets).flatMap(([name, secret]) =>
    /config/i.test(name) ? [unreadable(`it is the secret ${secret}`)] : [],
  );
}

function isConfig(text: string): boolean {
  try {
    const found: unknown = parse(text);
    return typeof found === 'object' && found !== null && 'service' in found && 'receivers' in found;
  } catch {
    return false;
  }
}

function unreadable(reason: string): ConfigSource {
  return { kind: 'unreadable', reason };
}
