import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from '../../setup/context.ts';
import type { Stage, StageWork } from '../stage.ts';

/** Makes and deletes the stacks without collectors under the documented roles. */
export const connections: Stage = {
  number: 1,
  title: 'Namespace, shared namespace, network load balancer',
  settles: ['A1', 'A2 (handlers, shortened names)', 'deletion of a namespace'],
  makes: 'a Cloud Map namespace, security group rules, a network load balancer; all deleted again',
  minutes: 15,
  dollars: 0.1,
  needsInstances: false,
  async run(work) {
    const { vpc, subnets, securityGroup } = await work.ground.facts();
    const namespace = await created(work, 'namespace', {
      VpcId: vpc,
      NamespaceName: `${work.account.tag.Value}-ns`,
    });
    await created(work, 'shared', {
      NamespaceId: namespace['NamespaceId'] ?? '',
      NamespaceName: namespace['NamespaceName'] ?? '',
      ReceiverSecurityGroupId: securityGroup,
      SenderCidr: '10.1.0.0/16',
    });
    await created(work, 'balancer', {
      VpcId: vpc,
      SubnetIds: subnets.join(','),
      SecurityGroupId: securityGroup,
      ClientCidr: '10.2.0.0/16',
    });
    for (const part of ['balancer', 'shared', 'namespace'] as const) await deleted(work, part);
  },
};

const templates = {
  namespace: 'individual-templates/cloudmap-namespace.yaml',
  shared: 'connect/shared-namespace.yaml',
  balancer: 'connect/load-balancer.yaml',
} as const;

type Part = keyof typeof templates;

/** @returns the stack's outputs; none when it could not be made */
async function created(
  work: StageWork,
  part: Part,
  parameters: Record<string, string>,
): Promise<Record<string, string>> {
  const name = `${work.account.tag.Value}-${part}`;
  const template = templates[part];
  const question = {
    id: part === 'balancer' ? 'A1' : 'A2',
    what: `create ${template} under the documented role`,
    expected: 'CREATE_COMPLETE',
  };
  await work.check(question, async () => {
    work.keep('stack', name);
    const role = work.account.as(
      await work.roles.credentials({ role: 'connect', stackName: name, template }),
    );
    const body = readFileSync(path.join(repository, 'templates', template), 'utf8');
    const status = await role.createByChangeSet({ name, body, parameters });
    const reasons = status === 'CREATE_COMPLETE' ? [] : await work.account.failures(name);
    return { holds: status === 'CREATE_COMPLETE', seen: [status, ...reasons.slice(0, 2)].join('; ') };
  });
  return work.account.outputs(name);
}

async function deleted(work: StageWork, part: Part): Promise<void> {
  const name = `${work.account.tag.Value}-${part}`;
  const template = templates[part];
  const question = {
    id: 'A2',
    what: `delete ${template} under the documented role`,
    expected: 'DELETE_COMPLETE',
  };
  await work.check(question, async () => {
    const role = work.account.as(
      await work.roles.credentials({ role: 'connect', stackName: name, template }),
    );
    const status = await role.deleteStack(name);
    return { holds: status === 'DELETE_COMPLETE' || status === 'gone', seen: status };
  });
}
