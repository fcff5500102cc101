import type { Right } from '../../src/aws/rights.ts';
import { arn, each, onEach } from './right-lists.ts';

const groups = arn('ec2', 'security-group/*');

/** The ids of groups are random. Rules are of groups that may belong to another stack, so that no tag narrows those. */
export const groupRights: Readonly<Record<string, readonly Right[]>> = {
  'AWS::EC2::SecurityGroup': [
    ...each('ec2', 'DescribeSecurityGroups DescribeInstances', { resource: '*', why: 'the group' }),
    ...onEach([groups, arn('ec2', 'vpc/*')], (resource) =>
      each('ec2', 'CreateSecurityGroup', { resource, why: 'the group, in its VPC' }),
    ),
    ...each('ec2', 'CreateTags DeleteTags', { resource: groups, why: 'its tags' }),
    ...each(
      'ec2',
      'AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress UpdateSecurityGroupRuleDescriptionsIngress',
      { resource: groups, why: 'its rules' },
    ),
    ...each('ec2', 'DeleteSecurityGroup', { resource: groups, ofStack: true, why: 'the group' }),
  ],
  'AWS::EC2::SecurityGroupIngress': [
    ...each('ec2', 'DescribeSecurityGroupRules DescribeSecurityGroups', { resource: '*', why: 'rules' }),
    ...each(
      'ec2',
      'AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress UpdateSecurityGroupRuleDescriptionsIngress',
      { resource: groups, why: 'rules' },
    ),
  ],
};
