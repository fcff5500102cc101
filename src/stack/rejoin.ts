import type { CloudFormation, Stack } from '../aws/cloudformation.ts';
import { isKitError } from '../kit/errors.ts';
import type { OpenChange } from '../kit/ledger.ts';
import { poll } from '../kit/poll.ts';
import { type ExecutePorts, followChange } from './execute.ts';
import { newestOperation } from './running-operation.ts';
import { stackStatus } from './status.ts';
import { isFor, isKits, isWithdrawal } from './token.ts';
import { pollOptions, type Waiting } from './waiting.ts';

/** What a step wants to do to a stack. */
export interface Intent {
  stackName: string;
  /** See PlanRequest: the same in every run that wants the same. */
  content: string;
}

/**
 * Takes up what an earlier run of the kit left running on the stack:
 *   - the very operation that is wanted is followed to its end, and its failure is ours;
 *   - a rollback, a cancellation, a deletion or the last clean-up of the kit's is waited for;
 *   - everything else is left to `prepareStack`, which refuses a stack that is busy.
 * @returns whether the wanted operation was followed to its success.
 */
export async function rejoin(intent: Intent, ports: ExecutePorts, waiting: Waiting): Promise<boolean> {
  const { stackName } = intent;
  const { cloudFormation } = ports;
  const stack = await cloudFormation.find(stackName);
  if (!stack || !stackStatus(stack.status).isInProgress) return false;
  const newest = await newestOperation(stack, cloudFormation);
  if (!newest || !isKits(newest.token)) return false;
  const { token = '' } = newest;
  if (isForward(stack.status) && isFor(intent.content, token)) {
    waiting.say(
      `stack ${stackName} is in ${stack.status}, begun by an earlier run of this step: following it`,
    );
    return follow(stack, token, ports, waiting);
  }
  if (stack.status === 'CREATE_IN_PROGRESS' || stack.status === 'UPDATE_IN_PROGRESS') return false;
  waiting.say(
    `stack ${stackName} is in ${stack.status}, left by an earlier run of the kit: waiting for its end`,
  );
  await atRest(stack.id, cloudFormation, waiting);
  return false;
}

function isForward(status: string): boolean {
  return ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'].includes(status);
}

async function follow(stack: Stack, token: string, ports: ExecutePorts, waiting: Waiting): Promise<boolean> {
  const operation = stack.status === 'CREATE_IN_PROGRESS' ? 'create' : 'update';
  const change: OpenChange = {
    kind: 'change',
    operation,
    stackName: stack.name,
    stackId: stack.id,
    token,
  };
  const followed = {
    stackName: stack.name,
    operation: { stackId: stack.id, token, isJoined: true },
    start: async () => {},
    entry: waiting.ledger.open(change),
  };
  try {
    await followChange(followed, ports, waiting);
    return true;
  } catch (error) {
    const wasTakenBack =
      isKitError(error, 'deployment-rolled-back', 'deployment-failed') &&
      (await isTakenBack(stack, token, ports.cloudFormation));
    if (!wasTakenBack) throw error;
    waiting.say('that operation was taken back by the run that began it: going on from here');
    await atRest(stack.id, ports.cloudFormation, waiting);
    return false;
  }
}

/** Whether the operation ended because the kit itself asked for that: so say the events since it began. */
async function isTakenBack(stack: Stack, token: string, cloudFormation: CloudFormation): Promise<boolean> {
  for await (const event of cloudFormation.events(stack.id)) {
    if (isWithdrawal(event.token)) return true;
    const isBeginning =
      event.physicalId === event.stackId && /^(CREATE|UPDATE)_IN_PROGRESS$/.test(event.status);
    if (isBeginning && event.token === token) return false;
  }
  return false;
}

/** Waits until a stack is in no operation any more. */
async function atRest(
  stackId: string,
  cloudFormation: Pick<CloudFormation, 'find'>,
  waiting: Waiting,
): Promise<void> {
  await poll({ ...pollOptions(waiting), what: 'the stack', heartbeat: waiting.say }, async () => {
    const stack = await cloudFormation.find(stackId);
    if (!stack || !stackStatus(stack.status).isInProgress) return { done: true, value: undefined };
    return { done: false, state: stack.status };
  });
}
