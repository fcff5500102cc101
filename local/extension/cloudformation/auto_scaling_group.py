"""AWS::AutoScaling::AutoScalingGroup: done when the group has the instances it asks for, deleted when none is left.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-autoscalinggroup.html
The group's instances are `../auto_scaling.py`. An `UpdatePolicy` is not read: instances stay when the template changes.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import autoscaling
from ministack.services.cloudformation import provisioners

from .interrupt import announce, wait_until

TYPE = "AWS::AutoScaling::AutoScalingGroup"

# "Update requires: Replacement" in the property reference.
REPLACING = ("AutoScalingGroupName", "InstanceId")


def create(logical_id: str, props: dict, stack_name: str) -> tuple[str, dict]:
    _require_sizes(props)
    name, attributes = provisioners._asg_create(logical_id, props, stack_name)
    announce(name)
    _wait_for_size(name)
    return name, attributes


def update(physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str) -> tuple[str, dict]:
    _require_sizes(new_props)
    name, attributes = provisioners._asg_update(physical_id, old_props, new_props, stack_name, logical_id)
    _wait_for_size(name)
    return name, attributes


def delete(physical_id: str, props: dict) -> None:
    """CloudFormation empties the group first."""
    group = autoscaling._asgs.get(physical_id)
    if group is not None:
        group.update(MinSize=0, DesiredCapacity=0)
        _wait_for_size(physical_id)
        provisioners._asg_delete(physical_id, props)


def _wait_for_size(name: str) -> None:
    group = autoscaling._asgs[name]
    autoscaling._reconcile_instances(group)

    def is_settled() -> bool:
        failure = group.get("_failure")
        if failure:
            sizes = "/".join(str(size) for size in (len(group["Instances"]), group["MinSize"], group["MaxSize"]))
            raise ValueError(
                "Group did not stabilize. {current/minSize/maxSize} group size = "
                f"{{{sizes}}}. Failed Scaling Activity: {failure}"
            )
        in_service = [member for member in group["Instances"] if member["LifecycleState"] == "InService"]
        return len(in_service) == len(group["Instances"]) == group["DesiredCapacity"]

    wait_until(is_settled, f"group {name} to have {group['DesiredCapacity']} instances")


def _require_sizes(props: dict) -> None:
    minimum, maximum = int(props["MinSize"]), int(props["MaxSize"])
    desired = int(props.get("DesiredCapacity", minimum))
    if not minimum <= desired <= maximum:
        raise ValueError(
            f"Desired capacity:{desired} must be between the specified min size:{minimum} and max size:{maximum}"
        )


def with_stack_tags(original: Callable[..., dict]) -> Callable[..., dict]:
    """CloudFormation's own tags and those of the stack are on the instances too; a template's say so themselves.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-autoscaling-autoscalinggroup-tagproperty.html
    """

    def tagged(resource_type: str, props: dict, *of_stack: Any) -> dict:
        made = original(resource_type, props, *of_stack)
        if resource_type != TYPE:
            return made
        own = {tag["Key"] for tag in props.get("Tags") or []}
        tags = [tag if tag["Key"] in own else {**tag, "PropagateAtLaunch": True} for tag in made["Tags"]]
        return {**made, "Tags": tags}

    return tagged
