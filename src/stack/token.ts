import { randomUUID } from 'node:crypto';

/**
 * The ClientRequestTokens of the kit. They are on every event of an operation and tell a later run whose it is:
 *
 *   ecs-tail-sampling-<content>-<change set>   what was asked for, and in which attempt: a token is never used twice
 *   ecs-tail-sampling-cancel-<uuid>            takes an operation of the kit back
 *   ecs-tail-sampling-delete-<uuid>
 */
const prefix = 'ecs-tail-sampling-';

/** The token for executing a change set. `content` names what is asked for: the same in every run that wants the same. */
export function executionToken(content: string, changeSetId: string): string {
  // A change set's ARN ends with a unique part, so that a repeated request is the same request.
  return `${prefix}${content}-${changeSetId.split('/').at(-1)}`;
}

export function withdrawalToken(what: 'cancel' | 'delete'): string {
  return `${prefix}${what}-${randomUUID()}`;
}

/** Whether an operation was started by this kit, in whatever run. */
export function isKits(token: string | undefined): boolean {
  return token?.startsWith(prefix) ?? false;
}

/** Whether a token takes an operation back. */
export function isWithdrawal(token: string | undefined): boolean {
  return token !== undefined && /^ecs-tail-sampling-(cancel|delete)-/.test(token);
}

/** Whether an operation does what `content` names. */
export function isFor(content: string, token: string | undefined): boolean {
  return token?.startsWith(`${prefix}${content}-`) ?? false;
}
