/** Answers questions about a raw stack status, so that nobody else compares strings. */
export interface StackStatus {
  raw: string;
  isInProgress: boolean;
  /** Made by a CREATE change set that was never executed: for us the stack does not exist. */
  isInReview: boolean;
  isDeleted: boolean;
  /** Its creation failed: CloudFormation can only delete it. */
  isStillborn: boolean;
  /** Its last operation did what it should. */
  isSuccess: boolean;
  /** Its last operation failed and was undone. */
  isRolledBack: boolean;
  canUpdate: boolean;
}

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
const successes = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE', 'DELETE_COMPLETE'];
const rolledBack = ['ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE'];
const stillborn = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED'];
// UPDATE_FAILED and CREATE_FAILED without rollback may be updated on; the kit never leaves a stack in them.
const updatable = [
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'UPDATE_FAILED',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
];

/** An unknown status answers no to everything, so that nothing is taken for a success. */
export function stackStatus(raw: string): StackStatus {
  return {
    raw,
    isInProgress: raw.endsWith('_IN_PROGRESS') && raw !== 'REVIEW_IN_PROGRESS',
    isInReview: raw === 'REVIEW_IN_PROGRESS',
    isDeleted: raw === 'DELETE_COMPLETE',
    isStillborn: stillborn.includes(raw),
    isSuccess: successes.includes(raw),
    isRolledBack: rolledBack.includes(raw),
    canUpdate: updatable.includes(raw),
  };
}

/** Whether an operation can be over in this status. */
export function isTerminal(raw: string): boolean {
  return raw.endsWith('_COMPLETE') || raw.endsWith('_FAILED');
}

// Both are AWS's own; the second for templates with a Transform.
const emptyReasons = ["The submitted information didn't contain changes.", 'No updates are to be performed.'];

/**
 * Whether a change set failed only because there is nothing to change. Never judged by its list of
 * changes: one that changes outputs only has none, and can be executed.
 */
export function isEmptyChangeSet(status: string, reason: string | undefined): boolean {
  return status === 'FAILED' && emptyReasons.some((each) => reason?.startsWith(each) ?? false);
}
