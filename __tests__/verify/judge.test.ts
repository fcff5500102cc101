import { describe, expect, test } from '@jest/globals';
import { shareInterval } from '../../src/sampling/statistics.ts';
import type { CohortCounts } from '../../src/verify/counts.ts';
import { VerificationFailed } from '../../src/verify/failed.ts';
import { judge, type Observation } from '../../src/verify/judge.ts';

const cohort = (name: string, counts: Partial<CohortCounts>): CohortCounts => {
  const { arrived = 2000, expected = 0.25 } = counts;
  const interval = shareInterval(arrived, expected);
  return {
    name,
    generated: arrived,
    arrived,
    arrivedInPart: 0,
    kept: 0,
    incomplete: 0,
    expected,
    interval,
    ...counts,
  };
};
const normal = cohort('normal', { kept: 500 });
const errors = cohort('errors', { arrived: 200, kept: 200, expected: 1 });
const counts = {
  basis: 'tap' as const,
  path: 'agents' as const,
  bypassed: [],
  cohorts: [normal, errors],
  gateways: [
    { task: 'g1', arrived: 1100 },
    { task: 'g2', arrived: 1100 },
  ],
  agents: [
    { instance: 'i-0', arrived: 1100 },
    { instance: 'i-1', arrived: 1100 },
  ],
  receivers: undefined,
  split: [],
  foreign: 0,
  keptUnseen: 0,
  duplicateSpans: 0,
};
const good: Observation = {
  counts,
  generatorFaults: [],
  gatewaysBefore: ['g1', 'g2'],
  gatewaysAfter: ['g2', 'g1'],
  releaseBefore: 'a',
  releaseAfter: 'a',
  unreadable: [],
  failedExports: [],
  counterFaults: [],
  unsettled: undefined,
};
const withCounts = (more: Partial<Observation['counts']>): Observation => ({
  ...good,
  counts: { ...counts, ...more },
});
const withNormal = (more: Partial<CohortCounts>) =>
  withCounts({ cohorts: [cohort('normal', { kept: 500, ...more }), errors] });
const words = {
  gateway: 'g1',
  component: 'coralogix',
  message: 'Exporting failed.',
  error: 'no route to host',
  times: 1,
};

describe('a verification passes', () => {
  test.each<[string, Observation]>([
    ['when everything is as it should be', good],
    ['with the smallest share of its interval', withNormal({ kept: 437 })],
    ['with the greatest share of its interval', withNormal({ kept: 565 })],
    ['with spans delivered twice, which are counted once', withCounts({ duplicateSpans: 12 })],
    ['when a cohort that must be dropped is dropped', withNormal({ expected: 0, kept: 0 })],
  ])('%s', (_name, seen) => {
    expect(judge(seen)).toEqual([]);
  });
});

describe('a verification fails', () => {
  test.each<[string, Observation, string[], RegExp]>([
    [
      'on a generator',
      { ...good, generatorFaults: [{ code: 'generator-failed', message: 'exit 1' }] },
      ['generator-failed'],
      /exit 1/,
    ],
    [
      'on a trace that did not arrive',
      withNormal({ arrived: 1999, generated: 2000 }),
      ['traces-lost'],
      /cohort normal: 1999 of 2000 traces arrived/,
    ],
    [
      'when nothing arrived',
      withNormal({ arrived: 0, generated: 2000, kept: 0 }),
      ['traces-lost'],
      /0 of 2000/,
    ],
    [
      'on more traces than were sent',
      withNormal({ arrived: 2001, generated: 2000 }),
      ['traces-surplus'],
      /2001 traces arrived of 2000/,
    ],
    [
      'on a span that did not arrive',
      withNormal({ arrivedInPart: 1 }),
      ['traces-lost'],
      /1 of 2000 traces arrived without all/,
    ],
    [
      'on a kept trace without all of its spans',
      withNormal({ incomplete: 1 }),
      ['incomplete-traces'],
      /1 of 500 kept traces/,
    ],
    [
      'on a share just below its interval',
      withNormal({ kept: 436 }),
      ['share-out-of-interval'],
      /436 of 2000 .*21\.8%.* expected 25%.* 21\.85% to 28\.25%/,
    ],
    ['on a share just above its interval', withNormal({ kept: 566 }), ['share-out-of-interval'], /28\.3%/],
    [
      'on one error trace dropped',
      withCounts({ cohorts: [normal, cohort('errors', { arrived: 200, kept: 199, expected: 1 })] }),
      ['share-out-of-interval'],
      /cohort errors: 199 of 200 .*expected 100%/,
    ],
    [
      'on one trace kept that must be dropped',
      withNormal({ expected: 0, kept: 1 }),
      ['share-out-of-interval'],
      /expected 0%/,
    ],
    [
      'on an idle gateway',
      withCounts({
        gateways: [
          { task: 'g1', arrived: 2200 },
          { task: 'g2', arrived: 0 },
        ],
      }),
      ['gateway-idle'],
      /gateway g2/,
    ],
    ['without any gateway', withCounts({ gateways: [] }), ['gateway-idle'], /no gateway/],
    [
      'on an idle agent',
      withCounts({
        agents: [
          { instance: 'i-0', arrived: 2200 },
          { instance: 'i-1', arrived: 0 },
        ],
      }),
      ['agent-idle'],
      /instance i-1/,
    ],
    ['without any agent', withCounts({ agents: [] }), ['agent-idle'], /no instance/],
    ['on a trace that two gateways saw', withCounts({ split: ['ab12'] }), ['split-trace'], /1 traces .*ab12/],
    ['on traces of nobody', withCounts({ foreign: 3 }), ['foreign-traces'], /3 traces/],
    [
      'on traces kept that never arrived',
      withCounts({ keptUnseen: 2 }),
      ['tap-unreadable'],
      /2 traces .*never before/,
    ],
    [
      'on a gap in the tap',
      { ...good, unreadable: ['gateway g1: a line is cut'] },
      ['tap-unreadable'],
      /a line is cut/,
    ],
    [
      'on a failed export, a retry included',
      { ...good, failedExports: [words] },
      ['export-failed'],
      /g1, coralogix: Exporting failed\. no route to host$/,
    ],
    [
      'on many failed exports, once',
      { ...good, failedExports: [{ ...words, times: 7 }] },
      ['export-failed'],
      /7 times/,
    ],
    [
      'when a gateway went',
      { ...good, gatewaysAfter: ['g1'] },
      ['gateways-changed'],
      /from g1, g2 to g1: inconclusive/,
    ],
    [
      'when a gateway was replaced',
      { ...good, gatewaysAfter: ['g1', 'g3'] },
      ['gateways-changed'],
      /to g1, g3/,
    ],
    [
      'when another release was deployed meanwhile',
      { ...good, releaseAfter: 'b' },
      ['release-changed'],
      /from release a to b/,
    ],
    [
      'when time ran out, though all counts are right',
      { ...good, unsettled: 'decisions open' },
      ['deadline-exceeded'],
      /decisions open/,
    ],
  ])('%s', (_name, seen, codes, message) => {
    const faults = judge(seen);
    expect(faults.map(({ code }) => code)).toEqual(codes);
    expect(faults[0]?.message).toMatch(message);
  });

  test('with all faults, the cause first', () => {
    const faults = judge({
      ...withCounts({
        cohorts: [cohort('normal', { arrived: 1000, generated: 2000, kept: 600, incomplete: 4 }), errors],
      }),
      failedExports: [words],
      unsettled: 'all open',
      generatorFaults: [{ code: 'generator-failed', message: 'exit 1' }],
    });
    const codes = faults.map(({ code }) => code);
    expect(codes).toEqual([
      'generator-failed',
      'deadline-exceeded',
      'export-failed',
      'traces-lost',
      'incomplete-traces',
      'share-out-of-interval',
    ]);
    const error = new VerificationFailed('verification of stack s', faults);
    expect(error.code).toBe('verification-failed');
    expect(error.message.split('\n')[0]).toBe(
      'verification of stack s failed with generator-failed: exit 1 (and 5 more)',
    );
    expect(codes.every((code) => error.message.includes(code))).toBe(true);
  });
});
