import type { CohortCounts, Report } from './report.ts';

/** The readable account of the demo: a heading per phase, its details indented below. */
export class Account {
  readonly #report: Report;
  readonly #signal: AbortSignal;

  constructor(report: Report, signal: AbortSignal) {
    this.#report = report;
    this.#signal = signal;
  }

  /** Runs one phase; the first one that fails ends the demo. */
  async phase<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#signal.throwIfAborted();
    return this.always(name, work);
  }

  /** Runs a phase even after an interruption. */
  async always<T>(name: string, work: () => Promise<T>): Promise<T> {
    console.log(`\n● ${name}`);
    const started = Date.now();
    let ok = false;
    try {
      const result = await work();
      ok = true;
      return result;
    } finally {
      const seconds = Math.round((Date.now() - started) / 100) / 10;
      this.#report.phase(name, seconds, ok);
      console.log(`  ${ok ? '✓' : '✗'} ${seconds} s`);
    }
  }

  readonly detail = (line: string): void => console.log(`  │ ${line}`);

  table(cohorts: readonly CohortCounts[], delivered: number): void {
    const share = (value: number) => `${(100 * value).toFixed(1)}%`;
    for (const cohort of cohorts) {
      const [low, high] = cohort.interval;
      this.detail(
        `${cohort.name.padEnd(8)} generated ${cohort.generated}, arrived ${cohort.arrived}, kept ${cohort.kept} ` +
          `= ${share(cohort.kept / cohort.arrived)} (accepted ${share(low)} to ${share(high)}), incomplete ${cohort.incomplete}`,
      );
    }
    this.detail(`the backend stand-in received ${delivered} distinct traces of the run`);
  }

  close(reportPath: string, ok: boolean): void {
    console.log(
      `\n${ok ? '✓ everything held' : '✗ failed'} after ${this.#report.seconds()} s; report: ${reportPath}`,
    );
  }
}
