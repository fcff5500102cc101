import { ownRoles, type Right } from '../../src/aws/rights.ts';
import { arn, each, serviceLinkedRole } from './right-lists.ts';

const when = '`ECSAMI` is given';
// EC2 is one of the few services whose name as a principal differs in China.
const ec2 = ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'];
const images = each('ssm', 'GetParameters', {
  resource: 'arn:PARTITION:ssm:REGION:*:parameter/*',
  why: 'their image',
  when: '`ECSAMI` is `resolve:ssm:…`',
});
const roleOfInstances = each('iam', 'PassRole', {
  resource: ownRoles,
  passedTo: ec2,
  why: "the instances' role",
  when,
});

/** What CloudFormation does for the instances that a stack may bring. */
export const instanceRights: Readonly<Record<string, readonly Right[]>> = {
  'AWS::IAM::InstanceProfile': [
    ...each(
      'iam',
      'CreateInstanceProfile GetInstanceProfile DeleteInstanceProfile AddRoleToInstanceProfile RemoveRoleFromInstanceProfile',
      {
        resource: 'arn:PARTITION:iam::ACCOUNT:instance-profile/ecs-tail-sampling/STACK/*',
        why: "the instances' role",
        when,
      },
    ),
    ...roleOfInstances,
  ],
  'AWS::EC2::LaunchTemplate': [
    ...each('ec2', 'DescribeLaunchTemplates', { resource: '*', why: 'what instances are like', when }),
    ...each(
      'ec2',
      'CreateLaunchTemplate CreateLaunchTemplateVersion DeleteLaunchTemplate CreateTags DeleteTags',
      {
        resource: arn('ec2', 'launch-template/*'),
        why: 'what instances are like; CloudFormation makes its name up and tags it not',
        when,
      },
    ),
    ...images,
  ],
  'AWS::AutoScaling::AutoScalingGroup': [
    ...each('autoscaling', 'Describe*', { resource: '*', why: 'the group of instances', when }),
    ...each(
      'autoscaling',
      'CreateAutoScalingGroup UpdateAutoScalingGroup DeleteAutoScalingGroup CreateOrUpdateTags DeleteTags',
      {
        resource: arn('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/STACK-*'),
        why: 'the group of instances',
        when,
      },
    ),
    // Auto Scaling tries a launch template out in the name of whoever names it:
    // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
    ...each('ec2', 'Describe* RunInstances', { resource: '*', why: 'the instances', when }),
    ...images,
    ...roleOfInstances,
    serviceLinkedRole('autoscaling', "Auto Scaling's own role", "it is the account's first group"),
  ],
};
