import type { EcsTask } from '../aws/ecs-task.ts';
import type { Settings } from '../inputs/settings.ts';
import {
  type CohortChange,
  countCohort,
  countsOfChanges,
  doubtsOf,
  requireQuiet,
} from '../verify/count-counters.ts';
import { difference, failuresIn, type Reading, restricted, total } from '../verify/counters.ts';
import type { Counts } from '../verify/counts.ts';
import type { Crew } from '../verify/crew.ts';
import { runGenerators } from '../verify/generators.ts';
import type { Fault, Observation } from '../verify/judge.ts';
import { observe } from '../verify/observe.ts';
import type { GeneratorPlan } from '../verify/plan.ts';
import type { Probe } from '../verify/probe.ts';
import { runningTasks } from '../verify/services.ts';
import type { CollectorWords } from '../verify/tap-reader.ts';
import type { StepDeps } from './step.ts';
import type { VerifyPorts } from './verify-ports.ts';
import type { Scene } from './verify-scene.ts';

/** A run that is under way: everything to send and to count with. */
export interface Run extends VerifyPorts, StepDeps {
  settings: Settings;
  scene: Scene;
  crew: Crew;
  probe: Probe;
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
      expectsLoss: generatorFaults.length > 0,
    }),
  );
  const last = await reporter.group("Read the collectors' counters", () => probe.read());
  return {
    ...observed,
    counts: { ...observed.counts, receivers: receiversIn(run, baseline, last.reading) },
    generatorFaults,
    counterFaults: [...last.faults, ...counted(run, baseline, last.reading)],
    // Time that ran out during the last reading is said by the probe.
    unsettled: observed.unsettled ?? (clock.now() >= deadline ? 'the last counters unread' : undefined),
  };
}

/** Sends one cohort after the other and counts each by what the gateways' counters gained. */
export async function measureByCounters(run: Run, baseline: Reading): Promise<Measured> {
  const { reporter, scene, plans, services } = run;
  const { exporters, decisionWaitSeconds } = scene;
  reporter.warning(
    `the gateway config has no complete tap (${scene.missingFromTap.join('; ')}): traces are counted by the gateways' counters, one cohort after the other`,
  );
  const { read, ofGateways, last } = gatewayReader(run, baseline);
  const options = { ...run, voice: reporter, exporters, decisionWaitSeconds, read };
  const generatorFaults: Fault[] = [];
  const changes: CohortChange[] = [];
  let before = await reporter.group('Look for other traffic', () =>
    requireQuiet(ofGateways(baseline), options),
  );
  for (const cohort of scene.cohorts) {
    const own = plans.filter((plan) => plan.cohort === cohort.name);
    generatorFaults.push(...(await reporter.group(`Send ${cohort.name}`, () => send(run, own))));
    const counting = await reporter.group(`Count ${cohort.name}`, () => countCohort(cohort, before, options));
    changes.push(counting.result);
    before = counting.after;
  }
  const after: EcsTask[] = await runningTasks(services, scene.target.gateways);
  const open = changes.flatMap(({ unsettled }) => unsettled ?? []);
  return {
    counts: {
      ...countsOfChanges(changes, {
        destination: scene.destination,
        gateways: scene.gateways.map(({ id }) => id),
        exporters,
      }),
      receivers: receiversIn(run, baseline, last()),
    },
    gatewaysAfter: after.map(({ id }) => id),
    generatorFaults,
    counterFaults: [...doubtsOf(changes), ...counted(run, baseline, last())],
    unreadable: [],
    failedExports: [],
    complaints: [],
    unsettled: open.length === 0 ? undefined : open.join('; '),
  };
}

/** Reads what the gateways counted, which is all that counts, and keeps what the receivers did. */
function gatewayReader({ scene, probe }: Run, baseline: Reading) {
  const gateways = scene.probed.filter(({ role }) => role === 'gateway');
  const ofGateways = (reading: Reading) => restricted(reading, gateways);
  let last = baseline;
  const read = async () => {
    const { reading, faults } = await probe.read();
    last = reading;
    return { reading: ofGateways(reading), faults };
  };
  return { read, ofGateways, last: () => last };
}

function send(run: Run, plans: readonly GeneratorPlan[]): Promise<Fault[]> {
  const { settings, scene, reporter } = run;
  return runGenerators({
    ...run,
    voice: reporter,
    destination: scene.destination,
    region: settings.region,
    image: settings.verify.image,
    executionRoleArn: scene.target.executionRoleArn,
    plans,
    expectations: settings.verify,
  });
}

/** What receivers and gateways counted as failed during the run; what each policy decided goes to the log. */
function counted({ reporter, scene }: Run, before: Reading, after: Reading): Fault[] {
  const change = difference(before, after);
  for (const [task, samples] of change) {
    const gained = samples.filter(({ name, value }) => name !== 'process_uptime' && value > 0);
    for (const { name, labels, value } of gained) {
      reporter.debug(`${task}: ${name} ${JSON.stringify(labels)} +${value}`);
    }
  }
  return failuresIn(change, scene.probed);
}

/** How many spans each receiver took in between; undefined where there are no receivers. */
function receiversIn({ scene }: Run, before: Reading, after: Reading): Counts['receivers'] {
  const receivers = scene.probed.filter(({ role }) => role === 'receiver');
  if (receivers.length === 0) return undefined;
  const change = difference(before, after);
  return receivers.map(({ task }) => ({ task, spans: total(change.get(task), 'receiver_accepted_spans') }));
}
