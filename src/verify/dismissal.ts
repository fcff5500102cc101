import type { EcsTasks } from '../aws/ecs-tasks.ts';
import type { OwnTaskDefinitions } from '../aws/own-task-definitions.ts';
import type { Closing, Entry, OpenRun } from '../kit/ledger.ts';
import { isAnswered } from './crew.ts';
import { runTag } from './run.ts';

export interface DismissalPorts {
  tasks: Pick<EcsTasks, 'startedBy' | 'stop' | 'deregister'>;
  ownTaskDefinitions: OwnTaskDefinitions;
}

/**
 * Ends what a verification left when it could not end it itself: asks ECS for the tasks, since a start whose
 * answer was never read is known to nobody else, and finds task definitions by the run's tag for the same reason.
 */
export async function dismissRun(entry: Entry<OpenRun>, ports: DismissalPorts): Promise<Closing> {
  const { cluster, startedBy, runId } = entry.thing;
  const open = await ports.tasks.startedBy(cluster, startedBy);
  for (const task of open) await ports.tasks.stop(cluster, task, `verification ${runId} was cut short`);
  const deregistered = await deregisterAll(entry, ports);
  const stopped =
    open.length === 0 ? 'none of its tasks is meant to run' : `${open.length} tasks told to stop`;
  return {
    left: open.length > 0 ? 'something' : isAnswered(entry.thing) ? 'nothing' : 'doubt',
    state: `verification ${runId}: ${stopped}, ${deregistered} task definitions deregistered`,
  };
}

async function deregisterAll(entry: Entry<OpenRun>, ports: DismissalPorts): Promise<number> {
  const { thing } = entry;
  const families = [...new Set(thing.registering)];
  const unanswered = await Promise.all(
    families.map((family) => ports.ownTaskDefinitions(family, runTag(thing.runId))),
  );
  const definitions = new Set([...thing.definitions, ...unanswered.flat()]);
  for (const definition of definitions) {
    await ports.tasks.deregister(definition);
    entry.note({ definitions: thing.definitions.filter((each) => each !== definition) });
  }
  return definitions.size;
}
