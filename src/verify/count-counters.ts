import type { Sample } from '../collector/own-metrics.ts';
import { isKitError, KitError } from '../kit/errors.ts';
import { type Look, poll } from '../kit/poll.ts';
import { shareInterval } from '../sampling/statistics.ts';
import { difference, type Reading, total } from './counters.ts';
import type { CohortCounts, Counts } from './counts.ts';
import type { Destination } from './destination.ts';
import type { Fault } from './judge.ts';
import { type CohortPlan, spansPerTrace } from './plan.ts';
import type { ProbeAccount } from './probe.ts';
import type { Pace } from './run.ts';

export interface CounterOptions extends Pace {
  /** Gives the gateways' counters as they are from now on. */
  read(): Promise<ProbeAccount>;
  decisionWaitSeconds: number;
  /** Exporters to which every kept span must go. */
  exporters: readonly string[];
}

/** What the counters gained while one cohort was sent. */
export interface CohortChange {
  cohort: CohortPlan;
  change: Reading;
  faults: readonly Fault[];
  /** What was still awaited at the end; undefined when all came to rest. */
  unsettled: string | undefined;
}

/** Nothing may come in for this long before the first trace: three scrapes. */
const quietSeconds = 6;
/** Past its time by this long, what is missing is not coming: retries of agents and exporters included. */
const patienceSeconds = 30;

/**
 * Counters cannot tell whose traces they count, so nobody else may send.
 * @throws KitError `other-traffic` when spans come in although the run has sent none.
 */
export async function requireQuiet(before: Reading, options: CounterOptions): Promise<Reading> {
  const { clock, signal, voice } = options;
  voice.info(`waiting ${quietSeconds} s, to see that no other traffic flows`);
  await clock.sleep(quietSeconds * 1000, signal);
  const { reading, faults } = await options.read();
  const [blind] = faults;
  if (blind !== undefined) throw new KitError(blind.message, { code: 'gateway-unprobed', source: 'aws' });
  const spans = sum(difference(before, reading), 'receiver_accepted_spans');
  if (spans === 0) return reading;
  throw new KitError(
    `the gateways took ${spans} spans in ${quietSeconds} s before anything was sent: inconclusive, their config has no tap and counters do not tell whose traces they count`,
    {
      code: 'other-traffic',
      source: 'user',
      hint: 'copy the tap from configs/sampling-config.yaml, or stop the other traffic',
    },
  );
}

/** Waits until the traces of a cohort, all sent, are decided and exported, and gives what the counters gained since `before`. */
export async function countCohort(
  cohort: CohortPlan,
  before: Reading,
  options: CounterOptions,
): Promise<{ result: CohortChange; after: Reading }> {
  const { clock, signal, voice, deadline } = options;
  let account: ProbeAccount = { reading: before, faults: [] };
  let change = difference(before, before);
  let changedAt = clock.now();
  let unsettled: string | undefined;
  const patience = (options.decisionWaitSeconds + patienceSeconds) * 1000;
  try {
    const about = {
      what: `cohort ${cohort.name}`,
      deadline,
      intervalSeconds: 1,
      clock,
      signal,
      heartbeat: voice.info,
    };
    await poll(about, async (): Promise<Look<void>> => {
      account = await options.read();
      const latest = difference(before, account.reading);
      const isSame = gained(latest) === gained(change);
      change = latest;
      if (!isSame) changedAt = clock.now();
      const open = awaited(cohort, change, options.exporters);
      const isOver = open === undefined ? isSame : clock.now() - changedAt >= patience;
      if (isOver || account.faults.length > 0) {
        unsettled = account.faults.length > 0 ? undefined : open;
        return { done: true, value: undefined };
      }
      return { done: false, state: open ?? 'all decided and exported' };
    });
  } catch (error) {
    if (!isKitError(error, 'deadline-exceeded')) throw error;
    unsettled = error.message;
  }
  return { result: { cohort, change, faults: account.faults, unsettled }, after: account.reading };
}

/** What is still to come of a cohort; undefined when nothing is. */
function awaited(cohort: CohortPlan, change: Reading, exporters: readonly string[]): string | undefined {
  const arrived = arrivedIn(change);
  if (arrived < cohort.traces) return `${arrived} of ${cohort.traces} traces have arrived`;
  const decided = sum(change, global, { sampled: 'true' }) + sum(change, global, { sampled: 'false' });
  if (decided < arrived) return `${decided} of ${arrived} traces are decided`;
  const kept = sum(change, global, { sampled: 'true' }) * spansPerTrace;
  const late = exporters.find((exporter) => sum(change, 'exporter_sent_spans', { exporter }) < kept);
  if (late === undefined) return undefined;
  return `${sum(change, 'exporter_sent_spans', { exporter: late })} of ${kept} kept spans are sent by ${late}`;
}

/** The counts of a run whose cohorts were sent one after the other. */
export function countsOfChanges(
  changes: readonly CohortChange[],
  {
    destination: { path, bypassed },
    gateways,
    exporters,
  }: { destination: Destination; gateways: readonly string[]; exporters: readonly string[] },
): Counts {
  return {
    basis: 'counters',
    path,
    bypassed,
    cohorts: changes.map(({ cohort, change }) => cohortCounts(cohort, change, exporters)),
    gateways: gateways.map((task) => ({
      task,
      arrived: changes.reduce((all, { change }) => all + newTraces(change.get(task)), 0),
    })),
    agents: undefined,
    receivers: undefined,
    split: [],
    foreign: 0,
    keptUnseen: 0,
    duplicateSpans: 0,
  };
}

function cohortCounts(cohort: CohortPlan, change: Reading, exporters: readonly string[]): CohortCounts {
  const arrived = arrivedIn(change);
  const kept = sum(change, global, { sampled: 'true' });
  const sent = exporters.map((exporter) => sum(change, 'exporter_sent_spans', { exporter }));
  return {
    name: cohort.name,
    generated: cohort.traces,
    arrived,
    arrivedInPart: Math.max(0, arrived * spansPerTrace - sum(change, 'receiver_accepted_spans')),
    kept,
    incomplete: Math.max(0, ...sent.map((spans) => kept * spansPerTrace - spans)),
    expected: cohort.expected,
    interval: shareInterval(arrived, cohort.expected),
  };
}

/** What makes counters doubtful: more in them than the run sent, or decisions that never came. */
export function doubtsOf(changes: readonly CohortChange[]): Fault[] {
  return changes.flatMap(({ cohort, change, faults }) => {
    const found: Fault[] = [...faults];
    const spans = sum(change, 'receiver_accepted_spans');
    const sent = cohort.traces * spansPerTrace;
    const name = `cohort ${cohort.name}`;
    if (spans > sent) {
      const message = `${name}: the gateways took ${spans} spans while ${sent} were sent: inconclusive, other traffic or retries are in the counts`;
      found.push({ code: 'other-traffic', message });
    } else if (arrivedIn(change) > cohort.traces) {
      const message = `${name}: ${arrivedIn(change)} traces began at the gateways of ${cohort.traces} that were sent: some went to more than one`;
      found.push({ code: 'split-trace', message });
    }
    return found;
  });
}

const global = 'processor_tail_sampling_global_count_traces_sampled';

function arrivedIn(change: Reading): number {
  return [...change.values()].reduce((all, samples) => all + newTraces(samples), 0);
}

function newTraces(samples: readonly Sample[] | undefined): number {
  return total(samples, 'processor_tail_sampling_new_trace_id_received');
}

function sum(change: Reading, name: string, labels: Readonly<Record<string, string>> = {}): number {
  return [...change.values()].reduce((all, samples) => all + total(samples, name, labels), 0);
}

/** All that was gained, as text to compare; the time that passes does not count. */
function gained(change: Reading): string {
  const counted = (samples: readonly Sample[]) =>
    samples
      .filter(({ name, value }) => name !== 'process_uptime' && value !== 0)
      .map(({ name, labels, value }) => JSON.stringify([name, labels, value]))
      .sort();
  return JSON.stringify([...change].map(([task, samples]) => [task, counted(samples)]));
}
