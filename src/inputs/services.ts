import { readFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../kit/errors.ts';
import type { Faults } from './faults.ts';
import type { Merged } from './merge.ts';
import type { NamedServices, SourceFile } from './settings.ts';
import { rolesInOrder, type StepName } from './topologies.ts';

interface ServicesSource {
  merged: Merged;
  steps: readonly StepName[];
  /** Absolute path that relative paths start from. */
  workspace: string;
}

/** Whether all collectors are in no stack: they are named, no stack is, and nothing is to be deployed. */
export function isWithoutStack({ merged, steps }: Pick<ServicesSource, 'merged' | 'steps'>): boolean {
  const { services, components, 'stack-name': stackName } = merged;
  return services !== undefined && !stackName && !components && !steps.includes('deploy');
}

/** The services that the environment names, by role. */
export function readServices(source: ServicesSource, faults: Faults): NamedServices {
  const { services = {} } = source.merged;
  const found = rolesInOrder.flatMap((role) => {
    const entry = services[role];
    if (!entry) return [];
    const { service: name, cluster: ofArn } = named(entry.service);
    const cluster = clusterName(entry.cluster ?? ofArn ?? services.cluster);
    if (cluster === undefined && isWithoutStack(source))
      faults.add(
        `services.${role}.cluster`,
        'is required where there is no stack',
        'the name of an ECS cluster',
      );
    const service = {
      ...{ service: name, cluster },
      config: entry.config === undefined ? undefined : read(source.workspace, entry.config, faults),
      ...{ grpcPort: entry['grpc-port'], metricsPort: entry['metrics-port'], dnsName: entry['dns-name'] },
    };
    return [[role, service] as const];
  });
  return Object.fromEntries(found);
}

/** A service by its name, or by its ARN, which in the long format names the cluster as well. */
function named(service: string): { service: string; cluster: string | undefined } {
  const [, cluster, name] = /^arn:[^:]+:ecs:[^:]*:\d*:service\/(?:([^/]+)\/)?([^/]+)$/.exec(service) ?? [];
  return { service: name ?? service, cluster };
}

function clusterName(cluster: string | undefined): string | undefined {
  return cluster?.replace(/^arn:[^:]+:ecs:[^:]*:\d*:cluster\//, '');
}

function read(workspace: string, name: string, faults: Faults): SourceFile | undefined {
  try {
    return { path: name, bytes: readFileSync(path.resolve(workspace, name)) };
  } catch (error) {
    faults.add(name, messageOf(error));
    return undefined;
  }
}
