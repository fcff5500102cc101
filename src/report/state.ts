import * as core from '@actions/core';

/** Under which the runner hands a step's state to its `post`: `STATE_ledger` there. */
const name = 'ledger';

/** Keeps `text` for the `post` of this step, in place of what was kept before. */
export function saveState(text: string): void {
  core.saveState(name, text);
}

/** What the step kept; empty when it kept nothing. */
export function savedState(): string {
  return core.getState(name);
}
