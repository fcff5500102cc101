import type { TaskDefinition as SdkTaskDefinition } from '@aws-sdk/client-ecs';

export interface ContainerDefinition {
  name: string;
  image: string;
  essential: boolean;
  entryPoint: readonly string[];
  command: readonly string[];
  environment: Readonly<Record<string, string>>;
  /** Variables whose values the task gets from Secrets Manager or Parameter Store: name and `valueFrom`. */
  secrets: Readonly<Record<string, string>>;
  /** hostPort 0: a free port of the instance, in bridge mode. */
  portMappings: readonly { containerPort: number; hostPort: number }[];
  /** Where its log goes, with the awslogs driver. */
  log: { group: string; streamPrefix: string | undefined; region: string | undefined } | undefined;
}

export interface TaskDefinition {
  arn: string;
  family: string;
  networkMode: string;
  executionRoleArn: string | undefined;
  containers: readonly ContainerDefinition[];
}

/** A task definition in the kit's words. */
export function taskDefinitionOf(arn: string, found: SdkTaskDefinition | undefined): TaskDefinition {
  return {
    arn: found?.taskDefinitionArn ?? arn,
    family: found?.family ?? '',
    networkMode: found?.networkMode ?? 'bridge',
    executionRoleArn: found?.executionRoleArn || undefined,
    containers: (found?.containerDefinitions ?? []).map((each) => {
      const { logDriver, options } = each.logConfiguration ?? {};
      const group = logDriver === 'awslogs' ? options?.['awslogs-group'] : undefined;
      return {
        name: each.name ?? '',
        image: each.image ?? '',
        essential: each.essential ?? true,
        entryPoint: each.entryPoint ?? [],
        command: each.command ?? [],
        environment: Object.fromEntries(
          (each.environment ?? []).map(({ name, value }) => [name ?? '', value ?? '']),
        ),
        secrets: Object.fromEntries(
          (each.secrets ?? []).map(({ name, valueFrom }) => [name ?? '', valueFrom ?? '']),
        ),
        portMappings: (each.portMappings ?? []).map(({ containerPort = 0, hostPort = 0 }) => ({
          containerPort,
          hostPort,
        })),
        log: group
          ? { group, streamPrefix: options?.['awslogs-stream-prefix'], region: options?.['awslogs-region'] }
          : undefined,
      };
    }),
  };
}

/** The stream of a task's container: prefix/container/task id. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html */
export function logStream(container: ContainerDefinition, taskId: string): string | undefined {
  const prefix = container.log?.streamPrefix;
  return prefix === undefined ? undefined : `${prefix}/${container.name}/${taskId}`;
}
