import { slowMilliseconds } from '../collector/latency.ts';
import type { CollectorConfig } from '../collector/model.ts';
import { tapAttributes } from '../collector/tap.ts';
import { KitError } from '../kit/errors.ts';

/** A cohort as the environment file asks for it. */
export interface CohortPlan {
  name: string;
  /** Traces over all instances together. */
  traces: number;
  /** Share that must be kept, 0 to 1. */
  expected: number;
  /** Status of its spans. Default Unset. */
  status?: SpanStatus | undefined;
  /** Duration of each span in Go's notation. Default telemetrygen's own, 123 µs. */
  spanDuration?: string | undefined;
}

/** In telemetrygen's words. */
export type SpanStatus = 'Unset' | 'Ok' | 'Error';

/** One generator task: one cohort on one instance. */
export interface GeneratorPlan {
  cohort: string;
  status?: SpanStatus | undefined;
  spanDuration?: string | undefined;
  /** EC2 instance id, also the value of `verify.instance`. */
  instance: string;
  /** host:port, where it is not that of the destination. */
  endpoint?: string | undefined;
  traces: number;
  /** Spans per second: telemetrygen's unit. */
  spansPerSecond: number;
}

/** Above the threshold by this much, so that rounding on the way cannot matter. */
const marginMilliseconds = 500;

/**
 * Gives the cohort `slow` its duration where the environment does not: above the latency threshold of the gateways.
 * @throws KitError `invalid-input` when the threshold is not certain.
 */
export function withDurations(cohorts: readonly CohortPlan[], gateway: CollectorConfig): CohortPlan[] {
  return cohorts.map((cohort) => {
    if (cohort.name !== 'slow' || cohort.spanDuration !== undefined) return cohort;
    const threshold = slowMilliseconds(gateway);
    if (threshold !== undefined) return { ...cohort, spanDuration: `${threshold + marginMilliseconds}ms` };
    throw new KitError(
      `cohorts.slow: the gateway config ${gateway.name} has no latency policy that says for certain how slow is slow; accepted: span-duration, such as 3s`,
      { code: 'invalid-input', source: 'user' },
    );
  });
}

/** telemetrygen with `--child-spans 1` makes a parent and a child. */
export const spansPerTrace = 2;

export interface PlanRequest {
  cohorts: readonly CohortPlan[];
  instances: readonly string[];
  /**
   * host:port of everything that must be sent to, besides or instead of the destination: the receivers one by one,
   * since DNS alone leaves it to chance which of them a generator gets. Empty: all generators send to the destination.
   */
  endpoints?: readonly (string | undefined)[];
  /** Per instance, all cohorts together. */
  tracesPerSecond: number;
}

/** One sender of a cohort. */
interface Lane {
  instance: string;
  endpoint: string | undefined;
}

/**
 * Splits each cohort over the instances, the remainder going to the first ones, and paces the cohorts
 * so that all of an instance's generators end together at the stated rate. The endpoints take turns over all
 * generators; where there are more of them than generators, a cohort has more than one on an instance.
 * @throws KitError `too-few-traces` when an instance or an endpoint would get nothing and stay unproven.
 */
export function planGenerators(request: PlanRequest): GeneratorPlan[] {
  const { cohorts, instances } = request;
  const endpoints = request.endpoints?.length ? request.endpoints : [undefined];
  const width = Math.max(instances.length, Math.ceil(endpoints.length / cohorts.length));
  const plans = cohorts.flatMap((cohort, offset) => {
    const lanes = Array.from({ length: width }, (_none, index) => ({
      instance: instances[index % instances.length] ?? '',
      endpoint: endpoints[(offset * width + index) % endpoints.length],
    }));
    return split(cohort.traces, lanes, offset).map(({ lane, traces }) => ({
      cohort: cohort.name,
      status: cohort.status,
      spanDuration: cohort.spanDuration,
      ...lane,
      traces,
      spansPerSecond: 0,
    }));
  });
  const spared = endpoints.find((endpoint) => !plans.some((plan) => plan.endpoint === endpoint));
  if (spared !== undefined) throw tooFewTraces(request, `receiver ${spared}`);
  for (const instance of instances) {
    const own = plans.filter((plan) => plan.instance === instance);
    const total = own.reduce((sum, plan) => sum + plan.traces, 0);
    if (total === 0) throw tooFewTraces(request, instance);
    for (const plan of own) {
      const share = plan.traces / total;
      plan.spansPerSecond = Math.max(0.1, round(request.tracesPerSecond * share * spansPerTrace));
    }
  }
  return plans;
}

/** The shares differ by one at most; `offset` lets small cohorts start on different instances. */
function split(traces: number, lanes: readonly Lane[], offset: number) {
  const base = Math.floor(traces / lanes.length);
  const remainder = traces % lanes.length;
  return lanes
    .map((lane, index) => {
      const turn = (index - offset + lanes.length * (offset + 1)) % lanes.length;
      return { lane, traces: base + (turn < remainder ? 1 : 0) };
    })
    .filter((part) => part.traces > 0);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function tooFewTraces(request: PlanRequest, who: string): KitError {
  const total = request.cohorts.reduce((sum, cohort) => sum + cohort.traces, 0);
  return new KitError(
    `verification sends ${total} traces over ${request.instances.length} instances: ${who} would have none of them ` +
      'and stay unproven',
    { code: 'too-few-traces', source: 'user', hint: 'raise the number of traces of a cohort' },
  );
}

/** The arguments of telemetrygen for one generator. There is no shell in between: quotes are telemetrygen's own. */
export function generatorCommand(plan: GeneratorPlan, runId: string, endpoint: string): string[] {
  const attributes = {
    [tapAttributes.run]: runId,
    [tapAttributes.cohort]: plan.cohort,
    [tapAttributes.instance]: plan.instance,
  };
  return [
    'traces',
    `--otlp-endpoint=${endpoint}`,
    '--otlp-insecure',
    `--service=verify-${runId}`,
    ...Object.entries(attributes).map(([key, value]) => `--otlp-attributes=${key}="${value}"`),
    `--traces=${plan.traces}`,
    '--workers=1',
    `--rate=${plan.spansPerSecond}`,
    `--child-spans=${spansPerTrace - 1}`,
    ...(plan.status === undefined || plan.status === 'Unset' ? [] : [`--status-code=${plan.status}`]),
    ...(plan.spanDuration === undefined ? [] : [`--span-duration=${plan.spanDuration}`]),
  ];
}
