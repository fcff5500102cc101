import type { CloudFormation, StackEvent } from '../aws/cloudformation.ts';
import { isKitError, KitError, messageOf } from '../kit/errors.ts';
import type { Entry, OpenChange } from '../kit/ledger.ts';
import { type DiagnosisPorts, type Link, withChain } from './diagnosis.ts';
import { followOperation, type Operation, type OperationEnd } from './monitor.ts';
import type { Plan } from './plan.ts';
import { eventLine } from './printer.ts';
import { rootCause } from './root-cause.ts';
import { serviceWatch } from './service-watch.ts';
import { stackStatus } from './status.ts';
import { executionToken } from './token.ts';
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
  { changeSet, content, entry }: Plan,
  ports: ExecutePorts,
  waiting: Waiting,
): Promise<OperationEnd> {
  const { stackId, id } = changeSet;
  const token = executionToken(content, id);
  const start = () => {
    entry.note({ token });
    return ports.cloudFormation.executeChangeSet(id, stackId, token);
  };
  return followChange({ stackName, operation: { stackId, token }, start, entry }, ports, waiting);
}

export interface Followed {
  stackName: string;
  operation: Operation;
  start: () => Promise<void>;
  /** Closed when the operation is over, however it ended. */
  entry: Entry<OpenChange>;
}

/** Follows an operation to its end; one that is cut short stays open in the ledger, to be taken back. */
export async function followChange(
  { stackName, operation, start, entry }: Followed,
  ports: ExecutePorts,
  waiting: Waiting,
): Promise<OperationEnd> {
  const { cloudFormation } = ports;
  const watch = serviceWatch(ports, waiting);
  const onEvent = async (event: StackEvent) => {
    waiting.say(eventLine(event));
    await watch.onEvent(event);
  };
  try {
    const monitor = { cloudFormation, onEvent, onLook: watch.onLook };
    const end = await followOperation(operation, start, monitor, waiting);
    const { isSuccess } = stackStatus(end.status);
    if (!isSuccess) await removeExecuted(entry.thing, operation, ports, waiting);
    entry.close();
    if (!isSuccess) throw stackFailed(stackName, end, await watch.chain(rootCause(end.events)?.logicalId));
    return end;
  } catch (error) {
    // Once the step was ended nothing more is answered, and what it ended with has the state.
    const mayLook = isKitError(error, 'deadline-exceeded') && !waiting.signal.aborted;
    throw mayLook ? withChain(error, await watch.chain()) : error;
  }
}

/** CloudFormation keeps a change set whose execution failed; nobody can execute it again. */
async function removeExecuted(
  { changeSet }: Readonly<OpenChange>,
  { stackId }: Operation,
  { cloudFormation }: ExecutePorts,
  { say }: Waiting,
): Promise<void> {
  if (changeSet === undefined) return;
  await cloudFormation.deleteChangeSet(changeSet, stackId).catch((error: unknown) => {
    if (!isKitError(error, 'change-set-not-found'))
      say(`left behind: change set ${changeSet} (${messageOf(error)})`);
  });
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
