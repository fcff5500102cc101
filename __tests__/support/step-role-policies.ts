import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStacks,
} from '@aws-sdk/client-cloudformation';
import { clientConfig } from '../../local/client-config.ts';
import type { Cloud } from '../../local/cloud.ts';
import type { PolicyDocument } from '../../src/aws/policy.ts';

/** By the ARN of a role, its policies by the names that docs/permissions.md has for them. */
export type RolePolicies = Record<string, Record<string, PolicyDocument>>;

interface RoleTemplate {
  Resources: { Role: { Properties: { Policies: { PolicyName: string; PolicyDocument: PolicyDocument }[] } } };
}

/** The roles under which the steps ran (`local/step-roles.ts`); they stay with their cloud. */
export async function stepRolePolicies(cloud: Cloud): Promise<RolePolicies> {
  const client = new CloudFormationClient(clientConfig(cloud));
  const names: string[] = [];
  const wanted = { StackStatusFilter: ['CREATE_COMPLETE' as const] };
  for await (const { StackSummaries = [] } of paginateListStacks({ client }, wanted)) {
    names.push(
      ...StackSummaries.flatMap(({ StackName = '' }) => (/^role-to-/.test(StackName) ? StackName : [])),
    );
  }
  const roles = names.map(async (StackName) => {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName }));
    const { Resources } = JSON.parse(TemplateBody) as RoleTemplate;
    const policies = Resources.Role.Properties.Policies.map(({ PolicyName, PolicyDocument }) => [
      // The policy of given roles stands there once for each of them.
      PolicyName.replace(/-\d+$/, ''),
      PolicyDocument,
    ]);
    return [Stacks?.[0]?.Outputs?.[0]?.OutputValue ?? '', Object.fromEntries(policies)];
  });
  return Object.fromEntries(await Promise.all(roles));
}
