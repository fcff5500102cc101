import { describe, expect, test } from '@jest/globals';
import { KitError } from '../../src/kit/errors.ts';
import { type PlanRequest, planStack } from '../../src/stack/plan.ts';
import { templateSource } from '../../src/stack/template-source.ts';
import { ScriptedCloudFormation, stackIn } from '../support/scripted-cloudformation.ts';
import { stackId } from '../support/stack-events.ts';
import { fakeWaiting } from '../support/waiting.ts';

const empty = {
  status: 'FAILED',
  executionStatus: 'UNAVAILABLE',
  reason:
    "The submitted information didn't contain changes. Submit different information to create a change set.",
};

function request(changes: Partial<PlanRequest> = {}): PlanRequest {
  return {
    stackName: 'otel',
    base: stackIn('UPDATE_COMPLETE', { parameters: { Given: 'old', Kept: 'x', Dropped: 'y' } }),
    name: 'release-1',
    content: 'c0ffee',
    description: 'release 1',
    template: { body: '{}' },
    declared: ['Given', 'Kept', 'New'],
    parameters: { Given: 'new' },
    tags: {},
    ...changes,
  };
}

function planning(changes: Partial<PlanRequest> = {}) {
  const cloudFormation = new ScriptedCloudFormation();
  const { waiting, lines, ledger } = fakeWaiting(60);
  return { cloudFormation, lines, ledger, plan: () => planStack(request(changes), cloudFormation, waiting) };
}

describe('planning an update', () => {
  test('keeps the values that are not given, leaves new parameters to their default, drops old ones', async () => {
    const { cloudFormation, plan } = planning();
    await expect(plan()).resolves.toMatchObject({ kind: 'update', isEmpty: false });
    expect(cloudFormation.created[0]).toMatchObject({
      type: 'UPDATE',
      parameters: [{ name: 'Given', value: 'new' }, { name: 'Kept' }],
    });
  });

  test('deletes an empty change set and says so', async () => {
    const { cloudFormation, plan, ledger } = planning();
    cloudFormation.changeSets = [{ status: 'CREATE_PENDING' }, { status: 'CREATE_IN_PROGRESS' }, empty];
    cloudFormation.stacks = [stackIn('UPDATE_COMPLETE')];
    await expect(plan()).resolves.toMatchObject({ isEmpty: true });
    expect(cloudFormation.done).toEqual(['delete change set release-1']);
    expect(ledger.entries()).toEqual([]);
  });

  test('takes a change set without resource changes for executable: it changes outputs', async () => {
    const { plan } = planning();
    await expect(plan()).resolves.toMatchObject({ isEmpty: false, changeSet: { changes: [] } });
  });

  test('that is refused has nothing open: there is nothing to look for', async () => {
    const { cloudFormation, plan, ledger } = planning();
    const denied = new KitError('not authorized', { code: 'access-denied', source: 'user' });
    cloudFormation.createChangeSet = async () => {
      throw denied;
    };
    await expect(plan()).rejects.toBe(denied);
    expect(ledger.entries()).toEqual([]);
  });

  test('writes the change set down before it is asked for, and its stack once that is known', async () => {
    const { cloudFormation, plan, ledger } = planning({ base: undefined });
    let known: unknown;
    const create = cloudFormation.createChangeSet.bind(cloudFormation);
    cloudFormation.createChangeSet = (asked) => {
      known = structuredClone(ledger.entries().map(({ thing }) => thing));
      return create(asked);
    };
    await plan();
    const change = { kind: 'change', operation: 'create', stackName: 'otel', changeSet: 'release-1' };
    expect(known).toEqual([change]);
    expect(ledger.entries()[0]?.thing).toMatchObject({ ...change, isPlanned: true, stackId });
  });

  test('waits for a change set that is still being made, by a run that was cut short, to replace it', async () => {
    const { cloudFormation, plan } = planning();
    cloudFormation.taken = ['release-1'];
    cloudFormation.busyChangeSets = 2;
    await expect(plan()).resolves.toMatchObject({ isEmpty: false });
    expect(cloudFormation.done).toEqual(['delete change set release-1']);
  });

  test('replaces a change set of the same name that an earlier run left', async () => {
    const { cloudFormation, plan } = planning();
    cloudFormation.taken = ['release-1'];
    await expect(plan()).resolves.toMatchObject({ isEmpty: false });
    expect(cloudFormation.done).toEqual(['delete change set release-1']);
    expect(cloudFormation.created).toHaveLength(1);
  });

  test('bears with a change set that is not visible yet, but not for ever', async () => {
    const { cloudFormation, plan } = planning();
    cloudFormation.changeSets = [undefined, { status: 'CREATE_COMPLETE' }];
    await expect(plan()).resolves.toMatchObject({ isEmpty: false });
    cloudFormation.changeSets = [undefined];
    await expect(plan()).rejects.toMatchObject({ code: 'deadline-exceeded' });
  });

  test("fails with CloudFormation's reason, and leaves no change set", async () => {
    const { cloudFormation, plan } = planning();
    cloudFormation.changeSets = [{ status: 'FAILED', reason: 'Parameters: [X] must have values' }];
    cloudFormation.stacks = [stackIn('UPDATE_COMPLETE')];
    await expect(plan()).rejects.toMatchObject({
      code: 'change-set-failed',
      message: 'the change set for stack otel failed: Parameters: [X] must have values',
      hint: undefined,
    });
    expect(cloudFormation.done.slice(1)).toEqual(['delete change set release-1']);
  });
});

describe('a plan that early validation fails', () => {
  const early =
    'The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]. To troubleshoot Early ' +
    'Validation errors, use the DescribeEvents API for detailed failure information.';
  const taken = {
    ...{ logicalId: 'AgentLogGroup', type: 'AWS::Logs::LogGroup', path: '/Resources/AgentLogGroup' },
    reason: "Resource of type 'AWS::Logs::LogGroup' with identifier '/ecs/otel/agent' already exists.",
  };
  const outside = {
    ...{
      logicalId: 'Gateway',
      type: 'AWS::ECS::Service',
      path: '/Resources/Gateway/Properties/DesiredCount',
    },
    reason: '#/DesiredCount: expected type: Integer, found: String',
  };

  function failing(failures: (typeof taken)[]) {
    const made = planning();
    made.cloudFormation.changeSets = [{ status: 'FAILED', reason: early }];
    made.cloudFormation.stacks = [stackIn('UPDATE_COMPLETE')];
    made.cloudFormation.failures = failures;
    return made;
  }

  test('names each resource and its conflict in its first line, asking before the change set is deleted', async () => {
    const { cloudFormation, plan } = failing([taken, outside]);
    await expect(plan()).rejects.toMatchObject({
      code: 'change-set-failed',
      message:
        "the change set for stack otel failed: AgentLogGroup (AWS::Logs::LogGroup): Resource of type 'AWS::Logs::LogGroup' " +
        "with identifier '/ecs/otel/agent' already exists; Gateway (AWS::ECS::Service) at /Properties/DesiredCount: " +
        `#/DesiredCount: expected type: Integer, found: String (${early})`,
      hint: expect.stringContaining('Delete or rename what has this name'),
    });
    expect(cloudFormation.done).toEqual([
      `ask why release-1 of ${stackId} failed`,
      'delete change set release-1',
    ]);
  });

  test.each([
    ['denied', new KitError('could not read why: not authorized', { code: 'access-denied', source: 'user' })],
    ['not there', new KitError('could not read why: InvalidAction', { code: 'aws-error', source: 'aws' })],
  ])('says what CloudFormation said when DescribeEvents is %s, and who is told more', async (_, refusal) => {
    const { cloudFormation, plan } = failing([taken]);
    cloudFormation.changeSetFailures = async () => {
      throw refusal;
    };
    await expect(plan()).rejects.toMatchObject({
      code: 'change-set-failed',
      message: `the change set for stack otel failed: ${early}`,
      hint: expect.stringMatching(/cloudformation:DescribeEvents \(could not read why/),
    });
    expect(cloudFormation.done).toEqual(['delete change set release-1']);
  });
});

describe('planning a creation', () => {
  test('gives only the values that are given', async () => {
    const { cloudFormation, plan } = planning({ base: undefined });
    await expect(plan()).resolves.toMatchObject({ kind: 'create' });
    expect(cloudFormation.created[0]).toMatchObject({
      type: 'CREATE',
      parameters: [{ name: 'Given', value: 'new' }],
    });
  });

  test('that fails leaves no shell of a stack behind', async () => {
    const { cloudFormation, plan } = planning({ base: undefined });
    cloudFormation.changeSets = [{ status: 'FAILED', reason: 'no' }];
    cloudFormation.stacks = [stackIn('REVIEW_IN_PROGRESS')];
    await expect(plan()).rejects.toMatchObject({ code: 'change-set-failed' });
    expect(cloudFormation.done.slice(1)).toEqual(['delete change set release-1', 'delete stack']);
  });

  test("that fails leaves a shell alone that holds another run's change set", async () => {
    const { cloudFormation, plan } = planning({ base: undefined });
    cloudFormation.changeSets = [{ status: 'FAILED', reason: 'no' }];
    cloudFormation.stacks = [stackIn('REVIEW_IN_PROGRESS')];
    cloudFormation.taken = ['under-review'];
    await expect(plan()).rejects.toMatchObject({ code: 'change-set-failed' });
    expect(cloudFormation.done.slice(1)).toEqual(['delete change set release-1']);
  });
});

describe('a template goes', () => {
  const published = { bucket: 'b', key: 'otel/t.1.yaml', region: 'eu-west-1', partition: 'aws' };
  const large = Buffer.alloc(51_201, 'x');
  test.each([
    [
      'inline up to 51,200 bytes',
      { ...published, bytes: Buffer.alloc(51_200, 'x') },
      { body: 'x'.repeat(51_200) },
    ],
    [
      'through the bucket above',
      { ...published, bytes: large },
      { url: 'https://s3.eu-west-1.amazonaws.com/b/otel/t.1.yaml' },
    ],
    [
      'through the bucket of its own partition',
      { ...published, bytes: large, region: 'cn-north-1', partition: 'aws-cn' },
      { url: 'https://s3.cn-north-1.amazonaws.com.cn/b/otel/t.1.yaml' },
    ],
  ])('%s', (_name, template, expected) => {
    expect(templateSource(template)).toEqual(expected);
  });
});
