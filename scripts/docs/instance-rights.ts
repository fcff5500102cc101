import type { Right } from '../../src/aws/rights.ts';
import { arn, each, role, serviceLinkedRole } from './right-lists.ts';

const groups = arn('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/STACK-*');
const withImage: Partial<Right> = { when: '`ECSAMI` is given' };

/** What CloudFormation does for the instances that a stack may bring. */
export const instanceRights: Readonly<Record<string, readonly Right[]>> = {
  'AWS::IAM::InstanceProfile': [
    ...each(
      [
        'iam:CreateInstanceProfile',
        'iam:GetInstanceProfile',
        'iam:DeleteInstanceProfile',
        'iam:AddRoleToInstanceProfile',
        'iam:RemoveRoleFromInstanceProfile',
      ],
      'arn:PARTITION:iam::ACCOUNT:instance-profile/STACK-*',
      "the instances' role",
      withImage,
    ),
    ...each(['iam:PassRole'], role, "the instances' role", { ...withImage, passedTo: 'ec2.amazonaws.com' }),
  ],
  'AWS::EC2::LaunchTemplate': [
    ...each(
      ['ec2:DescribeLaunchTemplates', 'ec2:DescribeLaunchTemplateVersions'],
      '*',
      'what instances are like',
      withImage,
    ),
    ...each(
      [
        'ec2:CreateLaunchTemplate',
        'ec2:CreateLaunchTemplateVersion',
        'ec2:ModifyLaunchTemplate',
        'ec2:DeleteLaunchTemplate',
        'ec2:CreateTags',
        'ec2:DeleteTags',
      ],
      arn('ec2', 'launch-template/*'),
      'what instances are like',
      withImage,
    ),
  ],
  'AWS::AutoScaling::AutoScalingGroup': [
    ...each(
      ['autoscaling:DescribeAutoScalingGroups', 'autoscaling:DescribeScalingActivities'],
      '*',
      'the group of instances',
      withImage,
    ),
    ...each(
      [
        'autoscaling:CreateAutoScalingGroup',
        'autoscaling:UpdateAutoScalingGroup',
        'autoscaling:DeleteAutoScalingGroup',
        'autoscaling:CreateOrUpdateTags',
        'autoscaling:DeleteTags',
      ],
      groups,
      'the group of instances',
      withImage,
    ),
    // Asked for when a group is made from a launch template:
    // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-api-permissions.html
    ...each(['ec2:RunInstances', 'ec2:CreateTags'], '*', 'the instances', withImage),
    ...each(['ssm:GetParameters'], '*', 'their image', { when: '`ECSAMI` is `resolve:ssm:…`' }),
    ...serviceLinkedRole('autoscaling', "Auto Scaling's own role", "it is the account's first group"),
  ],
};
