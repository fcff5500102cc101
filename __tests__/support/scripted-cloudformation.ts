import type {
  ChangeSet,
  ChangeSetFailure,
  ChangeSetRequest,
  CloudFormation,
  Stack,
  StackEvent,
} from '../../src/aws/cloudformation.ts';
import { KitError } from '../../src/kit/errors.ts';
import { stackId } from './stack-events.ts';

export function stackIn(status: string, extra: Partial<Stack> = {}): Stack {
  return {
    id: stackId,
    name: 'otel',
    status,
    statusReason: undefined,
    lastUpdated: 0,
    parameters: {},
    outputs: {},
    ...extra,
  };
}

/** Answers from a script and keeps what it was asked to do. */
export class ScriptedCloudFormation implements CloudFormation {
  /** What DescribeStacks shows, one look after the other; the last one for ever. */
  stacks: (Stack | undefined)[] = [undefined];
  /** What DescribeChangeSet shows, likewise. */
  changeSets: (Partial<ChangeSet> | undefined)[] = [{ status: 'CREATE_COMPLETE' }];
  /** Names of change sets that exist already. */
  taken: string[] = [];
  readonly created: ChangeSetRequest[] = [];
  /** The destructive calls, in order. */
  readonly done: string[] = [];
  cancelUpdateFails = false;
  /** The stack's history, newest first. */
  newestFirst: StackEvent[] = [];
  /** What DescribeEvents tells of a change set that failed. */
  failures: ChangeSetFailure[] = [];
  /** How many times a change set cannot be deleted because it is being made or executed. */
  busyChangeSets = 0;

  async find(): Promise<Stack | undefined> {
    return this.stacks.length > 1 ? this.stacks.shift() : this.stacks[0];
  }

  async createChangeSet(request: ChangeSetRequest): Promise<{ id: string; stackId: string }> {
    if (this.taken.includes(request.name))
      throw new KitError('exists', { code: 'already-exists', source: 'user' });
    this.created.push(request);
    return { id: `arn:aws:cloudformation:::changeSet/${request.name}/1`, stackId };
  }

  async changeSet(id: string): Promise<ChangeSet | undefined> {
    const shown = this.changeSets.length > 1 ? this.changeSets.shift() : this.changeSets[0];
    const basis = {
      id,
      name: 'name',
      stackId,
      status: '',
      executionStatus: 'AVAILABLE',
      reason: undefined,
      changes: [],
    };
    return shown && { ...basis, ...shown };
  }

  async changeSetFailures(id: string, stack: string): Promise<ChangeSetFailure[]> {
    this.done.push(`ask why ${id.split('/').at(-2)} of ${stack} failed`);
    return this.failures;
  }

  async changeSetNames(): Promise<string[]> {
    return this.taken;
  }

  async deleteChangeSet(name: string): Promise<void> {
    if (this.busyChangeSets > 0) {
      this.busyChangeSets -= 1;
      throw new KitError('CREATE_IN_PROGRESS', { code: 'change-set-stale', source: 'user' });
    }
    this.taken = this.taken.filter((each) => each !== name);
    this.done.push(`delete change set ${name.split('/').at(-2) ?? name}`);
  }

  async deleteStack(): Promise<void> {
    this.done.push('delete stack');
  }

  async cancelUpdate(): Promise<void> {
    if (this.cancelUpdateFails) throw new KitError('not now', { code: 'request-invalid', source: 'user' });
    this.done.push('cancel update');
  }

  async executeChangeSet(_id?: string, _stack?: string, _token?: string): Promise<void> {
    this.done.push('execute');
  }

  async originalTemplate(): Promise<string> {
    return '';
  }

  async resources(): Promise<[]> {
    return [];
  }

  async *events(): AsyncGenerator<never> {
    yield* this.newestFirst as never[];
  }
}
