import type { EcsServices } from '../aws/ecs-services.ts';
import { poll } from '../kit/poll.ts';
import { pollOptions, type Waiting } from '../stack/waiting.ts';
import { lastGatewayChange, runningTasks } from '../verify/gateways.ts';
import type { Routing } from './scale-plan.ts';

interface Means {
  ports: { ecs: EcsServices };
  waiting: Waiting;
}

/** Waits until every agent has looked its gateways up again since the last of them came or went. */
export async function waitForRouting(
  service: string,
  { cluster, seconds }: Routing,
  { ports, waiting }: Means,
): Promise<void> {
  const running = await runningTasks(ports.ecs, cluster, service);
  const target = { cluster, gatewayService: service };
  const changedAt = await lastGatewayChange(ports.ecs, target, running, waiting.clock);
  const known = changedAt + seconds * 1000;
  await poll(
    { ...pollOptions(waiting), what: 'the routing', intervalSeconds: 1, heartbeat: waiting.say },
    async () =>
      waiting.clock.now() >= known
        ? { done: true, value: undefined }
        : { done: false, state: `a change is known to every agent after ${seconds} s` },
  );
}
