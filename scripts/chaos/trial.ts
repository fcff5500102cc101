import type { Leftovers, StackState } from './account.ts';

/** One interruption and what came of it. */
export interface Trial {
  /** `deploy create`, `deploy update`, `scale`, `verify`. */
  kind: string;
  /** Its number in its lane, from 0. */
  number: number;
  /** Seconds from the start of the process to the SIGINT. */
  at: number;
  /** The last heading of the log before it. */
  phase: string;
  /** Seconds from the SIGINT to the end of the step's process. */
  ended: number;
  /** Of the interrupted step. */
  exitCode: number;
  errorCode: string;
  /** Seconds and exit code of `post`. */
  post: { exitCode: number; seconds: number };
  /** What was there after `post`, before the rerun. */
  left: Leftovers;
  status: string;
  /** Seconds of the rerun, its exit code, and how everything was after it. */
  rerun: { exitCode: number; seconds: number; left: Leftovers; state: StackState };
  /** What is not as it should be; empty for a trial that held. */
  deviations: readonly string[];
}

/** What the stack has to be after the rerun. */
export interface EndState {
  samplingKey: string;
  gateways: number;
}

export const nothing: Leftovers = { tasks: 0, taskDefinitions: 0, changeSets: 0 };

/** GitHub's SIGTERM comes after 7.5 s. */
const secondsToEnd = 7.5;

/** Everything that an interruption may not do, in words. */
export function deviationsOf(trial: Omit<Trial, 'deviations'>, log: string, expected: EndState): string[] {
  const { rerun, status, left, post } = trial;
  const { state } = rerun;
  const found: string[] = [];
  const require = (holds: boolean, otherwise: string) => {
    if (!holds) found.push(otherwise);
  };
  require(trial.exitCode !== 0, 'the interrupted step succeeded');
  require(trial.ended < secondsToEnd, `the step took ${trial.ended} s to end`);
  // Before its first line the process has no handler, and has made nothing.
  require(trial.errorCode === 'cancelled' || trial.phase === '', `ended with ${trial.errorCode}`);
  require(post.exitCode === 0, `post failed with ${post.exitCode}`);
  require(isNothing(left), `left after post: ${countsOf(left)}`);
  require(isAtRest(status), `after post the stack is in ${status}`);
  require(trial.phase === '' || isNamed(log), 'the log says nothing of what is left');
  require(rerun.exitCode === 0, `the rerun failed with ${rerun.exitCode}`);
  require(isNothing(rerun.left), `left after the rerun: ${countsOf(rerun.left)}`);
  require(/^(CREATE|UPDATE)_COMPLETE$/.test(state.status), `after the rerun the stack is in ${state.status}`);
  require(state.samplingKey === expected.samplingKey, `the stack runs ${state.samplingKey}`);
  require(state.gateways.length === expected.gateways &&
    state.gateways.every(
      (each) => each === state.declared,
    ), `gateways run ${state.gateways.join(', ') || 'nothing'}, not ${expected.gateways} of ${state.declared}`);
  return found;
}

/** The log says of each thing what became of it, or that nothing was open. */
function isNamed(log: string): boolean {
  return /^(stack \S+( does not exist|: | +is in )|verification \S+: |the step left nothing open)/m.test(log);
}

function isAtRest(status: string): boolean {
  return status === 'none' || (!status.endsWith('_IN_PROGRESS') && !status.endsWith('_FAILED'));
}

function isNothing(left: Leftovers): boolean {
  return Object.values(left).every((count) => count === 0);
}

function countsOf({ tasks, taskDefinitions, changeSets }: Leftovers): string {
  return `${tasks} tasks, ${taskDefinitions} task definitions, ${changeSets} change sets`;
}
