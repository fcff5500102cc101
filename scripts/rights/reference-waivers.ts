/** Where our rights differ from the Service Authorization Reference, and why. One that nothing needs is a fault. */
export interface ReferenceWaiver {
  /** Of these actions. */
  actions: readonly string[];
  /** What the check says of them. */
  fault: 'wider' | 'uncovered' | 'dependent';
  /** For `uncovered`: the resource types; for `dependent`: the actions that are not asked for. */
  what?: readonly string[];
  reason: string;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
export const referenceWaivers: readonly ReferenceWaiver[] = [
  {
    actions: ['ecs:ListTasks'],
    fault: 'wider',
    reason:
      'the container instance that it could be narrowed to is not given: tasks are listed by service and family',
  },
  {
    actions: ['ecs:DescribeCapacityProviders'],
    fault: 'wider',
    reason:
      'which capacity providers a cluster has is not known before; a statement of its own for all of them is too long',
  },
  {
    actions: ['ecs:RegisterTaskDefinition'],
    fault: 'wider',
    reason:
      'a revision has its number, and so its ARN, only afterwards; not seen on AWS which ARN is asked for',
  },
  {
    actions: ['servicediscovery:GetOperation'],
    fault: 'wider',
    reason: 'it takes the id of an operation, which is neither a namespace nor a service',
  },
  {
    actions: ['route53:AssociateVPCWithHostedZone'],
    fault: 'wider',
    reason: 'the zone is of the AWS service that the endpoint leads to',
  },
  {
    actions: ['ec2:RunInstances'],
    fault: 'wider',
    reason: 'eight kinds of resource, of which the launch template names some; no instance starts by it',
  },
  {
    actions: ['cloudformation:DescribeStacks'],
    fault: 'dependent',
    what: ['cloudformation:ListStacks'],
    reason: 'for looking at all stacks; ours is always named',
  },
  {
    actions: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:RunInstances'],
    fault: 'dependent',
    what: ['ec2:CreateTags'],
    reason: 'only with tags in the request: rules and the launch template have none',
  },
];
