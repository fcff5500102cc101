import { ECSClient } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { clientConfig } from '../../src/aws/client-config.ts';
import { instances } from '../../src/aws/ecs-instances.ts';
import { httpEndpoint } from '../support/http-endpoint.ts';

const listed = { containerInstanceArns: ['ci/1', 'ci/2', 'ci/3', 'ci/4', 'ci/5'] };
const instance = (number: number, ec2InstanceId: string, more: object = {}) => ({
  containerInstanceArn: `ci/${number}`,
  ...{ ec2InstanceId, status: 'ACTIVE', agentConnected: true, ...more },
});
const answers = (...bodies: object[]) => bodies.map((body) => ({ status: 200, body: JSON.stringify(body) }));
const found = () => instances(new ECSClient(clientConfig('eu-west-1')), 'apps');

describe('the instances of a cluster', () => {
  test('are those that tasks of the EC2 launch type run on', async () => {
    const external = { attributes: [{ name: 'ecs.capability.external' }] };
    await using endpoint = await httpEndpoint(
      answers(
        listed,
        {
          containerInstances: [
            instance(1, 'i-0b', { agentConnected: false }),
            instance(2, 'mi-0123456789abcdef0', external),
            instance(3, 'i-0managed', { capacityProviderName: 'managed' }),
            instance(4, 'i-0a', { capacityProviderName: 'group' }),
            instance(5, 'i-0gone', { status: 'DRAINING' }),
          ],
        },
        { capacityProviders: [{ name: 'group', type: 'EC2_AUTOSCALING' }], nextToken: 'more' },
        { capacityProviders: [{ name: 'managed', type: 'MANAGED_INSTANCES' }] },
      ),
    );
    expect(await found()).toEqual([
      { arn: 'ci/4', instanceId: 'i-0a', agentConnected: true },
      { arn: 'ci/1', instanceId: 'i-0b', agentConnected: false },
    ]);
    expect(JSON.parse(endpoint.requests[2]?.body ?? '{}')).toEqual({
      cluster: 'apps',
      capacityProviders: ['managed', 'group'],
    });
    expect(endpoint.requests).toHaveLength(4);
  });

  test('are told without a word about capacity providers where there are none', async () => {
    await using endpoint = await httpEndpoint(answers(listed, { containerInstances: [instance(1, 'i-0a')] }));
    expect(await found()).toHaveLength(1);
    expect(endpoint.requests).toHaveLength(2);
  });

  test('are none in an empty cluster, which is not asked about', async () => {
    await using endpoint = await httpEndpoint(answers({ containerInstanceArns: [] }));
    expect(await found()).toEqual([]);
    expect(endpoint.requests).toHaveLength(1);
  });
});
