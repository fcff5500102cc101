import { describe, expect, test } from '@jest/globals';
import { type GeneratorPlan, generatorCommand, planGenerators } from '../../src/verify/plan.ts';

const cohort = (name: string, traces: number, expected = 0.25) => ({ name, traces, expected });
const spread = (traces: number[], instances: number) =>
  planGenerators({
    cohorts: traces.map((count, index) => cohort(`c${index}`, count)),
    instances: Array.from({ length: instances }, (_, index) => `i-${index}`),
    tracesPerSecond: 100,
  });

describe('the generators of a run', () => {
  test.each([
    ['evenly', [2000, 200], 2],
    ['with a remainder', [2001, 202], 4],
    ['over one instance', [7], 1],
    ['fewer traces than instances in one cohort', [100, 1], 3],
    ['over many instances', [1000, 33, 5], 17],
  ])('lose no trace in splitting: %s', (_name, traces, instances) => {
    const plans = spread(traces, instances);
    const sums = traces.map((_, index) =>
      plans.filter((plan) => plan.cohort === `c${index}`).reduce((sum, plan) => sum + plan.traces, 0),
    );
    expect(sums).toEqual(traces);
    const perCohort = plans.filter((plan) => plan.cohort === 'c0').map((plan) => plan.traces);
    expect(Math.max(...perCohort) - Math.min(...perCohort)).toBeLessThanOrEqual(1);
    expect(new Set(plans.map((plan) => plan.instance)).size).toBe(instances);
  });

  test('small cohorts start on different instances, so that none is left out', () => {
    expect(
      spread([1, 1, 1], 3)
        .map((plan) => plan.instance)
        .sort(),
    ).toEqual(['i-0', 'i-1', 'i-2']);
  });

  test('none is asked for no traces, which telemetrygen takes for endless ones', () => {
    expect(spread([100, 1], 3).every((plan) => plan.traces > 0)).toBe(true);
  });

  test('an instance without a trace would leave its agent unproven', () => {
    expect(() => spread([1, 1], 3)).toThrow(/sends 2 traces over 3 instances: i-2 would have none/);
  });

  test.each([
    ['two cohorts, two instances', [200, 20], 2, 3],
    ['more endpoints than generators', [200], 2, 7],
    ['many instances', [200, 20], 5, 2],
  ])('send to every endpoint and lose no trace: %s', (_name, traces, instances, endpoints) => {
    const wanted = [
      undefined,
      ...Array.from({ length: endpoints - 1 }, (_, index) => `10.0.0.${index}:4317`),
    ];
    const plans = planGenerators({
      cohorts: traces.map((count, index) => cohort(`c${index}`, count)),
      instances: Array.from({ length: instances }, (_, index) => `i-${index}`),
      endpoints: wanted,
      tracesPerSecond: 100,
    });
    expect(new Set(plans.map(({ endpoint }) => endpoint))).toEqual(new Set(wanted));
    expect(new Set(plans.map(({ instance }) => instance)).size).toBe(instances);
    expect(plans.reduce((sum, plan) => sum + plan.traces, 0)).toBe(
      traces.reduce((sum, count) => sum + count, 0),
    );
  });

  test('a receiver without a trace would stay unproven', () => {
    const request = { cohorts: [cohort('c', 2)], instances: ['i-0'], tracesPerSecond: 100 };
    const endpoints = [undefined, '10.0.0.1:4317', '10.0.0.2:4317'];
    expect(() => planGenerators({ ...request, endpoints })).toThrow(/receiver 10.0.0.2:4317 would have none/);
  });

  test('together keep to the rate of their instance and end at the same time', () => {
    const plans = spread([2000, 200], 2).filter((plan) => plan.instance === 'i-0');
    expect(plans.reduce((sum, plan) => sum + plan.spansPerSecond, 0)).toBeCloseTo(200, 1);
    const seconds = plans.map((plan) => (plan.traces * 2) / plan.spansPerSecond);
    expect(Math.abs((seconds[0] ?? 0) - (seconds[1] ?? 1))).toBeLessThan(0.1);
  });

  test('are always paced: a rate of 0 means none to telemetrygen', () => {
    expect(spread([100_000, 1], 1).every((plan) => plan.spansPerSecond > 0)).toBe(true);
  });

  test.each<[string, string, Pick<GeneratorPlan, 'status' | 'spanDuration'>, string[]]>([
    ['healthy spans', 'normal', { status: 'Unset' }, []],
    ['error spans', 'errors', { status: 'Error' }, ['--status-code=Error']],
    ['long spans', 'slow', { spanDuration: '2500ms' }, ['--span-duration=2500ms']],
  ])('are told what to send: %s', (_name, name, kind, flags) => {
    const plan = { cohort: name, instance: 'i-0', traces: 1000, spansPerSecond: 181.818 };
    expect(generatorCommand({ ...plan, ...kind }, 'r1', 'localhost:4317')).toEqual([
      'traces',
      '--otlp-endpoint=localhost:4317',
      '--otlp-insecure',
      '--service=verify-r1',
      '--otlp-attributes=verify.run="r1"',
      `--otlp-attributes=verify.cohort="${name}"`,
      '--otlp-attributes=verify.instance="i-0"',
      '--traces=1000',
      '--workers=1',
      '--rate=181.818',
      '--child-spans=1',
      ...flags,
    ]);
  });
});
