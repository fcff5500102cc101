import path from 'node:path';
import { secretsOf } from './inputs/raw-inputs.ts';
import { readSettings } from './inputs/read.ts';
import type { StepName } from './inputs/topologies.ts';
import { systemClock } from './kit/clock.ts';
import { KitError } from './kit/errors.ts';
import { githubReporter } from './report/github.ts';
import type { StepModule } from './steps/step.ts';

/** Loaded only when run, so that bad inputs are reported before any AWS client is read from disk. */
const steps: Record<StepName, () => Promise<StepModule>> = {
  deploy: () => import('./steps/deploy.ts'),
  verify: () => import('./steps/verify.ts'),
};

const reporter = githubReporter(process.env.GITHUB_STEP_SUMMARY);
for (const secret of secretsOf(process.env)) reporter.mask(secret);

const cancelled = new AbortController();
process.once('SIGINT', () => cancelled.abort(cancellation()));
process.once('SIGTERM', () => cancelled.abort(cancellation()));

const durations: Partial<Record<StepName, number>> = {};
try {
  const settings = readSettings({
    environment: process.env,
    workspace: process.env.GITHUB_WORKSPACE ?? process.cwd(),
    kitRoot: kitRoot(),
    mask: reporter.mask,
  });
  for (const name of settings.steps) {
    const started = systemClock.now();
    try {
      const step = await steps[name]();
      await step.run(settings, { reporter, clock: systemClock, signal: cancelled.signal });
    } finally {
      durations[name] = Math.round((systemClock.now() - started) / 100) / 10;
    }
  }
} catch (error) {
  reporter.fail(error);
} finally {
  reporter.output('durations', JSON.stringify(durations));
  reporter.finish();
}

/** The folder above the bundle (`dist/`) or the sources (`src/`): where `templates/` and `configs/` are. */
function kitRoot(): string {
  return path.resolve(path.dirname(process.argv[1] ?? ''), '..');
}

function cancellation(): KitError {
  return new KitError('the workflow was cancelled', { code: 'cancelled', source: 'user' });
}
