import type { Stage } from '../stage.ts';
import { createStack, deleteStack } from '../template-stack.ts';

const namespace = {
  id: 'A2',
  suffix: 'namespace',
  template: 'individual-templates/cloudmap-namespace.yaml',
};
const shared = { id: 'A2', suffix: 'shared', template: 'connect/shared-namespace.yaml' };
const balancer = { id: 'A1', suffix: 'balancer', template: 'connect/load-balancer.yaml' };

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
    const made = await createStack(work, namespace, {
      VpcId: vpc,
      NamespaceName: `${work.account.tag.Value}-ns`,
    });
    await createStack(work, shared, {
      NamespaceId: made['NamespaceId'] ?? '',
      NamespaceName: made['NamespaceName'] ?? '',
      ReceiverSecurityGroupId: securityGroup,
      SenderCidr: '10.1.0.0/16',
    });
    await createStack(work, balancer, {
      VpcId: vpc,
      SubnetIds: subnets.join(','),
      SecurityGroupId: securityGroup,
      ClientCidr: '10.2.0.0/16',
    });
    for (const stack of [balancer, shared, namespace]) await deleteStack(work, stack);
  },
};
