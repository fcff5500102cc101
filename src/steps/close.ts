import { type CloudFormation, cloudFormation } from '../aws/cloudformation.ts';
import { ecsTasks } from '../aws/ecs-tasks.ts';
import { ownTaskDefinitions } from '../aws/own-task-definitions.ts';
import type { Clock } from '../kit/clock.ts';
import { isKitError, messageOf } from '../kit/errors.ts';
import type { Closing, Entry, Ledger, OpenChange, OpenDeletion, OpenRun, OpenThing } from '../kit/ledger.ts';
import { poll } from '../kit/poll.ts';
import { stackStatus } from '../stack/status.ts';
import { withdrawChange } from '../stack/withdraw.ts';
import { type DismissalPorts, dismissRun } from '../verify/dismissal.ts';

export interface ClosePorts extends DismissalPorts {
  cloudFormation: CloudFormation;
}

export interface CloseDeps {
  clock: Clock;
  /** Ends the attempt, wherever it is. */
  signal: AbortSignal;
  /** Milliseconds since the epoch. */
  deadline: number;
  say: (line: string) => void;
}

/** The ports for closing what `ledger` holds. */
export function closePorts({ region }: Ledger): ClosePorts {
  return {
    cloudFormation: cloudFormation(region),
    tasks: ecsTasks(region),
    ownTaskDefinitions: ownTaskDefinitions(region),
  };
}

/**
 * Asks the cloud side to stop everything that is open, all at once and each thing once. What is over leaves the
 * ledger. Never throws.
 * @returns what came of each thing
 */
export async function askToClose(ledger: Ledger, ports: ClosePorts, deps: CloseDeps): Promise<string[]> {
  return Promise.all(
    ledger.entries().map(async (entry) => {
      const { state, left } = await attempt(entry, ports, deps);
      if (left === 'nothing') entry.close();
      return state;
    }),
  );
}

/** Something that was asked for and never answered may still turn up for as long. */
const echoMilliseconds = 10_000;
const intervalSeconds = 2;

/** Sees everything that is open to its end, as long as the deadline allows. What is over leaves the ledger. */
export async function seeClosed(ledger: Ledger, ports: ClosePorts, deps: CloseDeps): Promise<string[]> {
  return Promise.all(
    ledger.entries().map(async (entry) => {
      let last: Closing = { left: 'something', state: `${nameOf(entry.thing)} was not looked at` };
      const started = deps.clock.now();
      const about = {
        ...deps,
        what: nameOf(entry.thing),
        intervalSeconds,
        heartbeat: () => deps.say(last.state),
      };
      try {
        await poll(about, async () => {
          last = await attempt(entry, ports, deps);
          const isQuiet = deps.clock.now() - started >= echoMilliseconds;
          const goesOn = last.left === 'something' || (last.left === 'doubt' && !isQuiet);
          return goesOn ? { done: false, state: last.state } : { done: true, value: undefined };
        });
        if (last.left !== 'refused') entry.close();
      } catch (error) {
        if (!isKitError(error)) throw error;
        // Out of time, which the ledger shows.
      }
      return last.state;
    }),
  );
}

async function attempt(entry: Entry<OpenThing>, ports: ClosePorts, deps: CloseDeps): Promise<Closing> {
  try {
    return await close(entry, ports, deps);
  } catch (error) {
    const isRefused = isKitError(error, 'access-denied', 'credentials-invalid');
    return {
      left: isRefused ? 'refused' : 'something',
      state: `${nameOf(entry.thing)}: ${messageOf(error)}`,
    };
  }
}

function close(entry: Entry<OpenThing>, ports: ClosePorts, deps: CloseDeps): Promise<Closing> {
  switch (entry.thing.kind) {
    case 'change':
      return withdrawChange(entry as Entry<OpenChange>, ports.cloudFormation, deps);
    case 'run':
      return dismissRun(entry as Entry<OpenRun>, ports);
    case 'deletion':
      return deletion(entry.thing, ports.cloudFormation);
  }
}

/** A deletion cannot be taken back; a rerun waits for it. */
async function deletion(
  { stackId, stackName }: OpenDeletion,
  cloudFormation: CloudFormation,
): Promise<Closing> {
  const stack = await cloudFormation.find(stackId);
  const { raw, isInProgress } = stackStatus(stack?.status ?? 'DELETE_COMPLETE');
  return { left: isInProgress ? 'something' : 'nothing', state: `stack ${stackName} is in ${raw}` };
}

function nameOf(thing: OpenThing): string {
  return thing.kind === 'run' ? `verification ${thing.runId}` : `stack ${thing.stackName}`;
}
