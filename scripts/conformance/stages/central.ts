import { saying } from '../kit.ts';
import type { Stage } from '../stage.ts';
import { createStack } from '../template-stack.ts';

const nlb = { id: 'central', suffix: 'nlb', template: 'connect/load-balancer.yaml' };
const endpoints = { id: 'endpoints', suffix: 'endpoints', template: 'connect/vpc-endpoints.yaml' };

/** Receivers on instances that the template brings, a load balancer before them, endpoints beside them. */
export const central: Stage = {
  number: 6,
  title: 'Central cluster with instances of its own',
  settles: ['instances of ECSAMI', 'gRPC health checks', 'PrivateLink'],
  makes:
    'three m5.large instances, a load balancer, VPC endpoints, the stack of the topology central-cluster',
  minutes: 60,
  dollars: 1.5,
  needsInstances: true,
  notLocal:
    'no image boots there, an Application Load Balancer carries nothing, and endpoints carry no traffic',
  async run(work) {
    const { vpc, subnets, securityGroup } = await work.ground.facts();
    const network = { VpcId: vpc, SubnetIds: subnets.join(','), SecurityGroupId: securityGroup };
    const balancer = await createStack(work, nlb, { ...network, ClientCidr: '10.0.0.0/8' });
    await createStack(work, endpoints, network);
    const kit = await work.collectors.repository({
      suffix: 'central',
      topology: 'central-cluster',
      template: 'otel-complete-cluster.yaml',
      parameters: {
        ECSAMI: await work.ground.ecsImage(),
        InstanceType: 'm5.large',
        InstanceCount: 3,
        ReceiverTargetGroupArn: balancer['ReceiverTargetGroupArn'],
      },
    });
    for (const step of ['deploy', 'verify'] as const)
      await work.check(
        {
          id: step === 'deploy' ? 'ecsami' : 'central',
          what: `${step} the central cluster behind a network load balancer`,
          expected: 'the step succeeds',
        },
        async () => {
          const inputs =
            step === 'verify' ? { cohorts: '{normal: {expect: 25%, traces: 600}, errors: 100%}' } : {};
          const run = await kit.run(step, inputs);
          return { holds: run.exitCode === 0, seen: saying(run) };
        },
      );
  },
};
