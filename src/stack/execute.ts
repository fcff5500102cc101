import type { CloudFormation, StackEvent } from '../aws/cloudformation.ts';
import { KitError, messageOf } from '../kit/errors.ts';
import { chainLines, type DiagnosisPorts, diagnoseService, headline, type Link } from './diagnosis.ts';
import { followOperation, type OperationEnd } from './monitor.ts';
import type { Plan } from './plan.ts';
import { eventLine } from './printer.ts';
import { isFailure, rootCause } from './root-cause.ts';
import { stackService } from './services.ts';
import { stackStatus } from './status.ts';
import type { Waiting } from './waiting.ts';

export interface ExecutePorts extends DiagnosisPorts {
  cloudFormation: CloudFormation;
}

/**
 * Executes a change set and follows the operation to its end, printing its events. A failing service is
 * looked into at its first failure event: the rollback that follows removes tasks and logs.
 * @throws KitError `stack-failed` with the root cause first and the chain below it.
 */
export async function executePlan(
  stackName: string,
  { changeSet, kind }: Plan,
  ports: ExecutePorts,
  waiting: Waiting,
): Promise<OperationEnd> {
  const { cloudFormation } = ports;
  const since = waiting.clock.now();
  // The change set's own unique part, so that a repeated request is the same request.
  const operation = { stackId: changeSet.stackId, token: `execute-${changeSet.id.split('/').at(-1)}` };
  let links: readonly Link[] | undefined;
  const onEvent = async (event: StackEvent) => {
    waiting.say(eventLine(event));
    if (links || !isFailure(event) || event.type !== 'AWS::ECS::Service' || !event.physicalId) return;
    const cluster = await clusterOf(operation.stackId, cloudFormation);
    links = await diagnoseService(stackService(event.logicalId, event.physicalId, cluster), since, ports);
  };
  const start = () => cloudFormation.executeChangeSet(changeSet.id, operation.token);
  try {
    const end = await followOperation(operation, start, { cloudFormation, onEvent }, waiting);
    if (stackStatus(end.status).isSuccess) return end;
    throw stackFailed(stackName, end, links ?? []);
  } catch (error) {
    if (waiting.signal.aborted) await withdraw(stackName, operation, kind, ports, waiting);
    throw error;
  }
}

/** Only needed for services whose ARN does not name their cluster. */
async function clusterOf(stackId: string, cloudFormation: CloudFormation): Promise<string> {
  const stack = await cloudFormation.find(stackId).catch(() => undefined);
  return stack?.parameters['ClusterName'] ?? 'default';
}

/** A cancelled workflow must not leave a rollout running unseen. An update can be cancelled, a creation only deleted: that is left to a person. */
async function withdraw(
  stackName: string,
  { stackId, token }: { stackId: string; token: string },
  kind: Plan['kind'],
  { cloudFormation }: ExecutePorts,
  waiting: Waiting,
): Promise<void> {
  if (kind === 'create') {
    waiting.say(`stack ${stackName} goes on being created: delete it if it is not wanted`);
    return;
  }
  try {
    await cloudFormation.cancelUpdate(stackId, `cancel-${token}`);
    waiting.say(`the update of stack ${stackName} is cancelled; CloudFormation rolls it back`);
  } catch (error) {
    waiting.say(`the update of stack ${stackName} could not be cancelled: ${messageOf(error)}`);
  }
}

function stackFailed(stackName: string, { status, events }: OperationEnd, links: readonly Link[]): KitError {
  const cause = rootCause(events);
  const reason = cause
    ? `${cause.logicalId} (${cause.type}): ${cause.reason ?? cause.status}`
    : 'CloudFormation gives no reason';
  const deeper = headline(links);
  const first = `stack ${stackName} ended in ${status}: ${reason}${deeper ? ` | ${deeper}` : ''}`;
  return new KitError([first, ...chainLines(links)].join('\n'), {
    code: stackStatus(status).isRolledBack ? 'stack-rolled-back' : 'stack-failed',
    source: 'aws',
  });
}
