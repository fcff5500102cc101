import type { CloudFormation, Stack } from '../aws/cloudformation.ts';
import { isKitError } from '../kit/errors.ts';
import type { Closing, Entry, OpenChange } from '../kit/ledger.ts';
import { poll } from '../kit/poll.ts';
import { newestOperation } from './running-operation.ts';
import { type StackStatus, stackStatus } from './status.ts';
import { withdrawalToken } from './token.ts';
import type { Patience } from './waiting.ts';

type Change = Readonly<OpenChange>;

/** How often a change set that is just being made, and so cannot be deleted yet, is tried again. */
const retrySeconds = 0.5;

/**
 * Asks CloudFormation to stop a change that is not wanted any more: an update is cancelled, a stack that is being
 * created is deleted, a change set that was not executed is removed together with the shell it made. An
 * operation is touched only when its own events carry the token of this change; whatever else the stack does
 * is somebody else's.
 */
export async function withdrawChange(
  entry: Entry<OpenChange>,
  cloudFormation: CloudFormation,
  patience: Patience,
): Promise<Closing> {
  const change: Change = entry.thing;
  return poll(
    { ...patience, what: `the change of stack ${change.stackName}`, intervalSeconds: retrySeconds },
    async () => {
      const stack = await cloudFormation.find(change.stackId ?? change.stackName);
      const status = stackStatus(stack?.status ?? 'DELETE_COMPLETE');
      if (!stack || status.isDeleted) return { done: true, value: gone(change) };
      if (await isOwn(change, stack, cloudFormation))
        return { done: true, value: await stopOperation(entry, stack, cloudFormation) };
      if (status.isInProgress) return { done: true, value: await foreign(change, stack, cloudFormation) };
      try {
        return { done: true, value: await removePlan(change, stack, cloudFormation) };
      } catch (error) {
        // Still being made, or executed this very moment: the next look tells which.
        if (!isKitError(error, 'change-set-stale', 'stack-busy')) throw error;
        return { done: false, state: error.message };
      }
    },
  );
}

/** Whether the newest operation of the stack is the execution of this change. */
async function isOwn({ token }: Change, stack: Stack, cloudFormation: CloudFormation): Promise<boolean> {
  if (token === undefined) return false;
  return (await newestOperation(stack, cloudFormation))?.token === token;
}

async function stopOperation(
  entry: Entry<OpenChange>,
  stack: Stack,
  cloudFormation: CloudFormation,
): Promise<Closing> {
  const { stackName, operation, changeSet, isWithdrawn } = entry.thing;
  try {
    if (!isWithdrawn && stack.status === 'CREATE_IN_PROGRESS') {
      await cloudFormation.deleteStack(stack.id, withdrawalToken('delete'));
      entry.note({ isWithdrawn: true });
    }
    if (!isWithdrawn && stack.status === 'UPDATE_IN_PROGRESS') {
      await cloudFormation.cancelUpdate(stack.id, withdrawalToken('cancel'));
      entry.note({ isWithdrawn: true });
    }
  } catch (error) {
    // It may have moved on between the look and the request; what it is in now counts.
    const now = await cloudFormation.find(stack.id);
    if (now?.status === stack.status) throw error;
  }
  const now = stackStatus((await cloudFormation.find(stack.id))?.status ?? 'DELETE_COMPLETE');
  // CloudFormation keeps one whose execution failed; nobody can execute it again, so it may stay if it must.
  if (now.isRolledBack && changeSet !== undefined)
    await cloudFormation.deleteChangeSet(changeSet, stack.id).catch(() => {});
  return {
    left: now.isInProgress ? 'something' : 'nothing',
    state: `stack ${stackName}: ${wordsFor(operation, now)}`,
  };
}

function wordsFor(operation: Change['operation'], { raw, isInProgress, isSuccess }: StackStatus): string {
  const noun = operation === 'create' ? 'creation' : 'update';
  if (!isInProgress)
    return isSuccess && raw !== 'DELETE_COMPLETE' ? `the ${noun} is done (${raw})` : `it is in ${raw}`;
  if (raw === 'UPDATE_IN_PROGRESS') return `the update is being cancelled (${raw})`;
  if (raw === 'CREATE_IN_PROGRESS') return `the creation is being taken back (${raw})`;
  if (raw.startsWith('DELETE')) return `what was created is being deleted (${raw})`;
  if (raw.includes('ROLLBACK')) return `the ${noun} is being rolled back (${raw})`;
  return `the ${noun} can no longer be cancelled and comes to its end (${raw})`;
}

/** Another operation runs, perhaps the deletion that took this one back. */
async function foreign(change: Change, stack: Stack, cloudFormation: CloudFormation): Promise<Closing> {
  const newest = await newestOperation(stack, cloudFormation);
  const isDeletion = change.operation === 'create' && newest?.began === 'DELETE_IN_PROGRESS';
  if (isDeletion) {
    const state = `stack ${change.stackName}: what was created is being deleted (${stack.status})`;
    return { left: 'something', state };
  }
  return {
    left: 'nothing',
    state: `stack ${change.stackName} is in ${stack.status}, an operation of somebody else: left alone`,
  };
}

async function removePlan(change: Change, stack: Stack, cloudFormation: CloudFormation): Promise<Closing> {
  const { changeSet, stackName } = change;
  if (changeSet !== undefined) await deleteIfThere(changeSet, stack, cloudFormation);
  const isShell = change.operation === 'create' && stackStatus(stack.status).isInReview;
  // A shell that holds somebody else's plan is theirs.
  if (isShell && (await cloudFormation.changeSetNames(stack.id)).every((name) => name === changeSet))
    await cloudFormation.deleteStack(stack.id, withdrawalToken('delete'));
  const status = stackStatus((await cloudFormation.find(stack.id))?.status ?? 'DELETE_COMPLETE');
  if (status.isDeleted) return gone(change);
  const state = `stack ${stackName}: nothing was executed, it is in ${status.raw}`;
  return { left: status.isInProgress ? 'something' : unansweredOrNothing(change), state };
}

async function deleteIfThere(
  changeSet: string,
  { id }: Stack,
  cloudFormation: CloudFormation,
): Promise<void> {
  try {
    await cloudFormation.deleteChangeSet(changeSet, id);
  } catch (error) {
    if (!isKitError(error, 'change-set-not-found')) throw error;
  }
}

function gone(change: Change): Closing {
  return { left: unansweredOrNothing(change), state: `stack ${change.stackName} does not exist` };
}

function unansweredOrNothing({ changeSet, isPlanned }: Change): Closing['left'] {
  return changeSet !== undefined && !isPlanned ? 'doubt' : 'nothing';
}
