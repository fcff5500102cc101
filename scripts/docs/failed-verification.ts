import { shareInterval } from '../../src/sampling/statistics.ts';
import type { CollectorBuild } from '../../src/verify/builds.ts';
import type { CohortCounts, Counts } from '../../src/verify/counts.ts';
import { VerificationFailed } from '../../src/verify/failed.ts';
import { judge } from '../../src/verify/judge.ts';
import { verifySummary } from '../../src/verify/summary.ts';

/** What the judge and the summary say of a gateway config that keeps 35% instead of 25%, and of an agent that lost 40 traces. */
export function failedVerification(): string {
  const cohorts: CohortCounts[] = [
    cohort({ name: 'normal', generated: 2000, arrived: 1960, kept: 691, expected: 0.25 }),
    cohort({ name: 'errors', generated: 200, arrived: 200, kept: 200, expected: 1 }),
  ];
  const counts: Counts = {
    basis: 'tap',
    path: 'agents',
    bypassed: [],
    cohorts,
    gateways: [
      { task: '26270f45ac254364845d723bb19ee5b9', arrived: 1067 },
      { task: 'ecaf9beee72248898ed8377d44790ce8', arrived: 1093 },
    ],
    agents: [
      { instance: 'i-0a1b2c3d4e5f60718', arrived: 1100 },
      { instance: 'i-1b2c3d4e5f6071829', arrived: 1060 },
    ],
    receivers: undefined,
    split: [],
    foreign: 0,
    keptUnseen: 0,
    duplicateSpans: 0,
  };
  const gateways = counts.gateways.map(({ task }) => task);
  const release = 'c81e728d9d4c2f636f067f89cc14862c31d0fa5a4d0c8f1ee5d1a6f2b9b7e3a1';
  const surroundings = {
    gatewaysBefore: gateways,
    gatewaysAfter: gateways,
    releaseBefore: release,
    releaseAfter: release,
  };
  const faults = judge({
    counts,
    ...surroundings,
    generatorFaults: [],
    unreadable: [],
    failedExports: [],
    counterFaults: [],
    unsettled: undefined,
  });
  const failure = new VerificationFailed('verification of stack otel-tail-sampling', faults);
  const summary = verifySummary({
    ...{ counts, faults, environment: 'staging', releaseId: release },
    ...{ stacks: [{ stack: 'otel-tail-sampling' }], services: [], uncovered: [] },
    collectors: exampleBuilds(gateways),
    ...{ runId: 'r-example', complaints: [], seconds: 61 },
  });
  const log = failure.message.split('\n').map((line) => `Error: ${line}`);
  return `The log ends with\n\n\`\`\`\n${log.join('\n')}\n\`\`\`\n\nand the job summary shows\n\n${quoted(summary.trimEnd())}\n`;
}

/** An example, as the rest of the page. */
function exampleBuilds(gateways: readonly string[]): CollectorBuild[] {
  const image = 'otel/opentelemetry-collector-contrib:0.158.0';
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const build = { image, digest, distribution: 'otelcol-contrib', version: '0.158.0', core: '0.158.0' };
  return [
    { role: 'agent', tasks: ['1', '2'], ...build },
    { role: 'gateway', tasks: gateways, ...build },
  ];
}

function cohort(
  counts: Pick<CohortCounts, 'name' | 'generated' | 'arrived' | 'kept' | 'expected'>,
): CohortCounts {
  return {
    ...counts,
    arrivedInPart: 0,
    incomplete: 0,
    interval: shareInterval(counts.arrived, counts.expected),
  };
}

const quoted = (markdown: string) =>
  markdown
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
