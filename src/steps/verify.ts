import { cloudFormation } from '../aws/cloudformation.ts';
import { ecsServices } from '../aws/ecs-services.ts';
import { ecsTasks } from '../aws/ecs-tasks.ts';
import { cloudWatchLogs } from '../aws/logs.ts';
import { objectStore } from '../aws/object-store.ts';
import type { Settings } from '../inputs/settings.ts';
import { destinations } from '../verify/destination.ts';
import { VerificationFailed } from '../verify/failed.ts';
import { runGenerators } from '../verify/generators.ts';
import { judge } from '../verify/judge.ts';
import { observe } from '../verify/observe.ts';
import { planGenerators } from '../verify/plan.ts';
import { newRunId } from '../verify/run.ts';
import { verifySummary } from '../verify/summary.ts';
import type { StepDeps } from './step.ts';
import { outputCounts, writeEvidence } from './verify-results.ts';
import { type Scene, surveyStack, type VerifyPorts } from './verify-scene.ts';

/**
 * Sends traces through every agent of the deployed stack and proves, from the gateways' own logs, that
 * all arrived and that the intended share was kept. Evidence is written only when everything held.
 */
export async function run(settings: Settings, deps: StepDeps): Promise<void> {
  const { region } = settings;
  await verify(settings, deps, {
    cloudFormation: cloudFormation(region),
    services: ecsServices(region),
    tasks: ecsTasks(region),
    logs: cloudWatchLogs(region),
    objects: objectStore(region),
  });
}

/** The step on given ports. */
export async function verify(settings: Settings, deps: StepDeps, ports: VerifyPorts): Promise<void> {
  const { reporter, clock, signal } = deps;
  const startedAt = clock.now();
  const deadline = startedAt + settings.verify.timeoutSeconds * 1000;
  const runId = newRunId(startedAt);
  reporter.output('run-id', runId);
  const scene = await reporter.group('Look at the stack', () =>
    surveyStack(settings, { ...deps, deadline }, ports),
  );
  const run = { ...ports, clock, signal, voice: reporter, deadline, startedAt, runId };
  const plans = planGenerators({
    cohorts: settings.verify.cohorts,
    instances: scene.instances,
    tracesPerSecond: settings.verify.tracesPerSecond,
  });
  reporter.output(
    'generated',
    plans.reduce((sum, plan) => sum + plan.traces, 0),
  );
  const generatorFaults = await reporter.group('Send traces', () =>
    runGenerators({ ...run, ...generatorSettings(settings, scene), plans }),
  );
  const observed = await reporter.group('Read the tap', () =>
    observe({
      ...run,
      ...scene,
      gatewaysBefore: scene.gateways,
      cohorts: settings.verify.cohorts,
      plans,
    }),
  );
  outputCounts(reporter, observed.counts);
  const faults = judge({
    ...observed,
    generatorFaults,
    gatewaysBefore: scene.gateways.map(({ id }) => id),
    releaseBefore: scene.releaseId,
    releaseAfter: await scene.currentRelease(),
  });
  const endedAt = clock.now();
  const account = {
    environment: settings.environment,
    stack: settings.stackName,
    releaseId: scene.releaseId,
    runId,
    counts: observed.counts,
  };
  reporter.summary(
    verifySummary({
      ...account,
      faults,
      complaints: observed.complaints,
      seconds: (endedAt - startedAt) / 1000,
    }),
  );
  if (faults.length > 0) throw new VerificationFailed(`verification of stack ${settings.stackName}`, faults);
  const { decisionWaitSeconds } = scene;
  await writeEvidence(settings, deps, ports, { ...account, decisionWaitSeconds, startedAt, endedAt });
}

function generatorSettings({ topology, region, verify }: Settings, { target }: Scene) {
  const destination = destinations[topology];
  return {
    region,
    image: verify.image,
    cluster: target.cluster,
    executionRoleArn: target.executionRoleArn,
    destination,
    endpoint: destination.endpoint(target),
    expectations: verify,
  };
}
