import type { Settings } from '../inputs/settings.ts';
import type { Clock } from '../kit/clock.ts';
import type { Ledger } from '../kit/ledger.ts';
import type { Reporter } from '../report/reporter.ts';
import type { Waiting } from '../stack/waiting.ts';

/** What every step is given besides its settings. */
export interface StepDeps {
  reporter: Reporter;
  clock: Clock;
  /** Aborted when the workflow is cancelled, and a moment after the step's deadline. */
  signal: AbortSignal;
  /** Takes what is begun, before it is; what is still in it when the step fails is stopped, in `post` if need be. */
  ledger: Ledger;
}

/** What a step waits with, from now on until its time is up. */
export function waitingFor(timeoutSeconds: number, { clock, signal, reporter, ledger }: StepDeps): Waiting {
  const deadline = clock.now() + timeoutSeconds * 1000;
  return { clock, signal, deadline, say: (line) => reporter.info(line), ledger };
}

/**
 * One step: a module that exports `run`. It returns when its promise is kept by evidence and throws a
 * KitError otherwise; outputs and summary go through the reporter as soon as they are known.
 */
export interface StepModule {
  run(settings: Settings, deps: StepDeps): Promise<void>;
}
