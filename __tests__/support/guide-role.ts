/**
 * Template of a role as the guide has it for TaskExecutionRoleArn: the managed policy, and exactly its example for this
 * bucket. Output: Arn.
 */
export function guideRoleTemplate(bucket: string): string {
  const statement = (Action: string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });
  const example = [
    statement(['s3:GetObject', 's3:GetObjectVersion'], `arn:aws:s3:::${bucket}/*`),
    statement(
      [
        ...['servicediscovery:DiscoverInstances', 'servicediscovery:ListInstances'],
        ...['servicediscovery:ListServices', 'servicediscovery:ListNamespaces'],
      ],
      '*',
    ),
  ];
  const trust = {
    Effect: 'Allow',
    Principal: { Service: 'ecs-tasks.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  const policy = (Statement: unknown[]) => ({ Version: '2012-10-17', Statement });
  const Properties = {
    AssumeRolePolicyDocument: policy([trust]),
    ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy'],
    Policies: [{ PolicyName: 'example', PolicyDocument: policy(example) }],
  };
  return JSON.stringify({
    Resources: { Role: { Type: 'AWS::IAM::Role', Properties } },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
  });
}
