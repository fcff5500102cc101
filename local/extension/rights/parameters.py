"""Parameters of an EC2 type are looked up in the name of whoever operates the stack, before any resource is touched.

A denial rolls the stack back: seen on AWS two seconds after the start, as `AccessDenied. User doesn't have permission
to call ec2:Describe…` (https://github.com/yugabyte/yugabyte-db/issues/4336).
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
"""

import re
from typing import Any

from .principal import acting_for
from .question import Question, ask

_LOOKED_UP_BY = {
    "AWS::EC2::AvailabilityZone::Name": "ec2:DescribeAvailabilityZones",
    "AWS::EC2::Image::Id": "ec2:DescribeImages",
    "AWS::EC2::Instance::Id": "ec2:DescribeInstances",
    "AWS::EC2::KeyPair::KeyName": "ec2:DescribeKeyPairs",
    "AWS::EC2::SecurityGroup::GroupName": "ec2:DescribeSecurityGroups",
    "AWS::EC2::SecurityGroup::Id": "ec2:DescribeSecurityGroups",
    "AWS::EC2::Subnet::Id": "ec2:DescribeSubnets",
    "AWS::EC2::VPC::Id": "ec2:DescribeVpcs",
    "AWS::EC2::Volume::Id": "ec2:DescribeVolumes",
}


def refusal(stack_id: str, template: dict[str, Any]) -> str:
    """Why the parameters cannot be looked up, or nothing."""
    declared = (template.get("Parameters") or {}).values()
    types = {re.sub(r"^List<(.*)>$", r"\1", str(parameter.get("Type"))) for parameter in declared}
    for action in sorted({_LOOKED_UP_BY[name] for name in types if name in _LOOKED_UP_BY}):
        if ask(acting_for(stack_id), Question(action, "*"), "parameters"):
            return f"AccessDenied. User doesn't have permission to call {action}"
    return ""
