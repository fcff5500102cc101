import path from 'node:path';
import { secretsOf } from './inputs/raw-inputs.ts';
import { readSettings } from './inputs/read.ts';
import type { Settings } from './inputs/settings.ts';
import type { StepName } from './inputs/topologies.ts';
import { systemClock } from './kit/clock.ts';
import { KitError } from './kit/errors.ts';
import { Ledger } from './kit/ledger.ts';
import { Lifetime } from './kit/lifetime.ts';
import { within } from './kit/limits.ts';
import { githubReporter } from './report/github.ts';
import { savedState, saveState } from './report/state.ts';
import type { StepModule } from './steps/step.ts';

/** Loaded only when run, so that bad inputs are reported before any AWS client is read from disk. */
const steps: Record<StepName, () => Promise<StepModule>> = {
  deploy: () => import('./steps/deploy.ts'),
  scale: () => import('./steps/scale.ts'),
  verify: () => import('./steps/verify.ts'),
};

/** How long `post` waits for what is ending. GitHub gives a cancelled job five minutes in all. */
const postSeconds = 240;

const reporter = githubReporter(process.env.GITHUB_STEP_SUMMARY);
for (const secret of secretsOf(process.env)) reporter.mask(secret);

const lifetime = new Lifetime();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The second one says that there is no more time.
  process.on(signal, () =>
    lifetime.limits.work.aborted ? lifetime.endClosing() : lifetime.end(cancellation()),
  );
}

const script = process.argv[1] ?? '';

async function work(): Promise<void> {
  const durations: Partial<Record<StepName, number>> = {};
  let ledger: Ledger | undefined;
  try {
    const settings = readSettings({
      environment: process.env,
      workspace: process.env.GITHUB_WORKSPACE ?? process.cwd(),
      kitRoot: path.resolve(path.dirname(script), '..'),
      mask: reporter.mask,
    });
    ledger = new Ledger(settings.region, saveState);
    for (const name of settings.steps) {
      const started = systemClock.now();
      try {
        await runStep(name, settings, ledger);
      } finally {
        durations[name] = Math.round((systemClock.now() - started) / 100) / 10;
      }
    }
  } catch (error) {
    lifetime.end(error);
    if (ledger) await stopWhatIsOpen(ledger);
    reporter.fail(error);
  } finally {
    reporter.output('durations', JSON.stringify(durations));
    reporter.finish();
  }
}

/** Runs one step within its time. */
async function runStep(name: StepName, settings: Settings, ledger: Ledger): Promise<void> {
  const { limits } = lifetime;
  const deps = { reporter, clock: systemClock, signal: limits.work, ledger };
  const seconds = settings[name]?.timeoutSeconds ?? 0;
  await lifetime.bounded(name, seconds, () =>
    within(limits, async () => (await steps[name]()).run(settings, deps)),
  );
}

/** Asks the cloud side to stop what the failed step left running, as long as the time after a SIGINT allows. */
async function stopWhatIsOpen(ledger: Ledger): Promise<void> {
  if (ledger.entries().length === 0) return;
  const { askToClose, closePorts } = await import('./steps/close.ts');
  const { closing } = lifetime.limits;
  await reporter.group('Stop what is open', async () =>
    account(
      await within({ work: closing, closing }, () =>
        askToClose(ledger, closePorts(ledger), { ...closeDeps(5), signal: closing }),
      ),
    ),
  );
}

/** The `post` of the action: sees what the step left open to its end, and says what it came to. */
async function finishUp(): Promise<void> {
  const ledger = Ledger.parse(savedState(), () => {});
  if (!ledger || ledger.entries().length === 0) return reporter.info('the step left nothing open');
  const { closePorts, seeClosed } = await import('./steps/close.ts');
  const { limits } = lifetime;
  try {
    const deps = { ...closeDeps(postSeconds), signal: limits.work };
    const states = await lifetime.bounded('post', postSeconds, () =>
      reporter.group('Finish what the step left open', () =>
        within(limits, () => seeClosed(ledger, closePorts(ledger), deps)),
      ),
    );
    account(states);
    if (ledger.entries().length > 0) throw leftOpen(states);
    reporter.info('nothing is left open');
  } catch (error) {
    reporter.fail(error);
  }
  reporter.finish();
}

function closeDeps(seconds: number) {
  return { clock: systemClock, deadline: systemClock.now() + seconds * 1000, say: reporter.info };
}

/** Says what came of open things, in the log and in the summary. */
function account(states: readonly string[]): void {
  for (const state of states) reporter.info(state);
  reporter.summary(states.map((state) => `- ${state}`).join('\n'));
}

function cancellation(): KitError {
  return new KitError('the workflow was cancelled', {
    code: 'cancelled',
    source: 'user',
    hint: 'Run this step again: it waits for what is still ending, and goes on from there.',
  });
}

function leftOpen(states: readonly string[]): KitError {
  return new KitError(`not everything could be closed: ${states.join('; ')}`, {
    code: 'left-open',
    source: 'aws',
    hint: 'Run the step again once this is over: it goes on from there.',
  });
}

// `post.js` is this program under another name: GitHub starts it after the job's steps, whatever became of them.
await (path.basename(script).startsWith('post.') ? finishUp() : work());
// A request that is never answered must not keep the process.
process.stdout.write('', () => process.exit());
