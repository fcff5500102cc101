import { DescribeTaskDefinitionCommand, ECSClient, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { clientConfig } from './client-config.ts';
import { asking } from './errors.ts';

/** How many of a family's newest revisions are looked at: those of a run that was just cut short are among them. */
const newest = 25;

/** Finds task definitions by who made them, for when their registration was never answered. */
export type OwnTaskDefinitions = (
  family: string,
  tag: { key: string; value: string },
) => Promise<readonly string[]>;

export function ownTaskDefinitions(region: string): OwnTaskDefinitions {
  const client = new ECSClient(clientConfig(region));
  return async (family, { key, value }) => {
    const request = { familyPrefix: family, status: 'ACTIVE', sort: 'DESC', maxResults: newest } as const;
    const page = await asking(`list the task definitions ${family}`, () =>
      client.send(new ListTaskDefinitionsCommand(request)),
    );
    const own: string[] = [];
    for (const taskDefinition of page.taskDefinitionArns ?? []) {
      const { tags = [] } = await asking(`describe task definition ${taskDefinition}`, () =>
        client.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] })),
      );
      if (tags.some((tag) => tag.key === key && tag.value === value)) own.push(taskDefinition);
    }
    return own;
  };
}
