import {
  type CloudFormationClient,
  DescribeEventsCommand,
  type DescribeEventsCommandInput,
  type DescribeEventsCommandOutput,
  type OperationEvent,
} from '@aws-sdk/client-cloudformation';
import { asking } from './errors.ts';

/** What early validation found wrong with one resource of a change set. */
export interface ChangeSetFailure {
  logicalId: string;
  type: string;
  /** `/Resources/Group` when a name is taken, `/Resources/Group/Properties/Name` for a property. */
  path: string;
  /** `Resource of type 'AWS::Logs::LogGroup' with identifier '/ecs/otel' already exists.` */
  reason: string;
}

/**
 * Why a change set failed, resource by resource: DescribeChangeSet names only the validation.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
 *
 * The stack is asked for first, which the right on it allows. Making a change set is one of its operations, and the
 * newest of these is ours: the change set has just failed. Only when it tells nothing the change set itself is asked
 * for, which may take a right on that; by its ARN, since by its name alone CloudFormation finds nothing
 * (https://github.com/aws-cloudformation/cloudformation-cli/issues/1116).
 * @returns what blocks it; nothing when it failed for other reasons
 */
export async function changeSetFailures(
  client: CloudFormationClient,
  id: string,
  stack: string,
): Promise<ChangeSetFailure[]> {
  const events = (await failedEvents(client, { StackName: stack })).filter(
    ({ OperationType }) => OperationType === 'CREATE_CHANGESET',
  );
  const ofNewest = events.filter(({ OperationId }) => OperationId === events[0]?.OperationId);
  const found = ofNewest.flatMap(failure);
  if (found.length > 0) return found;
  return (await failedEvents(client, { StackName: stack, ChangeSetName: id })).flatMap(failure);
}

/** Newest first, as CloudFormation gives them. */
async function failedEvents(
  client: CloudFormationClient,
  of: Pick<DescribeEventsCommandInput, 'StackName' | 'ChangeSetName'>,
): Promise<OperationEvent[]> {
  const events: OperationEvent[] = [];
  let page: DescribeEventsCommandOutput | undefined;
  do {
    const request = new DescribeEventsCommand({
      ...{ ...of, Filters: { FailedEvents: true } },
      ...(page?.NextToken ? { NextToken: page.NextToken } : {}),
    });
    page = await asking(`read why ${of.ChangeSetName ?? of.StackName} failed`, () => client.send(request));
    events.push(...(page.OperationEvents ?? []));
  } while (page.NextToken);
  return events;
}

/** Warnings (`WARN`), such as a bucket that is not empty, do not fail a change set. */
function failure(event: OperationEvent): ChangeSetFailure[] {
  if (event.EventType !== 'VALIDATION_ERROR' || event.ValidationFailureMode === 'WARN') return [];
  return [
    {
      logicalId: event.LogicalResourceId ?? '',
      type: event.ResourceType ?? '',
      path: event.ValidationPath ?? '',
      reason: event.ValidationStatusReason ?? event.ValidationName ?? '',
    },
  ];
}
