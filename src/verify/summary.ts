import { type CollectorBuild, nameOf } from './builds.ts';
import type { Counts } from './counts.ts';
import { bypassSentence } from './destination.ts';
import type { VerifiedService, VerifiedStack } from './evidence.ts';
import { type Fault, percent } from './judge.ts';
import type { CollectorWords } from './tap-reader.ts';

export interface SummaryRequest {
  environment: string;
  /** The stacks that were verified together; where there are none, their services are shown. */
  stacks: readonly Pick<VerifiedStack, 'stack'>[];
  services: readonly VerifiedService[];
  /** Why no release covers what ran, each as a sentence. */
  uncovered: readonly string[];
  releaseId: string;
  runId: string;
  /** What they run on. */
  collectors: readonly CollectorBuild[];
  counts: Counts;
  faults: readonly Fault[];
  /** What the gateways warned of; shown only when the verification failed. */
  complaints: readonly CollectorWords[];
  seconds: number;
}

const mostLines = 20;

/** The verdict for the job summary. */
export function verifySummary(request: SummaryRequest): string {
  const { counts, faults, environment, releaseId } = request;
  const passed = faults.length === 0;
  const parts = [
    `### Verification of \`${environment}\`: ${passed ? 'passed ✅' : 'failed ❌'}`,
    `${subjectOf(request)}, release \`${releaseId.slice(0, 12)}\`, run \`${request.runId}\`, ${Math.round(request.seconds)} s.`,
    ...(passed ? [] : [faultList(faults)]),
    ...provenance(counts),
    ...uncoveredList(request.uncovered),
    cohortTable(counts),
    shareTable(
      'Gateway (task)',
      counts.gateways.map(({ task, arrived }) => [task, arrived]),
    ),
    ...receiverTable(counts),
    ...(counts.agents === undefined
      ? []
      : [
          shareTable(
            'Agent (instance)',
            counts.agents.map(({ instance, arrived }) => [instance, arrived]),
          ),
        ]),
    buildTable(request.collectors),
    ...(counts.duplicateSpans === 0
      ? []
      : [`${counts.duplicateSpans} spans were seen more than once (retries) and counted once.`]),
    ...(passed || request.complaints.length === 0 ? [] : [complaintList(request.complaints)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** "Stack `otel`", or the services where there is no stack. */
function subjectOf({ stacks, services }: Pick<SummaryRequest, 'stacks' | 'services'>): string {
  const [what, names] =
    stacks.length > 0
      ? ['Stack', stacks.map(({ stack }) => stack)]
      : ['Service', services.map(({ service, cluster, role }) => `${cluster}/${service} (${role})`)];
  return `${what}${names.length > 1 ? 's' : ''} ${names.map((name) => `\`${name}\``).join(', ')}`;
}

function uncoveredList(uncovered: readonly string[]): string[] {
  if (uncovered.length === 0) return [];
  const lines = uncovered.map((reason) => `- ${inline(reason)}`);
  return [['**Of no release**, and so never promotable:', '', ...lines].join('\n')];
}

/** What the counts do not prove, where they prove less than usual. */
function provenance({ path, bypassed, basis }: Counts): string[] {
  const [bypass, where] = bypassSentence({ path, bypassed })?.split(': ') ?? [];
  const proven = path === 'direct' ? 'sampling' : 'routing and sampling';
  const direct = `**${bypass}**: ${where}. This proves ${proven} only, and is not enough for promotion.`;
  const counters =
    "Counted from the gateways' own counters, because their config has no complete tap; no other traffic flowed.";
  return [...(bypass === undefined ? [] : [direct]), ...(basis === 'counters' ? [counters] : [])];
}

function faultList(faults: readonly Fault[]): string {
  const lines = faults.slice(0, mostLines).map(({ code, message }) => `- \`${code}\` ${inline(message)}`);
  if (faults.length > mostLines) lines.push(`- … and ${faults.length - mostLines} more`);
  return lines.join('\n');
}

function cohortTable({ cohorts }: Counts): string {
  const rows = cohorts.map(({ name, generated, arrived, kept, incomplete, expected, interval }) => {
    const allowed =
      interval[0] === interval[1] ? 'exactly' : `${percent(interval[0])} – ${percent(interval[1])}`;
    const share = arrived === 0 ? '–' : percent(kept / arrived);
    return `| ${name} | ${generated} | ${arrived} | ${kept} | ${share} | ${percent(expected)} | ${allowed} | ${incomplete} |`;
  });
  return [
    '| cohort | generated | arrived | kept | share | expected | allowed | incomplete |',
    '|---|--:|--:|--:|--:|--:|--:|--:|',
    ...rows,
  ].join('\n');
}

function shareTable(title: string, rows: readonly (readonly [string, number])[], what = 'arrived'): string {
  const lines = rows.map(([name, arrived]) => `| \`${name}\` | ${arrived} |`);
  return [`| ${title} | ${what} |`, '|---|--:|', ...lines].join('\n');
}

/** Which receivers took part; the counts are the receivers' own, and so of whoever sent. */
function receiverTable({ receivers }: Counts): string[] {
  if (receivers === undefined) return [];
  const idle = receivers.filter(({ spans }) => spans === 0).map(({ task }) => `\`${task}\``);
  const table = shareTable(
    'Receiver (task)',
    receivers.map(({ task, spans }) => [task, spans]),
    'spans taken',
  );
  if (idle.length === 0) return [table];
  return [table, `Nothing came to ${idle.join(', ')}: this run proves nothing about that receiver.`];
}

/** What each role runs; a role has several rows where its images differ. */
function buildTable(builds: readonly CollectorBuild[]): string {
  const rows = builds.map(
    (build) =>
      `| ${build.role} | ${build.tasks.length} | ${nameOf(build)} | \`${build.image}\` | \`${build.digest}\` |`,
  );
  return ['| collectors | tasks | distribution | image | digest |', '|---|--:|---|---|---|', ...rows].join(
    '\n',
  );
}

function complaintList(complaints: readonly CollectorWords[]): string {
  const lines = complaints
    .slice(0, mostLines)
    .map(
      ({ gateway, message, error, times }) =>
        `- ${times} × gateway ${gateway}: ${inline(`${message} ${error}`)}`,
    );
  return ['What the gateways said meanwhile:', ...lines].join('\n');
}

/** One line, and short: a collector's error can hold a whole stack. */
function inline(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 500);
}
