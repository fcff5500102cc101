import { describe, expect, test } from '@jest/globals';
import { isEmptyChangeSet, isTerminal, stackStatus } from '../../src/stack/status.ts';

describe('a stack status', () => {
  test.each([
    ['CREATE_COMPLETE', ['isSuccess', 'canUpdate']],
    ['UPDATE_COMPLETE', ['isSuccess', 'canUpdate']],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', ['isInProgress']],
    ['UPDATE_ROLLBACK_COMPLETE', ['isRolledBack', 'canUpdate']],
    ['UPDATE_ROLLBACK_FAILED', []],
    ['ROLLBACK_COMPLETE', ['isRolledBack', 'isStillborn']],
    ['ROLLBACK_FAILED', ['isStillborn']],
    ['CREATE_FAILED', ['isStillborn']],
    ['REVIEW_IN_PROGRESS', ['isInReview']],
    ['DELETE_IN_PROGRESS', ['isInProgress']],
    ['DELETE_COMPLETE', ['isDeleted', 'isSuccess']],
    ['DELETE_FAILED', []],
    ['IMPORT_ROLLBACK_COMPLETE', ['isRolledBack', 'canUpdate']],
    ['SOMETHING_NEW', []],
  ])('%s answers yes to %p', (raw, expected) => {
    const answers = Object.entries(stackStatus(raw)).filter(([, answer]) => answer === true);
    expect(answers.map(([question]) => question).sort()).toEqual([...expected].sort());
  });

  test.each([
    ['UPDATE_COMPLETE', true],
    ['UPDATE_ROLLBACK_FAILED', true],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', false],
    ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', false],
    ['ROLLBACK_IN_PROGRESS', false],
  ])('%s ends an operation: %p', (raw, expected) => {
    expect(isTerminal(raw)).toBe(expected);
  });
});

describe('a change set is empty', () => {
  const plain =
    "The submitted information didn't contain changes. Submit different information to create a change set.";
  test.each([
    ['of a plain template', 'FAILED', plain, true],
    ['of a template with a transform', 'FAILED', 'No updates are to be performed.', true],
    ['only when it failed', 'CREATE_COMPLETE', plain, false],
    ['not when it failed for another reason', 'FAILED', 'Parameters: [X] must have values', false],
    ['not when the reason is quoted by another', 'FAILED', `Nested stack failed: ${plain}`, false],
    ['not without a reason', 'FAILED', undefined, false],
  ])('%s', (_name, status, reason, expected) => {
    expect(isEmptyChangeSet(status, reason)).toBe(expected);
  });
});
