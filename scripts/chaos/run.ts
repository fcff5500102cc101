import path from 'node:path';
import type { Cloud } from '../../local/cloud.ts';
import { Lane, type LaneName, laneNames } from './lane.ts';
import { drawn } from './random.ts';
import type { Trial } from './trial.ts';

export interface ChaosOptions {
  cloud: Cloud;
  /** Folder for the repositories of the lanes. */
  folder: string;
  /** How many interruptions in all, spread evenly over the lanes. */
  count: number;
  seed: number;
  /** Those of an earlier run that are not done again. */
  done?: readonly Trial[];
  signal: AbortSignal;
  say: (line: string) => void;
  /** Called with each trial as soon as it is over. */
  onTrial?: (trial: Trial) => void;
}

/** Interrupts deploy, scale and verify at random instants, the three side by side on a stack each. */
export async function runChaos(options: ChaosOptions): Promise<Trial[]> {
  const trials: Trial[] = [...(options.done ?? [])];
  const take = (trial: Trial) => {
    trials.push(trial);
    options.say(line(trial));
    options.onTrial?.(trial);
  };
  const outcomes = await Promise.allSettled(laneNames.map((name, place) => lane(name, place, options, take)));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return trials;
}

async function lane(
  name: LaneName,
  place: number,
  options: ChaosOptions,
  take: (trial: Trial) => void,
): Promise<void> {
  const numbers = shareOf(place, options.count).filter((number) => !isDone(name, number, options.done ?? []));
  const [first] = numbers;
  if (first === undefined) return;
  const own = new Lane(name, { ...options, place, folder: path.join(options.folder, name) });
  try {
    await own.setUp(first);
    for (const number of numbers) {
      options.signal.throwIfAborted();
      take(await own.trial(number, drawn(options.seed, `${name} ${number}`)));
    }
  } finally {
    await own.tearDown();
  }
}

/** The numbers of a lane's trials; the first lanes take what does not divide. */
function shareOf(place: number, count: number): number[] {
  return Array.from({ length: Math.ceil((count - place) / laneNames.length) }, (_, number) => number);
}

function isDone(name: LaneName, number: number, done: readonly Trial[]): boolean {
  return done.some((trial) => trial.kind.split(' ')[0] === name && trial.number === number);
}

const columns = 'kind           no    SIGINT  ended   post  rerun  phase, what was left, end state';

/** One row of the table. */
export function line(trial: Trial): string {
  const { kind, number, at, ended, post, rerun, phase, status, deviations, errorCode } = trial;
  const seconds = (value: number, width: number) => `${value.toFixed(1)} s`.padStart(width);
  const words = [
    phase || 'before its first line',
    `${errorCode || 'no code'}, stack ${status}`,
    `then ${rerun.state.status}`,
    ...(deviations.length > 0 ? [`✗ ${deviations.join('; ')}`] : []),
  ];
  const figures = [seconds(at, 9), seconds(ended, 7), seconds(post.seconds, 8), seconds(rerun.seconds, 8)];
  return `${kind.padEnd(14)} ${String(number).padStart(2)} ${figures.join('')}  ${words.join(' · ')}`;
}

/** The table of all trials and the line that closes it. */
export function account(trials: readonly Trial[], count: number): string {
  const failed = trials.filter(({ deviations }) => deviations.length > 0);
  const left = (of: 'tasks' | 'taskDefinitions' | 'changeSets') =>
    trials.reduce((sum, { rerun }) => sum + rerun.left[of], 0);
  const slowest = Math.max(0, ...trials.map(({ ended }) => ended));
  const closing =
    `${trials.length} of ${count} interruptions, ${trials.length - failed.length} reruns at the same end state, ` +
    `${failed.length} deviations; slowest end ${slowest.toFixed(1)} s after SIGINT; ` +
    `left: ${left('tasks')} tasks, ${left('taskDefinitions')} task definitions, ${left('changeSets')} change sets`;
  return [columns, ...trials.map(line), '', closing].join('\n');
}
