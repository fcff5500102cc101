import type { CloudFormation, Stack } from '../aws/cloudformation.ts';
import { KitError } from '../kit/errors.ts';
import { poll } from '../kit/poll.ts';
import { stackStatus } from './status.ts';
import { withdrawalToken } from './token.ts';
import { pollOptions, type Waiting } from './waiting.ts';

/** The stack that an update starts from, or undefined for a creation. */
export type Base = Stack | undefined;

/**
 * Finds out whether a deployment creates or updates, and refuses where it could do neither.
 * @throws KitError `stack-busy`, `stack-rolled-back`, `stack-unusable`.
 */
export async function prepareStack(
  stackName: string,
  replaceRolledBack: boolean,
  cloudFormation: CloudFormation,
  waiting: Waiting,
): Promise<Base> {
  const stack = await cloudFormation.find(stackName);
  if (!stack) return undefined;
  const status = stackStatus(stack.status);
  if (status.isDeleted || status.isInReview) return undefined;
  if (status.canUpdate) return stack;
  if (status.isInProgress) throw busy(stack);
  if (!status.isStillborn) throw unusable(stack);
  if (!replaceRolledBack) throw neverCreated(stack);
  waiting.say(`stack ${stackName} is in ${stack.status}: deleting it to create it anew`);
  await deleteAndWait(stack, cloudFormation, waiting);
  return undefined;
}

/** Deletes a stack and waits until it is gone, following it by ARN. */
export async function deleteAndWait(
  { id: stackId, name: stackName }: Pick<Stack, 'id' | 'name'>,
  cloudFormation: CloudFormation,
  waiting: Waiting,
): Promise<void> {
  const entry = waiting.ledger.open({ kind: 'deletion', stackName, stackId });
  await cloudFormation.deleteStack(stackId, withdrawalToken('delete'));
  const failed = await poll(
    { ...pollOptions(waiting), what: 'the deletion', heartbeat: waiting.say },
    async () => {
      const stack = await cloudFormation.find(stackId);
      if (!stack || stackStatus(stack.status).isDeleted) return { done: true, value: undefined };
      return stack.status === 'DELETE_FAILED'
        ? { done: true, value: stack }
        : { done: false, state: stack.status };
    },
  );
  entry.close();
  if (failed) throw unusable(failed);
}

function busy({ name, status }: Stack): KitError {
  return new KitError(`stack ${name} is in ${status}: another operation is running`, {
    code: 'stack-busy',
    source: 'aws',
    hint: 'Wait for it to end, then run this step again; one concurrency group per stack keeps runs apart.',
  });
}

function neverCreated({ name, status, statusReason }: Stack): KitError {
  return new KitError(`stack ${name} is in ${status}: its creation failed${because(statusReason)}`, {
    code: 'stack-rolled-back',
    source: 'user',
    hint: 'CloudFormation can only delete it: set replace-rolled-back-stack, or delete it yourself.',
  });
}

function unusable({ name, status, statusReason }: Stack): KitError {
  return new KitError(`stack ${name} is in ${status} and cannot be updated${because(statusReason)}`, {
    code: 'stack-unusable',
    source: 'aws',
    hint:
      status === 'UPDATE_ROLLBACK_FAILED'
        ? 'Continue its rollback in CloudFormation, skipping the resources that cannot be restored.'
        : 'Bring the stack into order in CloudFormation first.',
  });
}

function because(reason: string | undefined): string {
  return reason ? ` (${reason})` : '';
}
