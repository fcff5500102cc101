import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeNetworkInterfacesCommand, DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { ListNamespacesCommand } from '@aws-sdk/client-servicediscovery';
import type { Account } from './account.ts';

/**
 * What still carries the run's name, found by asking each service anew. Shared by all verifications of an account and
 * therefore left: log group `/ecs/telemetrygen`, which has a retention.
 * @param prefix start of the names of all that the run made
 */
export async function leftovers(account: Account, prefix: string): Promise<string[]> {
  const { logs, ecs, ec2, s3, secrets, cloudMap } = account;
  const isOurs = (name: string | undefined) => name?.startsWith(`${prefix}-`) || name === prefix;
  const [stacks, groups, definitions, buckets, hidden, namespaces] = await Promise.all([
    account.stacksNamed(prefix),
    logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: `/ecs/${prefix}` })),
    ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: prefix, status: 'ACTIVE' })),
    s3.send(new ListBucketsCommand({})),
    secrets.send(new ListSecretsCommand({})),
    cloudMap.send(new ListNamespacesCommand({})),
  ]);
  const securityGroups = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const ofTheRun = (securityGroups.SecurityGroups ?? []).filter(({ GroupName }) => isOurs(GroupName));
  const interfaces =
    ofTheRun.length === 0
      ? []
      : ((
          await ec2.send(
            new DescribeNetworkInterfacesCommand({
              Filters: [{ Name: 'group-id', Values: ofTheRun.map(({ GroupId = '' }) => GroupId) }],
            }),
          )
        ).NetworkInterfaces ?? []);
  return [
    ...stacks.map((stack) => `stack ${stack}`),
    ...(groups.logGroups ?? []).map(({ logGroupName }) => `log group ${logGroupName}`),
    ...(definitions.taskDefinitionArns ?? []).map((arn) => `task definition ${arn}`),
    ...(buckets.Buckets ?? []).flatMap(({ Name }) => (isOurs(Name) ? `bucket ${Name}` : [])),
    ...(hidden.SecretList ?? []).flatMap(({ Name }) => (isOurs(Name) ? `secret ${Name}` : [])),
    ...(namespaces.Namespaces ?? []).flatMap(({ Name }) => (isOurs(Name) ? `namespace ${Name}` : [])),
    ...ofTheRun.map(({ GroupId }) => `security group ${GroupId}`),
    ...interfaces.map(({ NetworkInterfaceId }) => `network interface ${NetworkInterfaceId}`),
  ];
}
