import type { Counts } from './counts.ts';
import type { SendPath } from './destination.ts';

/** A stack of the environment and the release that it ran. */
export type VerifiedStack = { component: string; stack: string; release: string };

export interface EvidenceRequest {
  runId: string;
  environment: string;
  releaseId: string;
  stacks: readonly VerifiedStack[];
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
  /** The release; of several stacks, an id made of theirs. */
  release: string;
  stacks: readonly VerifiedStack[];
  path: SendPath;
  /** What the run left out and so proves nothing about; unless it is empty, not enough for promotion. */
  bypassed: readonly string[];
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
  /** Null where there are none. */
  receivers: readonly { task: string; spans: number }[] | null;
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
    stacks: request.stacks,
    path: counts.path,
    bypassed: counts.bypassed,
    basis: counts.basis,
    cohorts: cohortRecords(counts),
    gateways: counts.gateways,
    agents: counts.agents ?? null,
    receivers: counts.receivers ?? null,
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
