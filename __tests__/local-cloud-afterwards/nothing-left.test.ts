import { ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { ListServicesCommand } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import { Account } from '../support/account.ts';
import { theCloud } from '../support/the-cloud.ts';

/** The roles under which the steps run stay with the cloud. */
const isOfTheTests = /^role-to-(deploy|scale|verify)-\w+ CREATE_COMPLETE$/;

// Each case counts what is left of its own run and stack, because others are at work beside it. When all are over
// and have removed their stacks, whatever the account still holds was left by somebody.
test('nothing is left in the account when all cases are over', async () => {
  const cloud = theCloud();
  const account = new Account(cloud);
  const { StackSummaries = [] } = await account.cloudFormation.send(new ListStacksCommand({}));
  const { serviceArns } = await account.ecs.send(new ListServicesCommand({ cluster: cloud.cluster }));
  expect({
    // A change set cannot outlive its stack; one that was never executed leaves a stack in REVIEW_IN_PROGRESS.
    stacks: StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE')
      .map(({ StackName, StackStatus }) => `${StackName} ${StackStatus}`)
      .filter((stack) => !isOfTheTests.test(stack)),
    services: serviceArns,
    tasks: await account.tasks(),
    taskDefinitions: await account.taskDefinitions(),
  }).toEqual({ stacks: [], services: [], tasks: [], taskDefinitions: [] });
});
