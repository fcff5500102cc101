/** Why permissions of a handler are not among ours. One that no handler has, or that we do have, is a fault. */
export interface HandlerWaiver {
  /** The resource type. */
  type: string;
  /** As the schema writes them: `ec2:Get*` is one permission. */
  permissions: readonly string[];
  /** Properties or attributes that no resource of this type has in the templates, at any depth; a test looks. */
  unset?: readonly string[];
  /** Properties that every resource of this type has; a test looks. */
  set?: readonly string[];
  /** The only handlers that ask for them; a test looks. */
  only?: readonly string[];
  reason: string;
}

const group = 'AWS::AutoScaling::AutoScalingGroup';
const logGroup = 'AWS::Logs::LogGroup';
const secret = 'AWS::SecretsManager::Secret';
const balancer = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const listener = 'AWS::ElasticLoadBalancingV2::Listener';

// "list" answers those who look for resources that are in no stack (Cloud Control API, IaC generator); no operation on
// a stack does: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract.html
const listed: readonly HandlerWaiver[] = [
  ['AWS::ECS::Service', 'ecs:ListClusters ecs:ListServices'],
  ['AWS::ECS::TaskDefinition', 'ecs:ListTaskDefinitions'],
  ['AWS::IAM::InstanceProfile', 'iam:ListInstanceProfiles'],
  ['AWS::IAM::Role', 'iam:ListRoles'],
  ['AWS::SecretsManager::ResourcePolicy', 'secretsmanager:ListSecrets'],
  [secret, 'secretsmanager:ListSecrets'],
  ['AWS::ServiceDiscovery::Instance', 'servicediscovery:ListInstances'],
  ['AWS::ServiceDiscovery::PrivateDnsNamespace', 'servicediscovery:ListNamespaces'],
].map(([type = '', permissions = '']) => ({
  type,
  permissions: permissions.split(' '),
  only: ['list'],
  reason: 'only "list" asks for it, which no operation on a stack calls',
}));

/** For properties that the templates do not use; the property's documentation says what it is for. */
function forProperty(type: string, unset: string, permissions: string): HandlerWaiver {
  const reason = `${unset} is not used`;
  return { type, permissions: permissions.split(' '), unset: unset.split(' '), reason };
}

/**
 * The permissions of CloudFormation's handlers that the kit does not ask anybody for.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
export const handlerWaivers: readonly HandlerWaiver[] = [
  ...listed,
  forProperty(
    group,
    'MetricsCollection',
    'autoscaling:EnableMetricsCollection autoscaling:DisableMetricsCollection',
  ),
  forProperty(
    group,
    'NotificationConfiguration NotificationConfigurations',
    'autoscaling:PutNotificationConfiguration autoscaling:DeleteNotificationConfiguration',
  ),
  forProperty(
    group,
    'LifecycleHookSpecificationList',
    'autoscaling:PutLifecycleHook autoscaling:DeleteLifecycleHook',
  ),
  forProperty(
    group,
    'LoadBalancerNames TargetGroupARNs TrafficSources',
    'elasticloadbalancing:Describe* autoscaling:AttachLoadBalancers autoscaling:DetachLoadBalancers autoscaling:AttachLoadBalancerTargetGroups autoscaling:DetachLoadBalancerTargetGroups autoscaling:AttachTrafficSources autoscaling:DetachTrafficSources vpc-lattice:GetTargetGroup vpc-lattice:ListTargets vpc-lattice:RegisterTargets vpc-lattice:DeregisterTargets',
  ),
  forProperty(
    group,
    'UpdatePolicy',
    'autoscaling:SuspendProcesses autoscaling:ResumeProcesses autoscaling:StartInstanceRefresh autoscaling:CancelInstanceRefresh cloudwatch:PutMetricAlarm',
  ),
  {
    type: group,
    permissions: ['ec2:Get*'],
    unset: ['MixedInstancesPolicy', 'InstanceRequirements'],
    reason: 'GetInstanceTypesFromInstanceRequirements is for groups that choose among instance types',
  },
  {
    type: group,
    permissions: ['ssm:Get*'],
    reason:
      'of Systems Manager a launch template needs ssm:GetParameters, which is ours: https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html',
  },
  {
    type: group,
    permissions: [
      'managed-fleets:CreateAutoScalingGroup',
      'managed-fleets:UpdateAutoScalingGroup',
      'managed-fleets:DeleteAutoScalingGroup',
      'managed-fleets:RegisterAutoScalingGroup',
      'managed-fleets:DeregisterAutoScalingGroup',
      'managed-fleets:Get*',
    ],
    reason: 'the Service Authorization Reference has no such service, so that no policy can allow it',
  },
  forProperty(
    'AWS::EC2::SecurityGroup',
    'SecurityGroupEgress',
    'ec2:AuthorizeSecurityGroupEgress ec2:RevokeSecurityGroupEgress ec2:UpdateSecurityGroupRuleDescriptionsEgress',
  ),
  forProperty(
    'AWS::EC2::VPCEndpoint',
    'ServiceNetworkArn',
    'vpc-lattice:CreateServiceNetworkVpcEndpointAssociation vpc-lattice:DescribeServiceNetworkVpcEndpointAssociation',
  ),
  forProperty('AWS::EC2::VPCEndpoint', 'ServiceRegion', 'vpce:AllowMultiRegion'),
  forProperty(listener, 'AuthenticateCognitoConfig', 'cognito-idp:DescribeUserPoolClient'),
  forProperty(listener, 'ListenerAttributes', 'elasticloadbalancing:ModifyListenerAttributes'),
  forProperty(balancer, 'Ipv4IpamPoolId', 'ec2:DescribeIpamPools elasticloadbalancing:ModifyIpPools'),
  forProperty(balancer, 'MinimumLoadBalancerCapacity', 'elasticloadbalancing:ModifyCapacityReservation'),
  forProperty(balancer, 'IpAddressType', 'elasticloadbalancing:SetIpAddressType'),
  {
    type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    permissions: ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets'],
    unset: ['Targets'],
    reason: 'Targets is not used: ECS registers the receivers, by its own role',
  },
  forProperty(
    'AWS::IAM::Role',
    'PermissionsBoundary',
    'iam:PutRolePermissionsBoundary iam:DeleteRolePermissionsBoundary',
  ),
  forProperty(
    logGroup,
    'DataProtectionPolicy',
    'logs:PutDataProtectionPolicy logs:CreateLogDelivery s3:REST.PUT.OBJECT firehose:TagDeliveryStream',
  ),
  forProperty(logGroup, 'FieldIndexPolicies', 'logs:PutIndexPolicy logs:DeleteIndexPolicy'),
  forProperty(logGroup, 'ResourcePolicyDocument', 'logs:PutResourcePolicy logs:DeleteResourcePolicy'),
  forProperty(logGroup, 'KmsKeyId', 'logs:AssociateKmsKey logs:DisassociateKmsKey'),
  forProperty(logGroup, 'DeletionProtectionEnabled', 'logs:PutLogGroupDeletionProtection'),
  forProperty(logGroup, 'BearerTokenAuthenticationEnabled', 'logs:PutBearerTokenAuthentication'),
  {
    type: logGroup,
    permissions: ['logs:DeleteRetentionPolicy'],
    set: ['RetentionInDays'],
    reason: 'retention is always set, so that an update changes it and never takes it away',
  },
  forProperty(secret, 'GenerateSecretString', 'secretsmanager:GetRandomPassword'),
  forProperty(
    secret,
    'ReplicaRegions',
    'secretsmanager:ReplicateSecretToRegions secretsmanager:RemoveRegionsFromReplication',
  ),
];

/** Rights of ours that no handler of the type has in its schema: what AWS asks for beside them. */
export const besideHandlers: readonly { type: string; actions: readonly string[]; reason: string }[] = [
  {
    type: group,
    actions: ['ssm:GetParameters'],
    reason: 'the handler has ssm:Get*, of which this is the part that a launch template needs',
  },
  {
    type: 'AWS::EC2::LaunchTemplate',
    actions: ['ssm:GetParameters'],
    reason: 'a dependent action of ec2:CreateLaunchTemplate, for an image that is a parameter',
  },
  {
    type: 'AWS::EC2::VPCEndpoint',
    actions: ['route53:AssociateVPCWithHostedZone'],
    reason: 'a dependent action of ec2:CreateVpcEndpoint, for private DNS',
  },
  {
    type: 'AWS::ECS::Service',
    actions: ['iam:CreateServiceLinkedRole'],
    reason:
      'the first service of an account makes the role: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html',
  },
  {
    type: balancer,
    actions: [
      'ec2:DescribeAccountAttributes',
      'ec2:DescribeAddresses',
      'ec2:DescribeInternetGateways',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
      'iam:CreateServiceLinkedRole',
    ],
    reason:
      'required for CreateLoadBalancer: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-permissions.html',
  },
  {
    type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    actions: ['ec2:DescribeInternetGateways', 'iam:CreateServiceLinkedRole'],
    reason:
      'required for CreateTargetGroup: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-permissions.html',
  },
  {
    type: 'AWS::ServiceDiscovery::Instance',
    actions: ['route53:GetHostedZone', 'route53:ListHostedZonesByName', 'route53:ChangeResourceRecordSets'],
    reason:
      'Cloud Map writes the record in the name of its caller: https://docs.aws.amazon.com/cloud-map/latest/dg/access-control-managing-permissions.html',
  },
  {
    type: 'AWS::ServiceDiscovery::PrivateDnsNamespace',
    actions: ['route53:DeleteHostedZone'],
    reason:
      'Cloud Map removes the zone in the name of its caller: https://docs.aws.amazon.com/cloud-map/latest/dg/access-control-managing-permissions.html',
  },
];
