import {
  DeregisterTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  waitUntilTasksStopped,
} from '@aws-sdk/client-ecs';
import type { Cloud } from '../../local/cloud.ts';
import type { Account } from './account.ts';

/** An application that sends traces. */
export interface Sender {
  /** ECS cluster that it runs in. */
  cluster: string;
  /** host:port to which it sends OTLP over gRPC, without TLS. */
  endpoint: string;
  /** Its `service.name`. */
  service: string;
  /** How many traces of two spans, all with an error, which is why samplers keep them. */
  traces: number;
}

/** Runs the application as a task of its own to its end. What it sends may yet be on the way. */
export async function sendAsTask({ ecs }: Account, cloud: Cloud, sender: Sender): Promise<void> {
  const { cluster, endpoint, service, traces } = sender;
  const command = [
    ...['traces', '--otlp-insecure', `--otlp-endpoint=${endpoint}`, `--service=${service}`],
    ...[`--traces=${traces}`, '--workers=1', '--rate=100', '--status-code=Error'],
  ];
  const container = { name: 'app', image: cloud.telemetrygenImage, memory: 64, essential: true, command };
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: service,
      networkMode: 'bridge',
      containerDefinitions: [container],
    }),
  );
  const definition = taskDefinition?.taskDefinitionArn ?? '';
  try {
    const request = { cluster, taskDefinition: definition, launchType: 'EC2' as const };
    const { tasks: started = [], failures = [] } = await ecs.send(new RunTaskCommand(request));
    const tasks = started.flatMap(({ taskArn }) => taskArn ?? []);
    if (tasks.length === 0) throw new Error(`${service} was not started: ${JSON.stringify(failures)}`);
    const waiter = { client: ecs, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
    const { reason } = await waitUntilTasksStopped(waiter, { cluster, tasks });
    const { exitCode } = (reason as StoppedTasks).tasks?.[0]?.containers?.[0] ?? {};
    if (exitCode !== 0) throw new Error(`${service} ended with ${exitCode}`);
  } finally {
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: definition }));
  }
}

/** What the waiter has seen last: the answer to DescribeTasks. */
interface StoppedTasks {
  tasks?: { containers?: { exitCode?: number }[] }[];
}
