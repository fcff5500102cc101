import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from '../../setup/context.ts';
import { saying } from '../kit.ts';
import type { Stage, StageWork } from '../stage.ts';

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
    const balancer = await connected(work, 'nlb', 'load-balancer', { ...network, ClientCidr: '10.0.0.0/8' });
    await connected(work, 'endpoints', 'vpc-endpoints', network);
    const kit = await work.collectors.repository({
      suffix: 'central',
      topology: 'central-cluster',
      template: 'otel-complete-cluster.yaml',
      parameters: {
        ECSAMI: process.env['CONFORMANCE_ECSAMI'],
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

async function connected(
  work: StageWork,
  suffix: string,
  file: string,
  parameters: Record<string, string>,
): Promise<Record<string, string>> {
  const name = `${work.account.tag.Value}-${suffix}`;
  const template = `connect/${file}.yaml`;
  await work.check({ id: suffix, what: `create ${template}`, expected: 'CREATE_COMPLETE' }, async () => {
    work.keep('stack', name);
    const role = work.account.as(
      await work.roles.credentials({ role: 'connect', stackName: name, template }),
    );
    const body = readFileSync(path.join(repository, 'templates', template), 'utf8');
    const status = await role.createByChangeSet({ name, body, parameters });
    return { holds: status === 'CREATE_COMPLETE', seen: status };
  });
  return work.account.outputs(name);
}
