/**
 * Interrupts deploy, scale and verify at random instants, as a cancelled workflow does, and shows that nothing
 * stays running and that a rerun reaches the same end state:
 *   npm run chaos -- --count 60 --seed 1 [--resume]
 * `.chaos/state.json` keeps what was done; `--resume` goes on from there.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startCloud, stopCloud } from '../local/cloud.ts';
import { account, runChaos } from './chaos/run.ts';
import type { Trial } from './chaos/trial.ts';
import { interruption } from './interruption.ts';

interface State {
  seed: number;
  trials: Trial[];
}

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    resume: { type: 'boolean', default: false },
  },
});
const count = wholeNumber('count', values.count);
const folder = path.resolve(import.meta.dirname, '..', '.chaos');
const stateFile = path.join(folder, 'state.json');
const own = { stateDir: path.join(folder, 'cloud'), name: 'ecs-tail-sampling-chaos' };
const signal = interruption();

await stopCloud({ ...own, progress: () => {} }); // left by a run that was killed
const state = values.resume && existsSync(stateFile) ? earlier() : fresh();
const started = Date.now();
const say = (line: string) =>
  console.log(`${String(Math.round((Date.now() - started) / 1000)).padStart(5)} s  ${line}`);
try {
  const cloud = await startCloud({ ...own, signal, progress: say });
  const options = { cloud, folder: path.join(folder, 'repositories'), count, seed: state.seed, signal, say };
  await runChaos({ ...options, done: [...state.trials], onTrial: keep });
} catch (error) {
  process.exitCode = 1;
  console.error(error instanceof Error ? error.message : String(error));
} finally {
  await stopCloud({ ...own, progress: say });
}
console.log(
  `\n${account(state.trials, count)}; seed ${state.seed}, ${Math.round((Date.now() - started) / 1000)} s`,
);
const isWhole =
  state.trials.length === count && state.trials.every(({ deviations }) => deviations.length === 0);
if (!isWhole) process.exitCode = 1;

function keep(trial: Trial): void {
  state.trials.push(trial);
  writeFileSync(stateFile, `${JSON.stringify(state, null, 2)}\n`);
}

function fresh(): State {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return { seed: wholeNumber('seed', values.seed), trials: [] };
}

function earlier(): State {
  return JSON.parse(readFileSync(stateFile, 'utf8')) as State;
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`--${name} takes a whole number above 0, not '${text}'`);
  process.exit(2);
}
