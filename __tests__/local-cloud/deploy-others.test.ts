import { UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { DeployedStack } from '../support/deployed-stack.ts';
import { MeddledEndpoint } from '../support/meddled-endpoint.ts';
import { firstErrorLine } from '../support/verified-stack.ts';

jest.setTimeout(300_000);

/** More memory for a gateway than any instance has. */
const noRoom = '{Memory: 200000}';

// One stack that others work on too, and a cluster without room for what is asked.
describe('a deployment fails', () => {
  let stack: DeployedStack;
  let gateways: string[];
  const byHand: string[] = [];

  beforeAll(async () => {
    stack = new DeployedStack('contended', 3);
    await stack.deploy();
    gateways = await stack.gateways();
  });
  afterAll(async () => {
    await stack.remove();
    for (const taskDefinition of byHand)
      await stack.account.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  });

  /** An update of the stack by hand, with the template that it has. */
  async function updateByHand(parameter: string, value: string): Promise<void> {
    const { cloudFormation } = stack.account;
    const names = Object.keys(await stack.parameters());
    await cloudFormation.send(
      new UpdateStackCommand({
        StackName: stack.name,
        UsePreviousTemplate: true,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        Parameters: names.map((name) =>
          name === parameter
            ? { ParameterKey: name, ParameterValue: value }
            : { ParameterKey: name, UsePreviousValue: true },
        ),
      }),
    );
  }

  test('for want of room when its time is up, takes the update back and names what ECS says', async () => {
    const started = Date.now();
    await stack.refused('deadline-exceeded', /unable to place a task because no container instance met all/, {
      parameters: noRoom,
      'deploy-timeout-minutes': '0.4',
    });
    expect(Date.now() - started).toBeLessThan(80_000);
    await stack.atRest();
    expect(await stack.status()).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  test('when its time is up while the stack still works', async () => {
    const result = await stack.refused('deadline-exceeded', /did not get there within \d+ s|the deadline/, {
      parameters: '{SamplingTaskCount: 3, Memory: 300}',
      'deploy-timeout-minutes': '0.05',
    });
    expect(firstErrorLine(result)).toMatch(/stack|change set/);
    await stack.atRest();
  });

  test('while somebody else updates the stack, and leaves that alone', async () => {
    await updateByHand('Memory', '200000');
    await stack.refused(
      'stack-busy',
      /^stack contended is in UPDATE_IN_PROGRESS: another operation is running/,
    );
    expect(await stack.status()).toBe('UPDATE_IN_PROGRESS');
    await stack.cancelByHand();
  });

  test('when somebody changes the stack by hand between its plan and its execution', async () => {
    await using endpoint = await MeddledEndpoint.before(
      stack.cloud.endpoint,
      'ExecuteChangeSet',
      async () => {
        await updateByHand('LogRetentionDays', '7');
        await stack.atRest();
      },
    );
    const cause = /^could not execute change set .*(does not exist|execution status of \[OBSOLETE\])/;
    const inputs = { parameters: '{ApplicationName: planned}' };
    await stack.refused('change-set-stale', cause, inputs, { endpoint: endpoint.url });
    expect(await stack.parameters()).toMatchObject({ LogRetentionDays: '7', ApplicationName: 'local' });
    expect(await stack.leftovers()).toEqual([]);
  });

  test("when somebody else's rollout takes the place of its own", async () => {
    const onLine = (line: string) => {
      if (line.includes('Wait for services and Cloud Map')) void supersede();
    };
    const result = await stack.refused(
      'rollout-superseded',
      /^service contended-sampling: somebody else's deployment \S+ of contended-by-hand:\d+ took the place of ours/,
      { parameters: '{SubsystemName: ours}' },
      { onLine },
    );
    expect(result.outputs['stack-outputs']).toBeDefined();
  });

  test('and the next one puts the stack in order, with nothing left of all that failed', async () => {
    await stack.deploy({ parameters: '{SubsystemName: in-order}' });
    expect(await stack.gateways()).toHaveLength(2);
    expect(await stack.gateways()).not.toEqual(gateways);
    expect(await stack.leftovers()).toEqual([]);
  });

  /** What another pipeline might do: a revision of its own for the gateways, past the stack. */
  async function supersede(): Promise<void> {
    const { ecs } = stack.account;
    const { cluster } = stack.cloud;
    const [taskDefinition = ''] = await stack.gatewayDefinitions();
    const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    const { containerDefinitions, networkMode, taskRoleArn, executionRoleArn } =
      described.taskDefinition ?? {};
    const made = await ecs.send(
      new RegisterTaskDefinitionCommand({
        ...{ family: 'contended-by-hand', containerDefinitions, networkMode, taskRoleArn, executionRoleArn },
      }),
    );
    byHand.push(made.taskDefinition?.taskDefinitionArn ?? '');
    await ecs.send(
      new UpdateServiceCommand({ cluster, service: stack.gatewayService, taskDefinition: byHand.at(-1) }),
    );
  }
});
