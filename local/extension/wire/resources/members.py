"""Which member of which API each property of a resource ends in: the handlers behind templates make these requests.

Properties whose names are those of the API's members (in any case) need no line: a type names the request that its
handler sends, and only what differs is listed. `test_wire_templates.py` proves that every property that a shipped
template sets leads somewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Api:
    service: str
    # The shape of the request; names without a line in `renamed` are looked for here.
    shape: str
    # Property path -> `Shape.member`, from the service's shapes; `{source}` is what a rule's source is called.
    renamed: Mapping[str, str] = field(default_factory=lambda: _NONE)


# The kind of source of a security group's rule decides which member its description is.
RULE_SOURCES = {
    "CidrIp": "IpRange",
    "CidrIpv6": "Ipv6Range",
    "SourcePrefixListId": "PrefixListId",
    "SourceSecurityGroupId": "UserIdGroupPair",
    "SourceSecurityGroupName": "UserIdGroupPair",
}
_RULE = {
    "Description": "{source}.Description",
    "CidrIp": "IpRange.CidrIp",
    "CidrIpv6": "Ipv6Range.CidrIpv6",
    "SourceSecurityGroupId": "UserIdGroupPair.GroupId",
    "IpProtocol": "IpPermission.IpProtocol",
    "FromPort": "IpPermission.FromPort",
    "ToPort": "IpPermission.ToPort",
}
_EC2_TAGS = {"Tags[].Key": "Tag.Key", "Tags[].Value": "Tag.Value"}

TYPES: dict[str, Api] = {
    "AWS::AutoScaling::AutoScalingGroup": Api(
        "autoscaling", "CreateAutoScalingGroupType",
        {"VPCZoneIdentifier[]": "CreateAutoScalingGroupType.VPCZoneIdentifier"},
    ),
    "AWS::EC2::LaunchTemplate": Api("ec2", "CreateLaunchTemplateRequest", _EC2_TAGS),
    "AWS::EC2::SecurityGroup": Api(
        "ec2", "CreateSecurityGroupRequest",
        {
            "GroupDescription": "CreateSecurityGroupRequest.Description",
            **{f"SecurityGroupIngress[].{name}": member for name, member in _RULE.items()},
            **{f"SecurityGroupEgress[].{name}": member for name, member in _RULE.items()},
            **_EC2_TAGS,
        },
    ),
    "AWS::EC2::SecurityGroupIngress": Api("ec2", "AuthorizeSecurityGroupIngressRequest", _RULE),
    "AWS::EC2::SecurityGroupEgress": Api("ec2", "AuthorizeSecurityGroupEgressRequest", _RULE),
    "AWS::EC2::VPCEndpoint": Api("ec2", "CreateVpcEndpointRequest", _EC2_TAGS),
    "AWS::ECS::Cluster": Api("ecs", "CreateClusterRequest"),
    "AWS::ECS::Service": Api(
        "ecs", "CreateServiceRequest",
        {"PlacementStrategies": "CreateServiceRequest.placementStrategy"},
    ),
    "AWS::ECS::TaskDefinition": Api("ecs", "RegisterTaskDefinitionRequest"),
    "AWS::ElasticLoadBalancingV2::Listener": Api("elbv2", "CreateListenerInput"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Api(
        "elbv2", "CreateLoadBalancerInput",
        {"LoadBalancerAttributes": "ModifyLoadBalancerAttributesInput.Attributes"},
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Api(
        "elbv2", "CreateTargetGroupInput",
        {"TargetGroupAttributes": "ModifyTargetGroupAttributesInput.Attributes"},
    ),
    "AWS::IAM::InstanceProfile": Api(
        "iam", "CreateInstanceProfileRequest", {"Roles[]": "AddRoleToInstanceProfileRequest.RoleName"},
    ),
    "AWS::IAM::Role": Api(
        "iam", "CreateRoleRequest",
        {
            "ManagedPolicyArns[]": "AttachRolePolicyRequest.PolicyArn",
            "Policies[].PolicyName": "PutRolePolicyRequest.PolicyName",
            "Policies[].PolicyDocument": "PutRolePolicyRequest.PolicyDocument",
        },
    ),
    "AWS::IAM::RolePolicy": Api("iam", "PutRolePolicyRequest"),
    "AWS::Logs::LogGroup": Api(
        "logs", "CreateLogGroupRequest",
        {
            "RetentionInDays": "PutRetentionPolicyRequest.retentionInDays",
            "Tags[].Key": "Tags.key",
            "Tags[].Value": "Tags.value",
        },
    ),
    "AWS::SecretsManager::ResourcePolicy": Api("secretsmanager", "PutResourcePolicyRequest"),
    "AWS::SecretsManager::Secret": Api("secretsmanager", "CreateSecretRequest"),
    "AWS::ServiceDiscovery::Instance": Api(
        "servicediscovery", "RegisterInstanceRequest", {"InstanceAttributes": "RegisterInstanceRequest.Attributes"},
    ),
    "AWS::ServiceDiscovery::PrivateDnsNamespace": Api("servicediscovery", "CreatePrivateDnsNamespaceRequest"),
    "AWS::ServiceDiscovery::Service": Api("servicediscovery", "CreateServiceRequest"),
    "AWS::SSM::Parameter": Api("ssm", "PutParameterRequest"),
}  # fmt: skip
