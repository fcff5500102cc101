import { type CloudFormationClient, DescribeStackEventsCommand } from '@aws-sdk/client-cloudformation';
import { asking } from './errors.ts';

/** One line of a stack's history. */
export interface StackEvent {
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
  stackId: string;
  logicalId: string;
  physicalId: string | undefined;
  type: string;
  status: string;
  reason: string | undefined;
  /** ClientRequestToken of the operation that caused it. */
  token: string | undefined;
}

/** A stack's events, newest first. */
export async function* stackEvents(client: CloudFormationClient, stack: string): AsyncGenerator<StackEvent> {
  let NextToken: string | undefined;
  do {
    const request = new DescribeStackEventsCommand({ StackName: stack, ...(NextToken ? { NextToken } : {}) });
    const page = await asking(`read the events of stack ${stack}`, () => client.send(request));
    for (const event of page.StackEvents ?? []) {
      yield {
        id: event.EventId ?? '',
        at: event.Timestamp?.getTime() ?? 0,
        stackId: event.StackId ?? stack,
        logicalId: event.LogicalResourceId ?? '',
        physicalId: event.PhysicalResourceId || undefined,
        type: event.ResourceType ?? '',
        status: event.ResourceStatus ?? '',
        reason: event.ResourceStatusReason || undefined,
        token: event.ClientRequestToken || undefined,
      };
    }
    NextToken = page.NextToken;
  } while (NextToken);
}
