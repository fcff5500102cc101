import type { CloudFormation, Stack } from '../aws/cloudformation.ts';
import { KitError } from '../kit/errors.ts';
import { type DiagnosisPorts, diagnoseService, withChain } from '../stack/diagnosis.ts';
import {
  type Expectation,
  RolloutError,
  type RolloutPorts,
  type SteadyService,
  steadyServices,
} from '../stack/rollout.ts';
import { requireTaskLogs, type TaskLogPorts } from '../stack/task-logs.ts';
import type { Waiting } from '../stack/waiting.ts';

/** The stack after an operation, by its ARN. */
export async function currentStack(
  stackName: string,
  stackId: string,
  cloudFormation: Pick<CloudFormation, 'find'>,
): Promise<Stack> {
  const stack = await cloudFormation.find(stackId);
  if (stack) return stack;
  throw new KitError(`stack ${stackName} is gone`, { code: 'stack-not-found', source: 'aws' });
}

/** What is expected of the logs of the tasks that run. */
export interface LogExpectation {
  /** Whether every collector says something when it starts. */
  mustSpeak: boolean;
  /** Told of logs that the run may not look at, and that are not of the stack's own groups. */
  warn: (message: string) => void;
}

/**
 * Waits for the services; one that failed is looked into down to its log. Then requires the logs of their tasks.
 * @throws KitError `log-unwritable` when a task runs and cannot write its log
 */
export async function servicesInStep(
  stack: Stack,
  expected: Expectation & LogExpectation,
  ports: RolloutPorts & DiagnosisPorts & TaskLogPorts,
  waiting: Waiting,
): Promise<SteadyService[]> {
  const services = await diagnosedServices(stack, expected, ports, waiting);
  const { mustSpeak } = expected;
  const unread = await requireTaskLogs({ stackName: stack.name, services, mustSpeak }, ports, waiting);
  if (unread.length > 0) expected.warn(unreadable(unread));
  return services;
}

async function diagnosedServices(
  stack: Stack,
  expected: Expectation,
  ports: RolloutPorts & DiagnosisPorts,
  waiting: Waiting,
): Promise<SteadyService[]> {
  try {
    const services = await steadyServices(stack, expected, ports, waiting);
    if (services.length === 0) waiting.say('the stack has no ECS services');
    for (const { name, desired, taskDefinition } of services) {
      waiting.say(`${name}: ${desired} tasks on ${taskDefinition.split('/').at(-1)}`);
    }
    return services;
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    throw withChain(error, await diagnoseService(error.service, expected.since, ports));
  }
}

function unreadable(logs: readonly string[]): string {
  const [first, ...others] = logs;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return `whether tasks write their logs is not known of ${first}${more}: the run lacks logs:GetLogEvents there`;
}

/** The services as a table of the job summary. */
export function servicesTable(services: readonly SteadyService[]): string {
  const rows = services.map(({ name, desired, taskDefinition, addresses, digests }) => {
    const revision = taskDefinition.split('/').at(-1) ?? '';
    const listed = addresses?.length === 0 ? 'empty' : (addresses?.join(', ') ?? 'not registered');
    const images = digests.map((digest) => `\`${digest}\``).join(', ');
    return `| \`${name}\` | ${desired} | \`${revision}\` | ${images || '–'} | ${listed} |`;
  });
  return [
    '| service | tasks | task definition | image digest | Cloud Map |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
