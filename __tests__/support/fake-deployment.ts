import type {
  ChangeSet,
  ChangeSetRequest,
  CloudFormation,
  Stack,
  StackEvent,
} from '../../src/aws/cloudformation.ts';
import { KitError } from '../../src/kit/errors.ts';
import type { DeployPorts } from '../../src/steps/deployment.ts';
import { FakeObjects } from './fake-objects.ts';
import { event } from './stack-events.ts';

const nothingToDo = "The submitted information didn't contain changes. Submit different information.";

interface MadeStack extends Stack {
  request: string;
  newestFirst: StackEvent[];
}

/** Stacks without services in memory: a change set that is executed makes the stack what it says. */
export class FakeDeployment {
  readonly stacks = new Map<string, MadeStack>();
  readonly objects = new FakeObjects();
  /** What was asked for, in order. */
  readonly created: ChangeSetRequest[] = [];
  /** Names of the stacks whose change sets were executed. */
  readonly executed: string[] = [];
  /** Stacks that fail when they are executed. */
  readonly failing = new Set<string>();
  /** Called when a change set is executed, before it is. */
  onExecute: (stackName: string) => void = () => {};
  /** The outputs that stacks come to have, by name. */
  outputs: Record<string, Record<string, string>> = {};
  /** Version of every secret that is AWSCURRENT. */
  secretVersion = 'v1';
  secretsAsked = 0;
  readonly #changeSets = new Map<string, { request: ChangeSetRequest; changeSet: ChangeSet }>();

  ports(): DeployPorts & { identity: { account: string; arn: string; partition: string } } {
    const unasked = async () => {
      throw new Error('not asked for');
    };
    return {
      identity: { account: '123456789012', arn: 'arn:aws:iam::123456789012:role/x', partition: 'aws' },
      cloudFormation: this.cloudFormation(),
      ecs: { service: unasked, tasks: unasked, taskDefinition: unasked, activeInstances: unasked },
      cloudMap: { registeredInstances: unasked, recordTtlSeconds: unasked, dnsName: unasked },
      logTail: unasked,
      logs: { page: unasked },
      objects: this.objects,
      secrets: {
        versionWith: async () => {
          this.secretsAsked += 1;
          return this.secretVersion;
        },
      },
    };
  }

  /** The parameters of the last change set of a stack; those that keep their value read `<kept>`. */
  parametersOf(stackName: string): Record<string, string> {
    const request = this.created.findLast((each) => each.stackName === stackName);
    return Object.fromEntries(
      (request?.parameters ?? []).map(({ name, value }) => [name, value ?? '<kept>']),
    );
  }

  private cloudFormation(): CloudFormation {
    const find = (stack: string) =>
      [...this.stacks.values()].find(({ id, name }) => id === stack || name === stack);
    return {
      find: async (stack) => find(stack),
      createChangeSet: async (request) => this.create(request),
      changeSet: async (id) => this.#changeSets.get(id)?.changeSet,
      changeSetFailures: async () => [],
      executeChangeSet: async (id, _stack, token) => this.execute(id, token),
      deleteChangeSet: async () => {},
      changeSetNames: async () => [],
      deleteStack: async () => {},
      cancelUpdate: async () => {},
      originalTemplate: async () => '',
      resources: async () => [],
      async *events(stack) {
        yield* find(stack)?.newestFirst ?? [];
      },
    };
  }

  private create(request: ChangeSetRequest): { id: string; stackId: string } {
    this.created.push(request);
    const { stackName } = request;
    const stackId = `arn:stack/${stackName}`;
    const id = `arn:changeSet/${request.name}/${this.created.length}`;
    const known = this.stacks.get(stackName);
    const isSame = known?.status.endsWith('COMPLETE') && known.request === contentOf(request);
    const changeSet = {
      ...{ id, name: request.name, stackId, executionStatus: 'AVAILABLE', changes: [] },
      ...(isSame
        ? { status: 'FAILED', reason: nothingToDo }
        : { status: 'CREATE_COMPLETE', reason: undefined }),
    };
    this.#changeSets.set(id, { request, changeSet });
    return { id, stackId };
  }

  private execute(id: string, token: string): void {
    const found = this.#changeSets.get(id);
    if (!found) throw new KitError('gone', { code: 'change-set-not-found', source: 'user' });
    const { request } = found;
    const { stackName } = request;
    this.onExecute(stackName);
    this.executed.push(stackName);
    const stackId = `arn:stack/${stackName}`;
    const known = this.stacks.get(stackName);
    const verb = known ? 'UPDATE' : 'CREATE';
    const fails = this.failing.has(stackName);
    const own = (status: string) =>
      event(stackName, status, { stackId, physicalId: stackId, type: 'AWS::CloudFormation::Stack', token });
    const reason = 'Resource handler returned message: "no"';
    const events = fails
      ? [
          event('Namespace', `${verb}_FAILED`, { stackId, reason, token }),
          own(known ? 'UPDATE_ROLLBACK_COMPLETE' : 'ROLLBACK_COMPLETE'),
        ]
      : [own(`${verb}_COMPLETE`)];
    this.stacks.set(stackName, {
      ...{ id: stackId, name: stackName, statusReason: undefined, lastUpdated: this.created.length },
      status: events.at(-1)?.status ?? '',
      parameters: Object.fromEntries(request.parameters.map(({ name, value }) => [name, value ?? ''])),
      outputs: this.outputs[stackName] ?? {},
      request: contentOf(request),
      newestFirst: [...events.reverse(), own(`${verb}_IN_PROGRESS`), ...(known?.newestFirst ?? [])],
    });
  }
}

function contentOf({ template, parameters }: ChangeSetRequest): string {
  return JSON.stringify([template, parameters.filter(({ value }) => value !== undefined)]);
}
