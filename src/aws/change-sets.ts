import {
  type Change,
  type CloudFormationClient,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
} from '@aws-sdk/client-cloudformation';
import { isKitError } from '../kit/errors.ts';
import { asking } from './errors.ts';

export interface ChangeSetStatus {
  /** CREATE_PENDING, CREATE_IN_PROGRESS, CREATE_COMPLETE, FAILED, DELETE_…; stays CREATE_COMPLETE after execution. */
  status: string;
  /** UNAVAILABLE, AVAILABLE, EXECUTE_…, OBSOLETE. */
  executionStatus: string;
  reason: string | undefined;
}

/** What CloudFormation would do to one resource. Property values are not asked for: some are secret. */
export interface ResourceChange {
  action: 'Add' | 'Modify' | 'Remove' | 'Import' | 'Dynamic' | string;
  logicalId: string;
  type: string;
  /** For Modify: whether the resource is made anew. */
  replacement: 'True' | 'False' | 'Conditional' | undefined;
  /** The properties that change, by name. */
  properties: readonly string[];
  /** The parameters and resources that cause it: `SamplingS3ConfigKey`, `GatewayTaskDefinition`. */
  causes: readonly string[];
}

export interface ChangeSet extends ChangeSetStatus {
  id: string;
  name: string;
  stackId: string;
  changes: readonly ResourceChange[];
}

/**
 * A change set with all pages of its changes; undefined when it does not exist. Its stack is named as well: IAM
 * authorises the call on the stack, which the change set's ARN does not tell.
 */
export async function describeChangeSet(
  client: CloudFormationClient,
  id: string,
  stack: string,
): Promise<ChangeSet | undefined> {
  const changes: ResourceChange[] = [];
  let page: DescribeChangeSetCommandOutput | undefined;
  try {
    do {
      const request = new DescribeChangeSetCommand({
        ...{ ChangeSetName: id, StackName: stack },
        ...(page?.NextToken ? { NextToken: page.NextToken } : {}),
      });
      page = await asking(`describe change set ${id}`, () => client.send(request));
      changes.push(...(page.Changes ?? []).flatMap(resourceChange));
    } while (page.NextToken);
  } catch (error) {
    if (isKitError(error, 'change-set-not-found')) return undefined;
    throw error;
  }
  return {
    id: page.ChangeSetId ?? id,
    name: page.ChangeSetName ?? id,
    stackId: page.StackId ?? '',
    status: page.Status ?? 'UNKNOWN',
    executionStatus: page.ExecutionStatus ?? 'UNKNOWN',
    reason: page.StatusReason || undefined,
    changes,
  };
}

function resourceChange({ ResourceChange: change }: Change): ResourceChange[] {
  if (!change) return [];
  const details = change.Details ?? [];
  return [
    {
      action: change.Action ?? '',
      logicalId: change.LogicalResourceId ?? '',
      type: change.ResourceType ?? '',
      replacement: change.Replacement,
      properties: distinct(details.map((each) => each.Target?.Name ?? each.Target?.Attribute)),
      causes: distinct(details.map((each) => each.CausingEntity?.split('.')[0])),
    },
  ];
}

function distinct(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((each): each is string => Boolean(each)))];
}
