import type { StackEvent } from '../aws/cloudformation.ts';

/** A consequence of another resource's failure, not a reason. */
const cancelled = /^Resource (creation|update|import) cancelled/i;

/** Whether an event tells of a failure of its own. */
export function isFailure({ status, reason }: StackEvent): boolean {
  return status.endsWith('_FAILED') && !cancelled.test(reason ?? '');
}

/**
 * The event that began the failure of an operation: the earliest *_FAILED of a resource that is not a mere
 * cancellation; else the stack's own first event with a reason that speaks of failing.
 * `events` oldest first.
 */
export function rootCause(events: readonly StackEvent[]): StackEvent | undefined {
  const resource = events.find((event) => isFailure(event) && event.physicalId !== event.stackId);
  if (resource) return resource;
  return (
    events.find(isFailure) ??
    events.find(({ status, reason }) => reason !== undefined && /ROLLBACK|FAILED/.test(status))
  );
}
