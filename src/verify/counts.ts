import { type Interval, shareInterval } from '../sampling/statistics.ts';
import type { Destination, SendPath } from './destination.ts';
import type { CohortPlan, GeneratorPlan } from './plan.ts';
import { spansPerTrace } from './plan.ts';
import type { Tally, TracedTrace } from './tally.ts';

export interface CohortCounts {
  name: string;
  /** Traces asked of the generators. */
  generated: number;
  /** Distinct traces seen before sampling. */
  arrived: number;
  /** Of those, traces of which a span did not arrive. */
  arrivedInPart: number;
  /** Distinct traces seen after sampling. */
  kept: number;
  /** Of those, traces that lack a span. */
  incomplete: number;
  /** Share that must be kept, 0 to 1. */
  expected: number;
  /** Central 99.9% of Binomial(arrived, expected), as shares. */
  interval: Interval;
}

export interface Counts {
  /** What was counted: trace ids that the tap printed, or the gateways' own counters. */
  basis: 'tap' | 'counters';
  path: SendPath;
  /** What was left out of the way that traces take: `agents`, `receivers`, `routing`. */
  bypassed: readonly string[];
  cohorts: readonly CohortCounts[];
  /** Every gateway that ran, with the traces that arrived at it. */
  gateways: readonly { task: string; arrived: number }[];
  /**
   * Every agent that was given traces, by its instance, with those that arrived through it. Undefined where that
   * cannot be told: where they are bypassed, and from counters.
   */
  agents: readonly { instance: string; arrived: number }[] | undefined;
  /** Every receiver that ran, with the spans that it took meanwhile, anybody's; undefined where there are none. */
  receivers: readonly { task: string; spans: number }[] | undefined;
  /** Ids of traces that more than one gateway saw. */
  split: readonly string[];
  /** Traces under the run's id that none of its generators sent. */
  foreign: number;
  /** Traces seen after sampling and never before it. */
  keptUnseen: number;
  duplicateSpans: number;
}

export interface CountRequest {
  cohorts: readonly CohortPlan[];
  plans: readonly GeneratorPlan[];
  gateways: readonly string[];
  destination: Pick<Destination, 'path' | 'bypassed'>;
}

/** Sums the tally up per cohort, gateway and agent. */
export function countsOf(tally: Tally, { cohorts, plans, gateways, destination }: CountRequest): Counts {
  const { path, bypassed } = destination;
  const sent = new Set(plans.map(({ cohort, instance }) => JSON.stringify([cohort, instance])));
  const all = [...tally.traces];
  const isOurs = (trace: TracedTrace) => sent.has(JSON.stringify([trace.cohort, trace.instance]));
  const ours = all.map(([, trace]) => trace).filter(isOurs);
  const arrived = ours.filter((trace) => trace.arrived.size > 0);
  const instances = [...new Set(plans.map((plan) => plan.instance))];
  const agents = instances.map((instance) => ({
    instance,
    arrived: arrived.filter((trace) => trace.instance === instance).length,
  }));
  return {
    basis: 'tap',
    path,
    bypassed,
    cohorts: cohorts.map((cohort) => cohortCounts(cohort, ours)),
    gateways: gateways.map((task) => ({
      task,
      arrived: arrived.filter((trace) => trace.gateways.has(task)).length,
    })),
    agents: path === 'agents' ? agents : undefined,
    receivers: undefined,
    split: all.filter(([, trace]) => trace.gateways.size > 1).map(([id]) => id),
    foreign: all.length - ours.length,
    keptUnseen: ours.filter((trace) => trace.kept.size > 0 && trace.arrived.size === 0).length,
    duplicateSpans: tally.duplicateSpans,
  };
}

function cohortCounts(cohort: CohortPlan, ours: readonly TracedTrace[]): CohortCounts {
  const traces = ours.filter((trace) => trace.cohort === cohort.name);
  const arrived = traces.filter((trace) => trace.arrived.size > 0);
  const kept = traces.filter((trace) => trace.kept.size > 0);
  return {
    name: cohort.name,
    generated: cohort.traces,
    arrived: arrived.length,
    arrivedInPart: arrived.filter((trace) => trace.arrived.size !== spansPerTrace).length,
    kept: kept.length,
    incomplete: kept.filter((trace) => !isComplete(trace)).length,
    expected: cohort.expected,
    interval: shareInterval(arrived.length, cohort.expected),
  };
}

/** Complete: every span that the generator makes is there, and every span that arrived was kept. */
function isComplete(trace: TracedTrace): boolean {
  return trace.kept.size === spansPerTrace && [...trace.arrived].every((span) => trace.kept.has(span));
}
