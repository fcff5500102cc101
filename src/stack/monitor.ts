import type { CloudFormation, StackEvent } from '../aws/cloudformation.ts';
import { poll } from '../kit/poll.ts';
import { type EventPoller, eventPoller } from './poller.ts';
import { isTerminal } from './status.ts';
import { pollOptions, quietHeartbeat, type Waiting } from './waiting.ts';

export interface Operation {
  /** The stack's ARN. */
  stackId: string;
  /** The ClientRequestToken of the request that starts it. */
  token: string;
  /** Whether another run started it, so that its events may be there already. Default false. */
  isJoined?: boolean;
}

export interface OperationEnd {
  /** The stack's status at the end of the operation. */
  status: string;
  /** All events of the operation, oldest first. */
  events: readonly StackEvent[];
}

export interface MonitorPorts {
  cloudFormation: Pick<CloudFormation, 'events'>;
  /** Called for each event of the operation, in order; awaited, so that it may look at what is about to vanish. */
  onEvent: (event: StackEvent) => Promise<void>;
  /** Called after each look at a running operation; what it answers is added to the state. */
  onLook: () => Promise<string | undefined>;
}

/**
 * Follows one operation of a stack from before it starts, or from where it is, to its end. The end is read from the events, not
 * from the stack's status: a stale read of that shows the end of the operation before.
 */
export async function followOperation(
  operation: Operation,
  start: () => Promise<void>,
  ports: MonitorPorts,
  waiting: Waiting,
): Promise<OperationEnd> {
  const poller = eventPoller(() => ports.cloudFormation.events(operation.stackId));
  if (!operation.isJoined) await poller.prime();
  await start();
  const events: StackEvent[] = [];
  const { heartbeat, noted } = quietHeartbeat(waiting);
  const look = async () => {
    const known = events.length;
    const status = await drain(operation, poller, events, ports.onEvent);
    if (events.length > known) noted();
    return status;
  };
  try {
    return await poll(
      {
        ...pollOptions(waiting),
        what: 'the stack operation',
        heartbeat,
        known: () => pendingState(events),
        hint: 'Run the step again: it waits for what still ends, and goes on from there.',
      },
      async () => {
        const status = await look();
        if (status !== undefined) return { done: true, value: { status, events } };
        const more = await ports.onLook();
        const state = pendingState(events);
        return { done: false, state: more === undefined ? state : `${state}; ${more}` };
      },
    );
  } catch (error) {
    // What came since the last look may hold the reason; a second failure must not hide the first.
    await look().catch(() => undefined);
    throw error;
  }
}

/** Takes new events in and answers the operation's final status once it is over. */
async function drain(
  operation: Operation,
  poller: EventPoller,
  events: StackEvent[],
  onEvent: (event: StackEvent) => Promise<void>,
): Promise<string | undefined> {
  for (const event of await poller.fresh()) {
    if (!belongs(operation, events, event)) continue;
    events.push(event);
    await onEvent(event);
  }
  return events.find((event) => isStack(event) && isTerminal(event.status))?.status;
}

/**
 * A stack runs one operation at a time. Ours begins with its token (where events carry none, with the first
 * event after our request) and ends with the stack's own terminal event; in between everything is ours, a
 * rollback with the token of somebody's cancellation too. One that is joined comes out of the whole history,
 * where events without a token are others'.
 */
function belongs(operation: Operation, before: readonly StackEvent[], event: StackEvent): boolean {
  if (before.some((each) => isStack(each) && isTerminal(each.status))) return false;
  if (before.length > 0 || event.token === operation.token) return true;
  return event.token === undefined && !operation.isJoined;
}

function isStack({ physicalId, stackId }: StackEvent): boolean {
  return physicalId === stackId;
}

/** The resources that are still in work. */
function pendingState(events: readonly StackEvent[]): string {
  if (events.length === 0) return 'not started';
  const latest = new Map(
    events.filter((event) => !isStack(event)).map((event) => [event.logicalId, event.status]),
  );
  const pending = [...latest].filter(([, status]) => status.endsWith('_IN_PROGRESS')).map(([id]) => id);
  return pending.length > 0 ? `in progress: ${pending.join(', ')}` : 'between two resources';
}
