import { describe, expect, test } from '@jest/globals';
import type { StackEvent } from '../../src/aws/cloudformation.ts';
import type { TaskQuery } from '../../src/aws/ecs-services.ts';
import type { OpenChange } from '../../src/kit/ledger.ts';
import { executePlan } from '../../src/stack/execute.ts';
import type { Plan } from '../../src/stack/plan.ts';
import { deadTask, now } from '../support/ecs-sights.ts';
import { FakeEcs } from '../support/fake-ecs.ts';
import { ScriptedCloudFormation } from '../support/scripted-cloudformation.ts';
import { event, stackEvent, stackId } from '../support/stack-events.ts';
import { fakeWaiting } from '../support/waiting.ts';

const gatewayArn = 'arn:aws:ecs:eu-west-1:1:service/cluster/gateway';
const tripped = "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.";

/** CloudFormation that shows these events, one batch per look; the first batch was there before. */
class Played extends ScriptedCloudFormation {
  readonly history: StackEvent[] = [];
  batches: StackEvent[][] = [];

  override async *events(): AsyncGenerator<never> {
    this.history.push(...(this.batches.shift() ?? []));
    yield* [...this.history].reverse() as never[];
  }
}

function executing(kind: Plan['kind'], ...batches: StackEvent[][]) {
  const cloudFormation = new Played();
  cloudFormation.batches = [[], ...batches];
  const ecs = new FakeEcs();
  const logs = { lines: ['Error: unknown sampling policy'] };
  const { waiting, lines, abort, clock, ledger } = fakeWaiting();
  clock.time = now - 60_000;
  const changeSet = {
    id: 'arn:changeSet/release-1/uuid',
    name: 'release-1',
    stackId,
    status: 'CREATE_COMPLETE',
    executionStatus: 'AVAILABLE',
    reason: undefined,
    changes: [],
  };
  const ports = { cloudFormation, ecs, logTail: async () => logs.lines };
  const entry = ledger.open<OpenChange>({ kind: 'change', operation: kind, stackName: 'otel', stackId });
  const plan = { kind, changeSet, isEmpty: false, content: 'c0ffee', entry };
  const execute = () =>
    executePlan('otel', plan, ports, {
      ...waiting,
      deadline: clock.now() + 60_000,
    });
  return { execute, cloudFormation, ecs, logs, lines, abort, ledger };
}

function gatewayEvent(status: string, reason?: string): StackEvent {
  return event('GatewayService', status, { type: 'AWS::ECS::Service', physicalId: gatewayArn, reason });
}

describe('executing a plan', () => {
  test('succeeds only when the operation did', async () => {
    const { execute, cloudFormation } = executing('update', [
      stackEvent('UPDATE_IN_PROGRESS'),
      stackEvent('UPDATE_COMPLETE'),
    ]);
    await expect(execute()).resolves.toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(cloudFormation.done).toEqual(['execute']);
  });

  test('fails on a rollback, from the resource down to the line of its container', async () => {
    const { execute, ecs } = executing(
      'update',
      [stackEvent('UPDATE_IN_PROGRESS'), gatewayEvent('UPDATE_IN_PROGRESS')],
      [
        gatewayEvent(
          'UPDATE_FAILED',
          `${tripped} (RequestToken: 1, HandlerErrorCode: GeneralServiceException)`,
        ),
        stackEvent('UPDATE_ROLLBACK_IN_PROGRESS'),
        stackEvent('UPDATE_ROLLBACK_COMPLETE'),
      ],
    );
    ecs.stopped = [deadTask('1')];
    const failed = execute();
    await expect(failed).rejects.toMatchObject({ code: 'deployment-rolled-back' });
    const first = await failed.catch((error: Error) => error.message.split('\n')[0]);
    expect(first).toBe(
      `stack otel ended in UPDATE_ROLLBACK_COMPLETE: GatewayService (AWS::ECS::Service): ${tripped} | Error: unknown sampling policy`,
    );
  });

  test('keeps what a container said although the rollback removed its log group', async () => {
    const { execute, ecs, logs, cloudFormation } = executing(
      'create',
      [stackEvent('CREATE_IN_PROGRESS'), gatewayEvent('CREATE_IN_PROGRESS')],
      [gatewayEvent('CREATE_FAILED', tripped), stackEvent('ROLLBACK_COMPLETE')],
    );
    ecs.stopped = [deadTask('1')];
    const events = cloudFormation.events.bind(cloudFormation);
    cloudFormation.events = () => {
      if (cloudFormation.batches.length === 1) logs.lines = [];
      return events();
    };
    await expect(execute()).rejects.toThrow('unknown sampling policy');
  });

  test('follows the failure that came first, whatever else failed after it', async () => {
    const agent = { type: 'AWS::ECS::Service', physicalId: 'arn:aws:ecs:eu-west-1:1:service/cluster/agent' };
    const { execute, ecs } = executing(
      'update',
      [stackEvent('UPDATE_IN_PROGRESS'), gatewayEvent('UPDATE_IN_PROGRESS')],
      [
        gatewayEvent('UPDATE_FAILED', tripped),
        event('AgentService', 'UPDATE_FAILED', { ...agent, reason: tripped }),
        stackEvent('UPDATE_ROLLBACK_COMPLETE'),
      ],
    );
    ecs.tasks = async ({ service, desiredStatus }: TaskQuery) =>
      desiredStatus === 'STOPPED' ? [deadTask(service === 'agent' ? '7' : '8')] : [];
    await expect(execute()).rejects.toThrow(/GatewayService .*\n(.*\n)* {2}task +8: Essential/);
  });

  test('removes the change set whose execution failed', async () => {
    const { execute, cloudFormation, ledger } = executing('update', [
      stackEvent('UPDATE_IN_PROGRESS'),
      stackEvent('UPDATE_ROLLBACK_COMPLETE'),
    ]);
    ledger.entries()[0]?.note({ changeSet: 'release-1' });
    await expect(execute()).rejects.toMatchObject({ code: 'deployment-rolled-back' });
    expect(cloudFormation.done).toEqual(['execute', 'delete change set release-1']);
  });

  test('says at the deadline why a service does not come up', async () => {
    const { execute, ecs, lines } = executing('update', [
      stackEvent('UPDATE_IN_PROGRESS'),
      gatewayEvent('UPDATE_IN_PROGRESS'),
    ]);
    const message =
      '(service gateway) was unable to place a task because no container instance met all of its requirements.';
    if (ecs.state) ecs.state = { ...ecs.state, events: [{ at: now, message }] };
    await expect(execute()).rejects.toMatchObject({
      code: 'deadline-exceeded',
      message: expect.stringContaining('unable to place a task'),
    });
    expect(lines.filter((line) => line.endsWith(message))).toHaveLength(
      1 + lines.filter((line) => line.startsWith('the stack operation')).length,
    );
  });

  test('goes on when the services may not be looked at', async () => {
    const { execute, ecs, lines } = executing(
      'update',
      [stackEvent('UPDATE_IN_PROGRESS'), gatewayEvent('UPDATE_IN_PROGRESS')],
      [],
      [stackEvent('UPDATE_COMPLETE')],
    );
    ecs.denied = true;
    await expect(execute()).resolves.toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(lines.filter((line) => line.includes('not authorized'))).toHaveLength(1);
  });

  test('writes the token down before it asks for the execution', async () => {
    const { execute, cloudFormation, ledger } = executing('update', [
      stackEvent('UPDATE_IN_PROGRESS'),
      stackEvent('UPDATE_COMPLETE'),
    ]);
    let known: unknown;
    cloudFormation.executeChangeSet = async (_id, _stack, token) => {
      known = ledger.entries().map(({ thing }) => thing);
      expect(token).toBe('ecs-tail-sampling-c0ffee-uuid');
    };
    await execute();
    expect(known).toMatchObject([{ token: 'ecs-tail-sampling-c0ffee-uuid' }]);
    expect(ledger.entries()).toEqual([]);
  });

  test('is over, and nothing open, when it was rolled back', async () => {
    const { execute, ledger } = executing('update', [
      stackEvent('UPDATE_IN_PROGRESS'),
      stackEvent('UPDATE_ROLLBACK_COMPLETE'),
    ]);
    await expect(execute()).rejects.toMatchObject({ code: 'deployment-rolled-back' });
    expect(ledger.entries()).toEqual([]);
  });

  test('stays open when the workflow is cancelled or time is up, for whoever stops it', async () => {
    const { execute, ledger, abort } = executing('update', [stackEvent('UPDATE_IN_PROGRESS')]);
    abort.abort(new Error('cancelled'));
    await expect(execute()).rejects.toThrow('cancelled');
    expect(ledger.entries()).toHaveLength(1);
  });
});
