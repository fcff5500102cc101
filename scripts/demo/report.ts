import { writeFileSync } from 'node:fs';
import type { Evidence } from '../../src/verify/evidence.ts';

/** A cohort as the step's outputs and evidence show it. */
export type CohortCounts = Evidence['cohorts'][number];

/** One verification as the report shows it. */
export interface Verification {
  environment: string;
  release: string;
  cohorts: CohortCounts[];
  gateways: { task: string; arrived: number }[];
  agents: { instance: string; arrived: number }[];
  /** null in a topology without them. */
  receivers: Evidence['receivers'];
  /** Distinct trace ids of the run at the backend stand-in. */
  delivered: number;
}

/** `.demo/report.json`: what was done, how long it took and what was counted. */
export class Report {
  readonly #topology: string;
  readonly #started = Date.now();
  readonly #phases: { name: string; seconds: number; ok: boolean }[] = [];
  readonly #verifications: Verification[] = [];

  constructor(topology: string) {
    this.#topology = topology;
  }

  phase(name: string, seconds: number, ok: boolean): void {
    this.#phases.push({ name, seconds, ok });
  }

  add(verification: Verification): void {
    this.#verifications.push(verification);
  }

  /** Seconds since the start, one decimal. */
  seconds(): number {
    return Math.round((Date.now() - this.#started) / 100) / 10;
  }

  write(file: string): void {
    const report = {
      topology: this.#topology,
      phases: this.#phases,
      verifications: this.#verifications,
      seconds: this.seconds(),
    };
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  }
}
