import type { Counts } from './counts.ts';
import type { SendPath } from './destination.ts';

export interface EvidenceRequest {
  runId: string;
  environment: string;
  releaseId: string;
  stack: string;
  counts: Counts;
  decisionWaitSeconds: number;
  /** Milliseconds since the epoch. */
  startedAt: number;
  endedAt: number;
}

/** What a passed verification leaves behind for `promote`; its hash is an output of the step. A plain JSON value. */
export type Evidence = {
  version: 1;
  run: string;
  environment: string;
  release: string;
  stack: string;
  /** `direct` proves nothing about agents and routing: not enough for promotion. */
  path: SendPath;
  basis: Counts['basis'];
  cohorts: readonly {
    name: string;
    generated: number;
    arrived: number;
    kept: number;
    incomplete: number;
    expected: number;
    interval: readonly [number, number];
  }[];
  gateways: readonly { task: string; arrived: number }[];
  /** Null where the path or the basis does not tell. */
  agents: readonly { instance: string; arrived: number }[] | null;
  /** Spans that the tap printed more than once, of retries. */
  duplicateSpans: number;
  decisionWaitSeconds: number;
  /** ISO 8601, UTC. */
  startedAt: string;
  endedAt: string;
};

export function evidenceOf(request: EvidenceRequest): Evidence {
  const { counts } = request;
  return {
    version: 1,
    run: request.runId,
    environment: request.environment,
    release: request.releaseId,
    stack: request.stack,
    path: counts.path,
    basis: counts.basis,
    cohorts: cohortRecords(counts),
    gateways: counts.gateways,
    agents: counts.agents ?? null,
    duplicateSpans: counts.duplicateSpans,
    decisionWaitSeconds: request.decisionWaitSeconds,
    startedAt: new Date(request.startedAt).toISOString(),
    endedAt: new Date(request.endedAt).toISOString(),
  };
}

/** The cohorts as outputs and evidence show them. */
export function cohortRecords(counts: Counts): Evidence['cohorts'] {
  return counts.cohorts.map(({ name, generated, arrived, kept, incomplete, expected, interval }) => ({
    name,
    generated,
    arrived,
    kept,
    incomplete,
    expected,
    interval,
  }));
}
