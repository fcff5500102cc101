import { randomUUID } from 'node:crypto';
import type { ChangeSet, ChangeSetFailure, CloudFormation, TemplateSource } from '../aws/cloudformation.ts';
import { isKitError, KitError, messageOf } from '../kit/errors.ts';
import type { Entry, OpenChange } from '../kit/ledger.ts';
import { poll } from '../kit/poll.ts';
import type { Base } from './prepare.ts';
import { isEmptyChangeSet, stackStatus } from './status.ts';
import { withdrawalToken } from './token.ts';
import { pollOptions, quietHeartbeat, type Waiting } from './waiting.ts';

export interface PlanRequest {
  stackName: string;
  /** What the stack is now; undefined to create it. */
  base: Base;
  /** Begins with a letter, at most 128 of [-a-zA-Z0-9]; the same plan has the same name. */
  name: string;
  /** Lower-case hexadecimal: what is asked for, whatever the stack is now; the same in every run that wants the same. */
  content: string;
  description: string;
  template: TemplateSource;
  /** Names that the template declares. */
  declared: readonly string[];
  /** Values for some of them; the others keep the stack's value or get the template's default. */
  parameters: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
}

/** A change set that can be executed, unless it is empty: then it is deleted already. */
export interface Plan {
  kind: 'create' | 'update';
  changeSet: ChangeSet;
  isEmpty: boolean;
  content: string;
  /** Open until the change set is executed to its end or gone; an empty one is gone already. */
  entry: Entry<OpenChange>;
}

/**
 * Has CloudFormation work out the changes. An empty change set is deleted again; so is one that failed,
 * and the shell of a stack that it was to create.
 * @throws KitError `change-set-failed` with CloudFormation's reason.
 */
export async function planStack(
  request: PlanRequest,
  cloudFormation: CloudFormation,
  waiting: Waiting,
): Promise<Plan> {
  const kind = request.base ? 'update' : 'create';
  const { stackName, base, name, content } = request;
  const entry = waiting.ledger.open<OpenChange>({
    ...{ kind: 'change', operation: kind, stackName, changeSet: name },
    ...(base ? { stackId: base.id } : {}),
  });
  const made = await create(request, cloudFormation, waiting).catch((error: unknown) => {
    // A refusal is an answer: nothing was made, and nothing has to be looked for.
    if (isKitError(error, 'access-denied', 'request-invalid', 'credentials-invalid')) entry.close();
    throw error;
  });
  entry.note({ stackId: made.stackId, isPlanned: true });
  try {
    const changeSet = await completed(made, cloudFormation, waiting);
    if (changeSet.status !== 'FAILED') return { kind, changeSet, isEmpty: false, content, entry };
    if (!isEmptyChangeSet(changeSet.status, changeSet.reason))
      throw await failed(stackName, changeSet, cloudFormation);
    await discardPlan(changeSet, cloudFormation);
    entry.close();
    return { kind, changeSet, isEmpty: true, content, entry };
  } catch (error) {
    if (!isKitError(error, 'change-set-failed')) throw error;
    await discardPlan({ id: made.id, stackId: made.stackId }, cloudFormation).then(
      () => entry.close(),
      (left: unknown) => waiting.say(`left behind: change set ${made.id} (${messageOf(left)})`),
    );
    throw error;
  }
}

/** Deletes a change set, and the stack too when it was never more than the shell of this one. */
export async function discardPlan(
  { id, stackId }: Pick<ChangeSet, 'id' | 'stackId'>,
  cloudFormation: CloudFormation,
): Promise<void> {
  await cloudFormation.deleteChangeSet(id, stackId);
  const stack = await cloudFormation.find(stackId);
  if (!stack || !stackStatus(stack.status).isInReview) return;
  const others = (await cloudFormation.changeSetNames(stackId)).filter((name) => !id.includes(`/${name}/`));
  if (others.length === 0) await cloudFormation.deleteStack(stackId, withdrawalToken('delete'));
}

async function create(request: PlanRequest, cloudFormation: CloudFormation, waiting: Waiting) {
  const { stackName, base, name, declared, parameters } = request;
  const submit = () =>
    cloudFormation.createChangeSet({
      stackName,
      name,
      type: base ? 'UPDATE' : 'CREATE',
      description: request.description,
      template: request.template,
      tags: request.tags,
      token: `plan-${randomUUID()}`,
      parameters: declared.flatMap((parameter) => {
        const value = parameters[parameter];
        if (value !== undefined) return [{ name: parameter, value }];
        return base && parameter in base.parameters ? [{ name: parameter }] : [];
      }),
    });
  try {
    return await submit();
  } catch (error) {
    if (!isKitError(error, 'already-exists')) throw error;
    // Left by a run that was cut short, or executed before: a new one of the same name shows what holds now.
    waiting.say(`change set ${name} exists: replacing it`);
    await deleteWhenPossible(name, base?.id ?? stackName, cloudFormation, waiting);
    return await submit();
  }
}

/** One that is still being made, by a run that was cut short, cannot be deleted before it is. */
async function deleteWhenPossible(
  name: string,
  stack: string,
  cloudFormation: CloudFormation,
  waiting: Waiting,
): Promise<void> {
  await poll({ ...pollOptions(waiting), what: `change set ${name}` }, async () => {
    try {
      return { done: true, value: await cloudFormation.deleteChangeSet(name, stack) };
    } catch (error) {
      if (!isKitError(error, 'change-set-stale')) throw error;
      return { done: false, state: error.message };
    }
  });
}

async function completed(
  { id, stackId }: { id: string; stackId: string },
  cloudFormation: CloudFormation,
  waiting: Waiting,
): Promise<ChangeSet> {
  return poll(
    { ...pollOptions(waiting), what: 'the change set', heartbeat: quietHeartbeat(waiting).heartbeat },
    async () => {
      const changeSet = await cloudFormation.changeSet(id, stackId);
      // CreateChangeSet answers before every reader sees the change set; the deadline bounds this.
      if (!changeSet) return { done: false, state: 'not visible yet' };
      const { status } = changeSet;
      if (status === 'CREATE_COMPLETE' || status === 'FAILED') return { done: true, value: changeSet };
      if (!status.startsWith('CREATE_')) throw changeSetFailed(changeSet.stackId, changeSet.reason ?? status);
      return { done: false, state: status };
    },
  );
}

/** With the resources and what is wrong with them, where CloudFormation says so only when it is asked again. */
async function failed(
  stackName: string,
  { id, stackId, status, reason }: ChangeSet,
  cloudFormation: CloudFormation,
): Promise<KitError> {
  const said = reason ?? status;
  try {
    const found = (await cloudFormation.changeSetFailures(id, stackId)).map(wordsFor);
    if (found.length === 0) return changeSetFailed(stackName, said);
    return changeSetFailed(stackName, `${found.join('; ')} (${said})`, conflictHint(found));
  } catch (error) {
    if (!isKitError(error)) throw error;
    // The change set's failure is what the reader must see, not that its details are out of reach.
    const hint = /DescribeEvents/.test(said)
      ? `Which resource it is, CloudFormation tells who may call cloudformation:DescribeEvents (${messageOf(error)}).`
      : undefined;
    return changeSetFailed(stackName, said, hint);
  }
}

function wordsFor({ logicalId, type, path, reason }: ChangeSetFailure): string {
  const inside = path.replace(`/Resources/${logicalId}`, '');
  return `${logicalId} (${type})${inside && ` at ${inside}`}: ${reason.replace(/\.$/, '')}`;
}

function conflictHint(found: readonly string[]): string | undefined {
  return found.some((each) => each.endsWith('already exists'))
    ? 'Delete or rename what has this name already, or import it into the stack.'
    : undefined;
}

function changeSetFailed(stackName: string, reason: string, hint?: string): KitError {
  return new KitError(`the change set for stack ${stackName} failed: ${reason}`, {
    code: 'change-set-failed',
    source: 'user',
    ...(hint === undefined ? {} : { hint }),
  });
}
