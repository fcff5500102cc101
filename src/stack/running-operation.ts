import type { CloudFormation, Stack, StackEvent } from '../aws/cloudformation.ts';

/** The operation that a stack is in, by its own events. */
export interface RunningOperation {
  /** ClientRequestToken of the request that started it; undefined when that had none. */
  token: string | undefined;
  /** The status in which it began: CREATE_IN_PROGRESS, UPDATE_IN_PROGRESS, DELETE_IN_PROGRESS. */
  began: string;
}

const beginnings = ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'IMPORT_IN_PROGRESS'];

/** The newest operation of a stack; whether it still runs, the stack's status tells. */
export async function newestOperation(
  stack: Pick<Stack, 'id'>,
  cloudFormation: Pick<CloudFormation, 'events'>,
): Promise<RunningOperation | undefined> {
  for await (const event of cloudFormation.events(stack.id)) {
    if (isBeginning(event)) return { token: event.token, began: event.status };
  }
  return undefined;
}

function isBeginning({ physicalId, stackId, status }: StackEvent): boolean {
  return physicalId === stackId && beginnings.includes(status);
}
