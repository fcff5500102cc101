import type { Settings } from '../inputs/settings.ts';
import type { Clock } from '../kit/clock.ts';
import type { Reporter } from '../report/reporter.ts';

/** What every step is given besides its settings. */
export interface StepDeps {
  reporter: Reporter;
  clock: Clock;
  /** Aborted when the workflow is cancelled. */
  signal: AbortSignal;
}

/**
 * One step: a module that exports `run`. It returns when its promise is kept by evidence and throws a
 * KitError otherwise; outputs and summary go through the reporter as soon as they are known.
 */
export interface StepModule {
  run(settings: Settings, deps: StepDeps): Promise<void>;
}
