import type { Sample } from '../collector/own-metrics.ts';
import type { Fault } from './judge.ts';

/** A collector as the probe reaches it. */
export interface ProbedCollector {
  role: 'receiver' | 'gateway';
  /** Task id. */
  task: string;
  /** host:port of its metrics. */
  target: string;
}

/** The counters of each collector at one moment, by task id. */
export type Reading = ReadonlyMap<string, readonly Sample[]>;

type Labels = Readonly<Record<string, string>>;

/** The sum over all series of a counter that have these labels; 0 when there is none: a counter appears with its first event. */
export function total(samples: readonly Sample[] | undefined, name: string, labels: Labels = {}): number {
  return (samples ?? [])
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

/** The part of a reading that is about these collectors. */
export function restricted(reading: Reading, collectors: readonly Pick<ProbedCollector, 'task'>[]): Reading {
  return new Map([...reading].filter(([task]) => collectors.some((each) => each.task === task)));
}

/** What was counted between two readings, per collector and series. */
export function difference(before: Reading, after: Reading): Reading {
  return new Map(
    [...after].map(([task, samples]) => {
      const old = new Map((before.get(task) ?? []).map((sample) => [seriesOf(sample), sample.value]));
      return [
        task,
        samples.map((sample) => ({ ...sample, value: sample.value - (old.get(seriesOf(sample)) ?? 0) })),
      ];
    }),
  );
}

/** The first counter that is lower in `after`, which only a restart explains; undefined when there is none. */
export function wentBack(before: readonly Sample[], after: readonly Sample[]): Sample | undefined {
  const now = new Map(after.map((sample) => [seriesOf(sample), sample.value]));
  return before.find((sample) => (now.get(seriesOf(sample)) ?? Number.POSITIVE_INFINITY) < sample.value);
}

/**
 * What receivers and gateways themselves counted as failed between two readings. A receiver that drops spans, of
 * whatever sender, fails a run that went through the others.
 */
export function failuresIn(change: Reading, collectors: readonly ProbedCollector[]): Fault[] {
  return [...change].flatMap(([task, samples]) => {
    const role = collectors.find((each) => each.task === task)?.role ?? 'collector';
    const name = `${role} ${task}`;
    const faults: Fault[] = [];
    faults.push(...decisionFaults(name, samples));
    const refused = total(samples, 'receiver_refused_spans') + total(samples, 'receiver_failed_spans');
    if (refused > 0) faults.push({ code: 'spans-refused', message: `${name} refused ${refused} spans` });
    return [...faults, ...exportFaults(name, samples)];
  });
}

/** Traces that the policies did not decide, or not all of them. */
function decisionFaults(name: string, samples: readonly Sample[]): Fault[] {
  const faults: Fault[] = [];
  const add = (code: Fault['code'], counter: string, message: (count: number) => string) => {
    const count = total(samples, `processor_tail_sampling_${counter}`);
    if (count > 0) faults.push({ code, message: `${name} ${message(count)}` });
  };
  add(
    'early-drops',
    'sampling_trace_dropped_too_early',
    (count) => `dropped ${count} traces before their decision: num_traces is too small for the traffic`,
  );
  add(
    'traces-too-large',
    'traces_dropped_too_large',
    (count) =>
      `dropped ${count} traces for their size, whatever the policies say: they are above maximum_trace_size_bytes`,
  );
  add(
    'policy-errors',
    'sampling_policy_evaluation_error',
    (count) => `could not evaluate a policy ${count} times, and went on as if that policy kept nothing`,
  );
  return faults;
}

function exportFaults(name: string, samples: readonly Sample[]): Fault[] {
  const exporters = [...new Set(samples.flatMap(({ labels }) => labels['exporter'] ?? []))];
  return exporters.flatMap((exporter) => {
    const failed = total(samples, 'exporter_send_failed_spans', { exporter });
    const turnedAway = total(samples, 'exporter_enqueue_failed_spans', { exporter });
    const faults: Fault[] = [];
    const add = (count: number, how: string) =>
      faults.push({
        code: 'export-failed',
        message: `${name}, ${exporter}: ${count} spans ${how}`,
      });
    if (failed > 0) add(failed, 'could not be sent');
    if (turnedAway > 0) add(turnedAway, 'found its queue full');
    return faults;
  });
}

function seriesOf({ name, labels }: Sample): string {
  return JSON.stringify([name, Object.entries(labels).sort(([a], [b]) => a.localeCompare(b))]);
}
