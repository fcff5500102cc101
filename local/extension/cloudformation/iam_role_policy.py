"""AWS::IAM::RolePolicy: an inline policy embedded in one role.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-rolepolicy.html
"""

import json
import re

from ministack.services import iam

TYPE = "AWS::IAM::RolePolicy"
REPLACING = ("PolicyName", "RoleName")


def create(logical_id: str, props: dict, stack_name: str) -> tuple[str, dict]:
    _put(props)
    # Ref is documented as the resource's id: both parts of its identity, as the other two-part identifiers of AWS.
    return f"{props['PolicyName']}|{props['RoleName']}", {}


def update(physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str) -> tuple[str, dict]:
    _put(new_props)
    return physical_id, {}


def delete(physical_id: str, props: dict) -> None:
    """The role may be gone already: its delete takes the inline policies along."""
    iam._delete_role_policy({"RoleName": props["RoleName"], "PolicyName": props["PolicyName"]})


def _put(props: dict) -> None:
    document = props.get("PolicyDocument", {})
    status, _, body = iam._put_role_policy(
        {
            "RoleName": props["RoleName"],
            "PolicyName": props["PolicyName"],
            "PolicyDocument": document if isinstance(document, str) else json.dumps(document),
        }
    )
    if status >= 400:
        reason = re.search(r"<Message>(.*?)</Message>", body.decode(), re.DOTALL)
        raise ValueError(reason.group(1) if reason else f"{TYPE} was refused")
