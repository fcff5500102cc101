"""Whether the explicit name of a resource to be made is taken, by type.

Of the types that AWS leaves out of early validation none is here (Cloud Map's namespaces, services and instances among
them): a conflict of theirs still fails the resource itself.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
"""

from collections.abc import Callable
from dataclasses import dataclass

from ministack.services import alb, autoscaling, cloudwatch_logs, ec2, ecs, iam, secretsmanager


@dataclass(frozen=True)
class Named:
    """How a type's resources are named, and what the name is unique within: values of other properties."""

    property: str
    is_taken: Callable[[str, dict], bool]
    within: tuple[str, ...] = ()


def _service_runs(name: str, within: dict) -> bool:
    cluster = (within["Cluster"] or "default").rsplit("/", 1)[-1]
    return ecs._services.get(f"{cluster}/{name}", {}).get("status") == "ACTIVE"


def _any(store: dict, key: str, name: str) -> bool:
    return any(record.get(key) == name for record in store.values())


def _group_exists(name: str, within: dict) -> bool:
    groups = ec2._security_groups.values()
    return any(group["GroupName"] == name and group["VpcId"] == within["VpcId"] for group in groups)


_NAMED = {
    "AWS::AutoScaling::AutoScalingGroup": Named("AutoScalingGroupName", lambda name, _: name in autoscaling._asgs),
    "AWS::EC2::LaunchTemplate": Named(
        "LaunchTemplateName", lambda name, _: _any(ec2._launch_templates, "LaunchTemplateName", name)
    ),
    "AWS::EC2::SecurityGroup": Named("GroupName", _group_exists, ("VpcId",)),
    "AWS::ECS::Service": Named("ServiceName", _service_runs, ("Cluster",)),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Named(
        "Name", lambda name, _: _any(alb._lbs, "LoadBalancerName", name)
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Named("Name", lambda name, _: _any(alb._tgs, "TargetGroupName", name)),
    "AWS::IAM::InstanceProfile": Named("InstanceProfileName", lambda name, _: name in iam._instance_profiles),
    "AWS::IAM::Role": Named("RoleName", lambda name, _: name in iam._roles),
    "AWS::Logs::LogGroup": Named("LogGroupName", lambda name, _: name in cloudwatch_logs._log_groups),
    "AWS::SecretsManager::Secret": Named("Name", lambda name, _: name in secretsmanager._secrets),
}


def conflict(resource_type: str, value: Callable[[str], object], owned: dict | None) -> str:
    """Why a resource cannot have its name, or an empty string.

    `value` gives a property as far as it is known before anything is made, `owned` the properties that the stack's
    resource of this logical id has: its own name is no conflict.
    """
    named = _NAMED.get(resource_type)
    name = value(named.property) if named else None
    if not isinstance(name, str) or not name:
        return ""
    within = {key: value(key) for key in named.within}
    if owned is not None and owned.get(named.property) == name and all(owned.get(key) == within[key] for key in within):
        return ""
    if any(found is not None and not isinstance(found, str) for found in within.values()):
        return ""
    if not named.is_taken(name, within):
        return ""
    return f"Resource of type '{resource_type}' with identifier '{name}' already exists."
