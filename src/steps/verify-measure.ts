import type { EcsTask } from '../aws/ecs-task.ts';
import type { Settings } from '../inputs/settings.ts';
import {
  type CohortChange,
  countCohort,
  countsOfChanges,
  doubtsOf,
  requireQuiet,
} from '../verify/count-counters.ts';
import { difference, failuresIn, type Reading } from '../verify/counters.ts';
import type { Counts } from '../verify/counts.ts';
import type { Crew } from '../verify/crew.ts';
import type { Destination } from '../verify/destination.ts';
import { runningTasks } from '../verify/gateways.ts';
import { runGenerators } from '../verify/generators.ts';
import type { Fault, Observation } from '../verify/judge.ts';
import { observe } from '../verify/observe.ts';
import type { GeneratorPlan } from '../verify/plan.ts';
import type { Probe } from '../verify/probe.ts';
import type { CollectorWords } from '../verify/tap-reader.ts';
import type { StepDeps } from './step.ts';
import type { Scene, VerifyPorts } from './verify-scene.ts';

/** A run that is under way: everything to send and to count with. */
export interface Run extends VerifyPorts, StepDeps {
  settings: Settings;
  scene: Scene;
  crew: Crew;
  probe: Probe;
  destination: Destination;
  plans: readonly GeneratorPlan[];
  runId: string;
  /** Milliseconds since the epoch. */
  deadline: number;
}

/** What was sent and counted, before it is judged. */
export type Measured = Omit<Observation, 'gatewaysBefore' | 'releaseBefore' | 'releaseAfter'> & {
  counts: Counts;
  /** What the gateways warned of meanwhile. */
  complaints: readonly CollectorWords[];
};

/** Sends all cohorts together and counts them by trace id, from the tap. Other traffic does not matter. */
export async function measureByTap(run: Run, baseline: Reading): Promise<Measured> {
  const { reporter, scene, plans, probe, clock, deadline } = run;
  const gatewayLogs = await scene.markLogs();
  const generatorFaults = await reporter.group('Send traces', () => send(run, plans));
  const observed = await reporter.group('Read the tap', () =>
    observe({
      ...run,
      ...scene,
      voice: reporter,
      gatewayLogs,
      gatewaysBefore: scene.gateways,
      plans,
      path: run.destination.path,
      expectsLoss: generatorFaults.length > 0,
    }),
  );
  const last = await reporter.group("Read the gateways' counters", () => probe.read());
  return {
    ...observed,
    generatorFaults,
    counterFaults: [...last.faults, ...counted(run, baseline, last.reading)],
    // Time that ran out during the last reading is said by the probe.
    unsettled: observed.unsettled ?? (clock.now() >= deadline ? 'the last counters unread' : undefined),
  };
}

/** Sends one cohort after the other and counts each by what the gateways' counters gained. */
export async function measureByCounters(run: Run, baseline: Reading): Promise<Measured> {
  const { reporter, scene, plans, probe, services } = run;
  const { exporters, decisionWaitSeconds } = scene;
  reporter.warning(
    `the gateway config has no complete tap (${scene.missingFromTap.join('; ')}): traces are counted by the gateways' counters, one cohort after the other`,
  );
  const options = { ...run, voice: reporter, exporters, decisionWaitSeconds, read: () => probe.read() };
  const generatorFaults: Fault[] = [];
  const changes: CohortChange[] = [];
  let before = await reporter.group('Look for other traffic', () => requireQuiet(baseline, options));
  for (const cohort of scene.cohorts) {
    const own = plans.filter((plan) => plan.cohort === cohort.name);
    generatorFaults.push(...(await reporter.group(`Send ${cohort.name}`, () => send(run, own))));
    const counting = await reporter.group(`Count ${cohort.name}`, () => countCohort(cohort, before, options));
    changes.push(counting.result);
    before = counting.after;
  }
  const after: EcsTask[] = await runningTasks(services, scene.target.cluster, scene.target.gatewayService);
  const gateways = scene.gateways.map(({ id }) => id);
  const open = changes.flatMap(({ unsettled }) => unsettled ?? []);
  return {
    counts: countsOfChanges(changes, { path: run.destination.path, gateways, exporters }),
    gatewaysAfter: after.map(({ id }) => id),
    generatorFaults,
    counterFaults: [...doubtsOf(changes), ...counted(run, baseline, before)],
    unreadable: [],
    failedExports: [],
    complaints: [],
    unsettled: open.length === 0 ? undefined : open.join('; '),
  };
}

function send(run: Run, plans: readonly GeneratorPlan[]): Promise<Fault[]> {
  const { settings, scene, reporter } = run;
  return runGenerators({
    ...run,
    voice: reporter,
    region: settings.region,
    image: settings.verify.image,
    executionRoleArn: scene.target.executionRoleArn,
    plans,
    expectations: settings.verify,
  });
}

/** The gateways' failures during the run; what each policy decided goes to the log. */
function counted({ reporter }: Run, before: Reading, after: Reading): Fault[] {
  const change = difference(before, after);
  for (const [task, samples] of change) {
    const gained = samples.filter(({ name, value }) => name !== 'process_uptime' && value > 0);
    for (const { name, labels, value } of gained) {
      reporter.debug(`gateway ${task}: ${name} ${JSON.stringify(labels)} +${value}`);
    }
  }
  return failuresIn(change);
}
