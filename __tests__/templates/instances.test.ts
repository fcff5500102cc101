import { describe, expect, it } from '@jest/globals';
import { at, shipped, stack } from '../support/rendered.ts';

const file = 'otel-complete-cluster.yaml';
const brought = ['InstanceRole', 'InstanceProfile', 'InstanceLaunchTemplate', 'InstanceGroup'];
const data = 'InstanceLaunchTemplate/LaunchTemplateData';

/** The script that an instance runs when it boots. */
function userData(): string {
  return Buffer.from(String(at(stack(file), `${data}/UserData`)), 'base64').toString();
}

describe('the instances of otel-complete-cluster.yaml', () => {
  it('are not there without an image', () => {
    const { resources, outputs } = stack(file, { ECSAMI: undefined, KeyName: undefined });
    for (const id of brought) expect(resources).not.toHaveProperty(id);
    expect(outputs).not.toHaveProperty('AutoScalingGroupName');
    expect(resources['ReceiverService']?.Properties).not.toHaveProperty('Tags');
    expect(resources['GatewayService']?.Properties).not.toHaveProperty('Tags');
  });

  it('come with an image', () => {
    const { resources, outputs } = stack(file);
    for (const id of brought) expect(resources).toHaveProperty(id);
    expect(outputs['AutoScalingGroupName']).toBe('<InstanceGroup>');
  });

  it.each([
    'ami-0123456789abcdef0',
    'resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id',
  ])('have the image %s', (ECSAMI) => expect(at(stack(file, { ECSAMI }), `${data}/ImageId`)).toBe(ECSAMI));

  it.each([
    ['your-key-pair', 'your-key-pair'],
    [undefined, undefined],
  ])('have the key pair %s', (KeyName, expected) => {
    expect(at(stack(file, { KeyName }), `${data}/KeyName`)).toBe(expected);
  });

  it('are as many as asked for, no more and no less, in the given subnets and group', () => {
    const rendered = stack(file, { InstanceCount: '4' });
    expect(rendered.resources['InstanceGroup']?.Properties).toMatchObject({
      MinSize: '4',
      MaxSize: '4',
      DesiredCapacity: '4',
      VPCZoneIdentifier: ['subnet-0aaaaaaaaaaaaaaa1', 'subnet-0aaaaaaaaaaaaaaa2'],
    });
    expect(at(rendered, `${data}/SecurityGroupIds`)).toEqual(['sg-0123456789abcdef0']);
  });

  it('join the cluster before Docker starts, on every boot', () => {
    const [first, second] = userData().split('\n');
    expect([first, second]).toEqual(['#cloud-boothook', '#!/bin/bash']);
    expect(userData()).toMatch(/^ECS_CLUSTER=otel-cluster$/m);
    // Appended, the line would be there once more after each boot.
    expect(userData()).not.toContain('>>');
  });

  it('have Docker write the labels of the ECS agent to the log files of containers', () => {
    const [, json = ''] = /daemon\.json <<'END'\n([\s\S]*?)\nEND/.exec(userData()) ?? [];
    expect(JSON.parse(json)).toEqual({
      'log-driver': 'json-file',
      'log-opts': {
        labels: [
          'com.amazonaws.ecs.cluster',
          'com.amazonaws.ecs.task-arn',
          'com.amazonaws.ecs.task-definition-family',
          'com.amazonaws.ecs.task-definition-version',
          'com.amazonaws.ecs.container-name',
        ].join(','),
      },
    });
  });

  it('keep what an image says of Docker itself', () => {
    expect(userData()).toContain('[ -e /etc/docker/daemon.json ] ||');
  });

  it('are encrypted, and give no credentials to a request without a session', () => {
    expect(at(stack(file), `${data}/BlockDeviceMappings/0/Ebs/Encrypted`)).toBe(true);
    expect(at(stack(file), `${data}/MetadataOptions`)).toEqual({
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 1,
    });
  });

  it.each(['ReceiverService', 'GatewayService'])('are there before %s and after it', (service) => {
    expect(at(stack(file), `${service}/Tags`)).toEqual([
      { Key: 'ecs-tail-sampling.instances', Value: '<InstanceGroup>' },
    ]);
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-condition.html
    const dependsOn = [shipped(file).resources[service]?.DependsOn ?? []].flat();
    for (const id of dependsOn) expect(shipped(file).resources[id]).not.toHaveProperty('Condition');
  });

  it('leave the capacity providers of the cluster alone', () => {
    const types = Object.values(shipped(file).resources).map(({ Type }) => Type);
    expect(types.filter((type) => type.includes('Capacity'))).toEqual([]);
  });
});
