import { type ObjectStore, uri } from '../aws/object-store.ts';
import type { Settings } from '../inputs/settings.ts';
import { canonicalJson, sha256, short } from '../release/hash.ts';
import { manifestKey } from '../release/release.ts';
import type { Reporter } from '../report/reporter.ts';
import { buildWarnings, type CollectorBuild, collectorBuilds } from '../verify/builds.ts';
import type { Counts } from '../verify/counts.ts';
import { cohortRecords, type EvidenceRequest, evidenceOf, noRelease } from '../verify/evidence.ts';
import type { Target } from '../verify/target.ts';
import type { StepDeps } from './step.ts';
import type { VerifyPorts } from './verify-ports.ts';

/** Says what the collectors run on, and what stands against relying on it. */
export async function outputBuilds(
  target: Target,
  { reporter }: StepDeps,
  ports: VerifyPorts,
): Promise<CollectorBuild[]> {
  const collectors = await collectorBuilds(target, ports);
  reporter.output('collectors', JSON.stringify(collectors));
  for (const warning of buildWarnings(collectors)) reporter.warning(warning);
  return collectors;
}

/** The counts as outputs of the step; set before the verdict, so that a failed run has them too. */
export function outputCounts(reporter: Reporter, counts: Counts): void {
  const total = (of: 'arrived' | 'kept') => counts.cohorts.reduce((sum, cohort) => sum + cohort[of], 0);
  reporter.output('arrived', total('arrived'));
  reporter.output('kept', total('kept'));
  reporter.output('cohorts', JSON.stringify(cohortRecords(counts)));
  reporter.output('gateways', JSON.stringify(counts.gateways));
  if (counts.agents !== undefined) reporter.output('agents', JSON.stringify(counts.agents));
  if (counts.receivers !== undefined) reporter.output('receivers', JSON.stringify(counts.receivers));
}

/**
 * Writes the evidence beside each release that it proves, one for every stack, or beside none; its key has its hash, so nothing is
 * overwritten.
 */
export async function writeEvidence(
  settings: Settings,
  { reporter }: StepDeps,
  { objects }: { objects: Pick<ObjectStore, 'putIfAbsent'> },
  request: EvidenceRequest,
): Promise<void> {
  const body = `${canonicalJson(evidenceOf(request))}\n`;
  const hash = sha256(body);
  const releases = request.stacks.map(({ release }) => release);
  const keys = [...new Set(releases.length > 0 ? releases : [noRelease])].map((release) => {
    const folder = manifestKey(settings.prefix, release).replace(/\.json$/, '');
    return `${folder}/verified/${settings.environment}.${short(hash)}.json`;
  });
  for (const key of keys) {
    const at = { bucket: settings.bucket, key };
    await objects.putIfAbsent(at, body, 'application/json');
    reporter.info(`evidence ${uri(at)}, sha256 ${hash}`);
  }
  reporter.output('evidence-key', keys.join(','));
  reporter.output('evidence-hash', hash);
}
