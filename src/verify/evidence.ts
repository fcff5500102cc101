import type { CollectorBuild } from './builds.ts';
import type { Counts } from './counts.ts';
import { bypassSentence, type SendPath } from './destination.ts';

/** In place of a release's id, where no release covers all that ran. */
export const noRelease = 'none';

/** A stack of the environment and the release that it ran, or `none`. */
export type VerifiedStack = { component: string; stack: string; release: string };

/** The ECS service of a role. */
export type VerifiedService = { role: string; cluster: string; service: string };

export interface EvidenceRequest {
  runId: string;
  environment: string;
  releaseId: string;
  stacks: readonly VerifiedStack[];
  services: readonly VerifiedService[];
  /** Why no release covers what ran, each as a sentence. */
  uncovered: readonly string[];
  /** What ran when the run began. */
  collectors: readonly CollectorBuild[];
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
  /** The release; of several stacks, an id made of theirs; `none` where no release covers all that ran. */
  release: string;
  /** Whether a promotion may build on it, and if not, why, each as a sentence. */
  promotable: boolean;
  notPromotable: readonly string[];
  stacks: readonly VerifiedStack[];
  services: readonly VerifiedService[];
  /** Distribution, version and image digest of the collectors; more than one of a role where images differ. */
  collectors: readonly CollectorBuild[];
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

/** Why a run is not enough for promotion, each as a sentence; empty when it is. */
export function notPromotable({
  counts,
  uncovered,
}: Pick<EvidenceRequest, 'counts' | 'uncovered'>): string[] {
  const bypass = bypassSentence(counts);
  return [...uncovered, ...(bypass === undefined ? [] : [bypass])];
}

export function evidenceOf(request: EvidenceRequest): Evidence {
  const { counts } = request;
  const reasons = notPromotable(request);
  return {
    version: 1,
    run: request.runId,
    environment: request.environment,
    release: request.releaseId,
    promotable: reasons.length === 0,
    notPromotable: reasons,
    stacks: request.stacks,
    services: request.services,
    collectors: request.collectors,
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
