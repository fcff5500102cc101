import type { CloudFormation, StackEvent } from '../aws/cloudformation.ts';
import { isKitError, KitError, messageOf } from '../kit/errors.ts';
import { type DiagnosisPorts, type Link, withChain } from './diagnosis.ts';
import { followOperation, type Operation, type OperationEnd } from './monitor.ts';
import type { Plan } from './plan.ts';
import { eventLine } from './printer.ts';
import { rootCause } from './root-cause.ts';
import { serviceWatch } from './service-watch.ts';
import { stackStatus } from './status.ts';
import type { Waiting } from './waiting.ts';

export interface ExecutePorts extends DiagnosisPorts {
  cloudFormation: CloudFormation;
}

/** What CloudFormation appends to the reason of a resource handler; the event's line in the log keeps it. */
const requestToken = / \(RequestToken: [^)]*\)/;

/**
 * Executes a change set and follows the operation to its end, printing its events and those of the services.
 * @throws KitError `deployment-rolled-back` or `deployment-failed`, the root cause first and the chain below it;
 * `deadline-exceeded` with the state and the chain below the service that was waited for.
 */
export async function executePlan(
  stackName: string,
  { changeSet, kind }: Plan,
  ports: ExecutePorts,
  waiting: Waiting,
): Promise<OperationEnd> {
  const { cloudFormation } = ports;
  // The change set's own unique part, so that a repeated request is the same request.
  const operation = { stackId: changeSet.stackId, token: `execute-${changeSet.id.split('/').at(-1)}` };
  const watch = serviceWatch(ports, waiting);
  const onEvent = async (event: StackEvent) => {
    waiting.say(eventLine(event));
    await watch.onEvent(event);
  };
  const start = () => cloudFormation.executeChangeSet(changeSet.id, operation.token);
  try {
    const end = await followOperation(
      operation,
      start,
      { cloudFormation, onEvent, onLook: watch.onLook },
      waiting,
    );
    if (!stackStatus(end.status).isSuccess) throw stackFailed(stackName, end, await watch.chain());
    return end;
  } catch (error) {
    if (waiting.signal.aborted) await withdraw(stackName, operation, kind, ports, waiting);
    if (isKitError(error, 'deadline-exceeded')) throw withChain(error, await watch.chain());
    throw error;
  }
}

/**
 * A cancelled workflow must not leave a rollout running unseen. An update can be cancelled; a creation could
 * only be deleted, which is left to a person.
 */
async function withdraw(
  stackName: string,
  { stackId, token }: Operation,
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
    ? `${cause.logicalId} (${cause.type}): ${(cause.reason ?? cause.status).replace(requestToken, '')}`
    : 'CloudFormation gives no reason';
  const error = new KitError(`stack ${stackName} ended in ${status}: ${reason}`, {
    code: stackStatus(status).isRolledBack ? 'deployment-rolled-back' : 'deployment-failed',
    source: 'aws',
  });
  return withChain(error, links);
}
