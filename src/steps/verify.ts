import { cloudMap } from '../aws/cloud-map.ts';
import { cloudFormation } from '../aws/cloudformation.ts';
import { ecsServices } from '../aws/ecs-services.ts';
import { ecsTasks } from '../aws/ecs-tasks.ts';
import { cloudWatchLogs } from '../aws/logs.ts';
import { objectStore } from '../aws/object-store.ts';
import type { Settings } from '../inputs/settings.ts';
import type { CollectorBuild } from '../verify/builds.ts';
import type { Reading } from '../verify/counters.ts';
import { Crew } from '../verify/crew.ts';
import { bypassSentence } from '../verify/destination.ts';
import { notPromotable } from '../verify/evidence.ts';
import { subjectOf, VerificationFailed } from '../verify/failed.ts';
import { judge } from '../verify/judge.ts';
import { planGenerators } from '../verify/plan.ts';
import { Probe } from '../verify/probe.ts';
import { ensureLogGroup, newRunId } from '../verify/run.ts';
import { verifySummary } from '../verify/summary.ts';
import type { StepDeps } from './step.ts';
import { type Measured, measureByCounters, measureByTap, type Run } from './verify-measure.ts';
import type { VerifyPorts } from './verify-ports.ts';
import { outputBuilds, outputCounts, writeEvidence } from './verify-results.ts';
import { surveyStacks } from './verify-scene.ts';

/**
 * Sends traces through every agent, or where there are none every receiver, and proves, from the gateways' own logs
 * and counters, that all arrived and that the intended share was kept. Evidence is written only when everything held.
 */
export async function run(settings: Settings, deps: StepDeps): Promise<void> {
  const { region } = settings;
  await verify(settings, deps, {
    cloudFormation: cloudFormation(region),
    services: ecsServices(region),
    cloudMap: cloudMap(region),
    tasks: ecsTasks(region),
    logs: cloudWatchLogs(region),
    objects: objectStore(region),
  });
}

/** The step on given ports. */
export async function verify(settings: Settings, deps: StepDeps, ports: VerifyPorts): Promise<void> {
  const { reporter, clock } = deps;
  const startedAt = clock.now();
  const deadline = startedAt + settings.verify.timeoutSeconds * 1000;
  const runId = newRunId(startedAt);
  reporter.output('run-id', runId);
  const scene = await reporter.group('Look at the stack', () =>
    surveyStacks(settings, { ...deps, voice: reporter, deadline }, ports),
  );
  const collectors = await outputBuilds(scene.target, deps, ports);
  const { cluster } = scene.destination;
  const crew = new Crew({ tasks: ports.tasks, voice: reporter, runId, cluster, ledger: deps.ledger });
  try {
    const start = { ...ports, ...deps, settings, scene, collectors, crew, runId, deadline, startedAt };
    await conclude(start, await measure(start));
  } finally {
    await crew.dismiss();
  }
}

interface Start extends Omit<Run, 'probe' | 'plans'> {
  collectors: readonly CollectorBuild[];
  startedAt: number;
}

async function measure(start: Start): Promise<Measured> {
  const { settings, scene, reporter } = start;
  const plans = planGenerators({
    cohorts: scene.cohorts,
    instances: scene.instances,
    endpoints: scene.endpoints,
    tracesPerSecond: settings.verify.tracesPerSecond,
  });
  const bypass = bypassSentence(scene.destination);
  if (bypass) reporter.warning(`${bypass}, ${scene.destination.endpoint}: what was bypassed is not verified`);
  reporter.output(
    'generated',
    plans.reduce((sum, plan) => sum + plan.traces, 0),
  );
  const { probe, baseline } = await reporter.group("Read the collectors' counters", () => probing(start));
  const run = { ...start, probe, plans };
  return scene.missingFromTap.length === 0 ? measureByTap(run, baseline) : measureByCounters(run, baseline);
}

/** Starts the probe and reads the counters as they are before anything is sent. */
async function probing(start: Start): Promise<{ probe: Probe; baseline: Reading }> {
  const { settings, scene, reporter, logs, runId } = start;
  await ensureLogGroup(logs, runId);
  const probe = await Probe.start({
    ...start,
    voice: reporter,
    region: settings.region,
    image: scene.collectorImage,
    executionRoleArn: scene.target.executionRoleArn,
    collectors: scene.probed,
  });
  await scene.routingReady();
  return { probe, baseline: await probe.baseline() };
}

async function conclude(start: Start, measured: Measured): Promise<void> {
  const { settings, scene, reporter, clock, runId, startedAt } = start;
  outputCounts(reporter, measured.counts);
  const faults = judge({
    ...measured,
    gatewaysBefore: scene.gateways.map(({ id }) => id),
    releaseBefore: scene.state,
    releaseAfter: await scene.currentState(),
  });
  const endedAt = clock.now();
  const { stacks, verifiedServices: services, uncovered, releaseId } = scene;
  const { counts } = measured;
  const account = {
    environment: settings.environment,
    stacks,
    services,
    uncovered,
    releaseId,
    collectors: start.collectors,
    runId,
    counts,
  };
  reporter.output('promotable', notPromotable(account).length === 0);
  const seconds = (endedAt - startedAt) / 1000;
  reporter.summary(verifySummary({ ...account, faults, complaints: measured.complaints, seconds }));
  if (faults.length > 0) throw new VerificationFailed(subjectOf(account), faults);
  const { decisionWaitSeconds } = scene;
  await writeEvidence(settings, start, start, { ...account, decisionWaitSeconds, startedAt, endedAt });
}
