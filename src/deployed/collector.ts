import type { EcsService } from '../aws/ecs-services.ts';
import { type ObjectAddress, type ObjectStore, uri } from '../aws/object-store.ts';
import type { ContainerDefinition, TaskDefinition } from '../aws/task-definition.ts';
import { type ConfigSource, configSources } from '../collector/config-source.ts';
import { type CollectorConfig, readMergedConfig } from '../collector/model.ts';
import { type Work, workOf } from '../collector/work.ts';
import { messageOf } from '../kit/errors.ts';
import { sha256 } from '../release/hash.ts';

/** A container that runs a collector, and the config that it reads. */
export interface Collector {
  container: ContainerDefinition;
  /** With the container's variables in place; undefined where it cannot be read. */
  config: CollectorConfig | undefined;
  /** Nothing where the config cannot be read. */
  work: Work | undefined;
  /** Why the config cannot be read; undefined when it was. */
  unread: string | undefined;
  /** Where it is from, for readers: `s3://bucket/key`, `env:OTEL_CONFIG`. */
  from: string;
  /** The objects that it is made of. */
  objects: readonly ObjectAddress[];
  /** SHA-256 of the text; undefined where it was not read. */
  hash: string | undefined;
}

/** An ECS service, and the collectors of its tasks; none for a service of something else. */
export interface DeployedService {
  cluster: string;
  service: string;
  /** Name or ARN of the stack that has it; undefined outside of all stacks. */
  stack: string | undefined;
  sight: EcsService;
  definition: TaskDefinition;
  collectors: readonly Collector[];
}

type Objects = Pick<ObjectStore, 'get'>;

/** The collectors among a task definition's containers, each with its config as far as that can be read. */
export async function collectorsOf(definition: TaskDefinition, objects: Objects): Promise<Collector[]> {
  const found = await Promise.all(definition.containers.map((each) => collectorOf(each, objects)));
  return found.flatMap((each) => each ?? []);
}

async function collectorOf(container: ContainerDefinition, objects: Objects): Promise<Collector | undefined> {
  const sources = configSources(container);
  if (sources.length === 0) return undefined;
  const about = {
    container,
    from: sources.map(nameOf).join(' + '),
    objects: sources.flatMap((each) =>
      each.kind === 'object' ? [{ bucket: each.bucket, key: each.key }] : [],
    ),
  };
  try {
    const parts = await Promise.all(sources.map((source) => textOf(source, objects)));
    const hash = sha256(JSON.stringify(parts));
    const config = readMergedConfig(parts, container.environment);
    return { ...about, config, work: workOf(config), unread: undefined, hash };
  } catch (error) {
    return { ...about, config: undefined, work: undefined, unread: messageOf(error), hash: undefined };
  }
}

function nameOf(source: ConfigSource): string {
  if (source.kind === 'object') return uri(source);
  return source.kind === 'text' ? source.name : 'unreadable';
}

async function textOf(source: ConfigSource, objects: Objects): Promise<{ name: string; text: string }> {
  if (source.kind === 'text') return source;
  if (source.kind === 'unreadable') throw new Error(source.reason);
  const bytes = await objects.get(source);
  if (bytes === undefined) throw new Error(`${uri(source)} does not exist`);
  return { name: uri(source), text: bytes.toString('utf8') };
}
