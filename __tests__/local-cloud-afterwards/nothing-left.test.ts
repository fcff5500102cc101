import { ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ListServicesCommand } from '@aws-sdk/client-ecs';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListNamespacesCommand, ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { expect, test } from '@jest/globals';
import { clientConfig } from '../../local/client-config.ts';
import { Account } from '../support/account.ts';
import { theCloud } from '../support/the-cloud.ts';

/** The roles under which the steps run stay with the cloud. */
const isOfTheTests = /^role-to-(deploy|scale|verify|command)-\w+ CREATE_COMPLETE$/;

// Each case counts what is left of its own run and stack, because others are at work beside it. When all are over
// and have removed their stacks, whatever the account still holds was left by somebody.
test('nothing is left in the account when all cases are over', async () => {
  const cloud = theCloud();
  const config = clientConfig(cloud);
  const account = new Account(cloud);
  const { StackSummaries = [] } = await account.cloudFormation.send(new ListStacksCommand({}));
  const { serviceArns } = await account.ecs.send(new ListServicesCommand({ cluster: cloud.cluster }));
  const { SecretList = [] } = await new SecretsManagerClient(config).send(new ListSecretsCommand({}));
  const { Namespaces = [] } = await new ServiceDiscoveryClient(config).send(new ListNamespacesCommand({}));
  const { Reservations = [] } = await new EC2Client(config).send(new DescribeInstancesCommand({}));
  expect({
    // A change set cannot outlive its stack; one that was never executed leaves a stack in REVIEW_IN_PROGRESS.
    stacks: StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE')
      .map(({ StackName, StackStatus }) => `${StackName} ${StackStatus}`)
      .filter((stack) => !isOfTheTests.test(stack)),
    services: serviceArns,
    tasks: await account.tasks(),
    taskDefinitions: await account.taskDefinitions(),
    secrets: SecretList.map(({ Name }) => Name),
    namespaces: Namespaces.map(({ Name }) => Name),
    instances: Reservations.flatMap(({ Instances = [] }) => Instances)
      .filter(({ State }) => State?.Name !== 'terminated')
      .map(({ InstanceId }) => InstanceId)
      .sort(),
  }).toEqual({
    ...{ stacks: [], services: [], tasks: [], taskDefinitions: [], secrets: [], namespaces: [] },
    instances: [...cloud.instances].sort(),
  });
});
