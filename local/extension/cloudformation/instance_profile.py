"""AWS::IAM::InstanceProfile: its Ref is its name, and its role must be there.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-instanceprofile.html
"""

from ministack.services import iam
from ministack.services.cloudformation import provisioners

TYPE = "AWS::IAM::InstanceProfile"
REPLACING = ("InstanceProfileName", "Path")


def create(logical_id: str, props: dict, stack_name: str) -> tuple[str, dict]:
    _require_role(props)
    arn, attributes = provisioners._iam_ip_create(logical_id, props, stack_name)
    return arn.rsplit("/", 1)[-1], attributes


def update(physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str) -> tuple[str, dict]:
    """The role, the one property that changes in place."""
    _require_role(new_props)
    profile = iam._instance_profiles[physical_id]
    profile["Roles"] = provisioners._iam_ip_roles(new_props)
    return physical_id, {"Arn": profile["Arn"]}


def delete(physical_id: str, props: dict) -> None:
    iam._instance_profiles.pop(physical_id, None)


def _require_role(props: dict) -> None:
    for role in props.get("Roles") or []:
        if role not in iam._roles:
            raise ValueError(f"The role with name {role} cannot be found.")
