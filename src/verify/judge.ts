import { isInside } from '../sampling/statistics.ts';
import type { CohortCounts, Counts } from './counts.ts';
import type { CollectorWords } from './tap-reader.ts';

/** In the order in which one explains the next, so that the first fault of a list names the cause. */
export const faultCodes = [
  'generator-failed',
  'gateways-changed',
  'release-changed',
  'probe-blind',
  'other-traffic',
  'tap-unreadable',
  'split-trace',
  'deadline-exceeded',
  'early-drops',
  'traces-too-large',
  'policy-errors',
  'spans-refused',
  'export-failed',
  'traces-lost',
  'traces-surplus',
  'foreign-traces',
  'incomplete-traces',
  'share-out-of-interval',
  'gateway-idle',
  'agent-idle',
] as const;
export type FaultCode = (typeof faultCodes)[number];

/** One expectation that was not met. */
export interface Fault {
  code: FaultCode;
  message: string;
}

/** All that a run showed. */
export interface Observation {
  counts: Counts;
  generatorFaults: readonly Fault[];
  /** Ids of the RUNNING gateway tasks before and after. */
  gatewaysBefore: readonly string[];
  gatewaysAfter: readonly string[];
  /** Ids of the release that the stack ran before and after. */
  releaseBefore: string;
  releaseAfter: string;
  /** What made the tap's account doubtful, each as a sentence. */
  unreadable: readonly string[];
  failedExports: readonly CollectorWords[];
  /** What the gateways' own counters say. */
  counterFaults: readonly Fault[];
  /** What was still awaited when time ran out; undefined when all came to rest. */
  unsettled: string | undefined;
}

/** Judges a run. Empty means: every expectation met, by evidence. */
export function judge(seen: Observation): Fault[] {
  const faults = [
    ...seen.generatorFaults,
    ...judgeSurroundings(seen),
    ...seen.failedExports.map(exportFault),
    ...seen.counterFaults,
    ...seen.counts.cohorts.flatMap(judgeCohort),
    ...judgeRouting(seen.counts),
  ];
  return faults.sort((a, b) => faultCodes.indexOf(a.code) - faultCodes.indexOf(b.code));
}

function judgeSurroundings(seen: Observation): Fault[] {
  const faults: Fault[] = seen.unreadable.map((message) => ({ code: 'tap-unreadable', message }));
  const before = [...seen.gatewaysBefore].sort().join(', ');
  const after = [...seen.gatewaysAfter].sort().join(', ');
  if (before !== after) {
    const message = `the gateways changed during the run, from ${before || 'none'} to ${after || 'none'}: inconclusive`;
    faults.push({ code: 'gateways-changed', message });
  }
  if (seen.releaseBefore !== seen.releaseAfter) {
    const message = `the stack went from release ${seen.releaseBefore} to ${seen.releaseAfter} during the run: inconclusive`;
    faults.push({ code: 'release-changed', message });
  }
  if (seen.unsettled !== undefined) {
    faults.push({ code: 'deadline-exceeded', message: `time ran out with ${seen.unsettled}` });
  }
  return faults;
}

function exportFault({ gateway, component, message, error, times }: CollectorWords): Fault {
  const words = error === '' ? message : `${message} ${error}`;
  const often = times === 1 ? '' : ` (${times} times in its log)`;
  return {
    code: 'export-failed',
    message: `gateway ${gateway}, ${component || 'collector'}: ${words}${often}`,
  };
}

function judgeCohort(cohort: CohortCounts): Fault[] {
  const { name, generated, arrived, arrivedInPart, kept, incomplete } = cohort;
  const faults: Fault[] = [];
  const add = (code: FaultCode, message: string) =>
    faults.push({ code, message: `cohort ${name}: ${message}` });
  if (arrived < generated) add('traces-lost', `${arrived} of ${generated} traces arrived at the gateways`);
  if (arrived > generated)
    add('traces-surplus', `${arrived} traces arrived of ${generated} that were generated`);
  if (arrivedInPart > 0)
    add('traces-lost', `${arrivedInPart} of ${arrived} traces arrived without all of their spans`);
  if (incomplete > 0) add('incomplete-traces', `${incomplete} of ${kept} kept traces lack spans`);
  if (!isInside(kept, arrived, cohort.interval)) add('share-out-of-interval', shareSentence(cohort));
  return faults;
}

function shareSentence({ arrived, kept, expected, interval: [lower, upper] }: CohortCounts): string {
  const found = `${kept} of ${arrived} traces kept (${percent(kept / arrived)})`;
  if (lower === upper) return `${found}, expected ${percent(expected)}`;
  return `${found}, expected ${percent(expected)}, which allows ${percent(lower)} to ${percent(upper)}`;
}

/** A share for readers: 25.3%. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${Number((share * 100).toFixed(2))}%` : 'no share';
}

function judgeRouting({ path, gateways, agents, split, foreign, keptUnseen }: Counts): Fault[] {
  const faults: Fault[] = [];
  const add = (code: FaultCode, message: string) => faults.push({ code, message });
  if (keptUnseen > 0) {
    add('tap-unreadable', `${keptUnseen} traces were seen after sampling and never before it`);
  }
  if (foreign > 0) add('foreign-traces', `${foreign} traces carry the run's id and are none of its cohorts'`);
  if (split.length > 0) {
    add('split-trace', `${split.length} traces were seen on more than one gateway, the first ${split[0]}`);
  }
  if (gateways.length === 0) add('gateway-idle', 'no gateway is running');
  for (const { task, arrived } of gateways) {
    // Past the routing, a generator stays with the gateway that its name resolved to.
    if (arrived === 0 && path !== 'direct') add('gateway-idle', `gateway ${task} got no trace of the run`);
  }
  if (agents?.length === 0) add('agent-idle', 'no instance was given traces');
  for (const { instance, arrived } of agents ?? []) {
    if (arrived === 0) add('agent-idle', `no trace arrived through the agent of instance ${instance}`);
  }
  return faults;
}
