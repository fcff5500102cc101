"""Auto Scaling groups whose instances are instances: the group's size starts and terminates them.

Desired capacity is kept, whoever changes it or terminates an instance:
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-maintain-instance-levels.html
An instance is launched from the group's launch template, in the zone with the fewest of the group's instances:
https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html#AutoScalingBehavior.InstanceUsage
"""

import base64
import binascii
import logging
import threading
from collections.abc import Callable

from ministack.core.concurrency import spawn_background
from ministack.services import autoscaling, ec2

from . import instances
from .patching import replace, require, wrap

logger = logging.getLogger("extension.auto_scaling")

# Where a group keeps why its last launch failed, for CloudFormation, which waits for it.
_FAILURE = "_failure"
# MiniStack's mark of an instance that group and CloudFormation count as there.
_IN_SERVICE = "InService"

_lock = threading.RLock()


class LaunchFailed(Exception):
    """No instance can be launched from what the group says."""


def install() -> None:
    replace(autoscaling, "_reconcile_instances", reconcile, parameters=("asg",))
    require(
        ec2,
        _resolve_launch_template_data=("spec",),
        _slot_from_lt_data=("spec", "lt_data"),
        _terminate_instances=("p",),
    )
    wrap(
        autoscaling,
        "_delete_asg",
        lambda original: lambda p: _terminating(original, p),
        parameters=("p",),
        actions=("DeleteAutoScalingGroup",),
    )
    instances.on_terminated(_replace_terminated)


def reconcile(group: dict) -> None:
    """Bring a group to its desired capacity, in the background as AWS does."""
    spawn_background(_settle, group, thread_name="auto-scaling")


def _settle(group: dict) -> None:
    with _lock:
        group.pop(_FAILURE, None)
        members = group["Instances"]
        try:
            while len(members) < group["DesiredCapacity"]:
                _launch(group)
            while len(members) > group["DesiredCapacity"]:
                _terminate(group, _first_to_go(members))
        except LaunchFailed as failure:
            group[_FAILURE] = str(failure)
            logger.warning("group %s: %s", group["AutoScalingGroupName"], failure)


def _launch(group: dict) -> None:
    """One more instance, a member of the group from when it has joined its cluster. (AWS: `Pending` before that.)"""
    subnet = _emptiest_subnet(group)
    specification, slot, version = _template_of(group)
    (record,) = ec2._launch_instances_internal(
        image_id=slot["image_id"],
        instance_type=slot["instance_type"],
        subnet_id=subnet["SubnetId"],
        count=1,
        key_name=slot["key_name"],
        user_data=slot["user_data"],
        sg_ids=slot["sg_ids"],
        iam_profile=slot["iam_profile"],
    )
    ec2._tags[record["InstanceId"]] = _tags(group, slot, specification, version)
    group["Instances"].append(
        {
            "InstanceId": record["InstanceId"],
            "LifecycleState": _IN_SERVICE,
            "HealthStatus": "Healthy",
            "AvailabilityZone": subnet["AvailabilityZone"],
            "ProtectedFromScaleIn": group["NewInstancesProtectedFromScaleIn"],
            "LaunchTemplate": {**specification, "Version": str(version)},
            "LaunchConfigurationName": "",
        }
    )


def _template_of(group: dict) -> tuple[dict, dict, int]:
    """The group's launch template, what it launches, and its version, which may be $Latest or $Default in the group."""
    specification = group.get("LaunchTemplate") or {}
    data, template, error = ec2._resolve_launch_template_data(specification)
    if error or not template:
        raise LaunchFailed("You must use a valid fully-formed launch template.")
    slot = ec2._slot_from_lt_data(specification, data)
    _require_base64(slot["user_data"])
    # The groups of a network interface stand for those of the instance: a template has one or the other.
    interfaces = data.get("NetworkInterfaces") or []
    slot["sg_ids"] = slot["sg_ids"] or (interfaces[0].get("Groups") if interfaces else None)
    wanted = str(specification.get("Version") or "$Default")
    numbers = {"$Default": "DefaultVersionNumber", "$Latest": "LatestVersionNumber"}
    return specification, slot, int(template[numbers[wanted]] if wanted in numbers else wanted)


def _require_base64(user_data: str) -> None:
    """A launch template's user data is base64: RunInstances alone takes it from SDKs that encode it."""
    try:
        base64.b64decode("".join(user_data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise LaunchFailed("Invalid BASE64 encoding of user data. Launching EC2 instance failed.") from None


def _emptiest_subnet(group: dict) -> dict:
    """The subnet, of those the group names, whose zone has the fewest of its instances."""
    names = [name.strip() for name in group["VPCZoneIdentifier"].split(",") if name.strip()]
    for name in names:
        if name not in ec2._subnets:
            raise LaunchFailed(f"The subnet ID '{name}' does not exist. Launching EC2 instance failed.")
    if not names:
        raise LaunchFailed("At least one Availability Zone or VPC Subnet is required.")
    zones = [member["AvailabilityZone"] for member in group["Instances"]]
    return min((ec2._subnets[name] for name in names), key=lambda subnet: zones.count(subnet["AvailabilityZone"]))


def _tags(group: dict, slot: dict, specification: dict, version: int) -> list[dict]:
    """The template's tags, the group's that propagate, and those by which AWS says where an instance comes from.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-tagging.html
    """
    tags = {tag["Key"]: tag["Value"] for tag in slot["instance_tags"]}
    tags |= {tag["Key"]: tag["Value"] for tag in group["Tags"] if tag.get("PropagateAtLaunch")}
    tags |= {
        "aws:autoscaling:groupName": group["AutoScalingGroupName"],
        "aws:ec2launchtemplate:id": specification["LaunchTemplateId"],
        "aws:ec2launchtemplate:version": str(version),
    }
    return [{"Key": key, "Value": str(value)} for key, value in tags.items()]


def _first_to_go(members: list[dict]) -> dict:
    """The default termination policy: of the fullest zone, the one with the oldest version of the template.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
    """
    zones = [member["AvailabilityZone"] for member in members]
    fullest = [m for m in members if zones.count(m["AvailabilityZone"]) == max(map(zones.count, zones))]
    return min(fullest, key=lambda member: int(member["LaunchTemplate"]["Version"]))


def _terminate(group: dict, member: dict) -> None:
    member["LifecycleState"] = "Terminating"
    ec2._terminate_instances({"InstanceId.1": [member["InstanceId"]]})
    group["Instances"].remove(member)


def _terminating(original: Callable[[dict], tuple], p: dict) -> tuple:
    """DeleteAutoScalingGroup with ForceDelete takes the instances along; without, a group that has some is in use."""
    group = autoscaling._asgs.get(autoscaling._p(p, "AutoScalingGroupName"))
    if group and group["Instances"]:
        if autoscaling._p(p, "ForceDelete") != "true":
            return autoscaling._error(
                "ResourceInUse",
                "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) "
                "still in the group.",
            )
        group["DesiredCapacity"] = 0
        reconcile(group)
    return original(p)


def _replace_terminated(instance_ids: list[str]) -> None:
    with _lock:
        for group in autoscaling._asgs.values():
            # Not those that the group itself is terminating.
            staying = [member for member in group["Instances"] if member["LifecycleState"] == _IN_SERVICE]
            lost = [member for member in staying if member["InstanceId"] in instance_ids]
            for member in lost:
                group["Instances"].remove(member)
            if lost:
                reconcile(group)
