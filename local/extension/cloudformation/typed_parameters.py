"""Parameters whose type names a kind of AWS resource: each value must be one that exists.

CreateStack and the change set are taken; the operation then rolls back before it touches a resource (two seconds later
on AWS). Observed on AWS for images, subnets and key pairs: "Parameter validation failed: parameter value X for parameter
name P does not exist".
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
"""

import re
from collections.abc import Callable

from ministack.services import ec2

_KIND = re.compile(r"^(?:AWS::SSM::Parameter::Value<)?(?P<list>List<)?(?P<kind>AWS::[A-Za-z0-9:]+)>{0,2}$")


def _image_exists(image_id: str) -> bool:
    # An image of any account that is shared with this one; MiniStack knows some of Amazon's by their ids alone.
    return any(key[2] == image_id for key, _ in ec2._images.all_items()) or any(
        stub[0] == image_id for stub in ec2._STUB_AMIS
    )


EXISTS: dict[str, Callable[[str], bool]] = {
    "AWS::EC2::Image::Id": _image_exists,
    "AWS::EC2::Instance::Id": lambda value: value in ec2._instances,
    "AWS::EC2::KeyPair::KeyName": lambda value: value in ec2._key_pairs,
    "AWS::EC2::SecurityGroup::GroupName": lambda value: any(
        group["GroupName"] == value for group in ec2._security_groups.values()
    ),
    "AWS::EC2::SecurityGroup::Id": lambda value: value in ec2._security_groups,
    "AWS::EC2::Subnet::Id": lambda value: value in ec2._subnets,
    "AWS::EC2::Volume::Id": lambda value: value in ec2._volumes,
    "AWS::EC2::VPC::Id": lambda value: value in ec2._vpcs,
}


def typed_values(template: dict, parameters: dict) -> list[tuple[str, str, str]]:
    """(kind, parameter, value) of every parameter whose type names a kind of resource that is looked up."""
    found = []
    for name, definition in (template.get("Parameters") or {}).items():
        kind = _KIND.match(definition.get("Type", "String"))
        if kind is None or kind["kind"] not in EXISTS or name not in parameters:
            continue
        value = str(parameters[name]["Value"])
        values = [each.strip() for each in value.split(",")] if kind["list"] else [value]
        found += [(kind["kind"], name, each) for each in values]
    return found


def failure(template: dict, parameters: dict) -> str:
    """Why an operation with these values rolls back at once, or an empty string."""
    missing = [
        f"parameter value {value} for parameter name {name} does not exist"
        for kind, name, value in typed_values(template, parameters)
        if not EXISTS[kind](value)
    ]
    return f"Parameter validation failed: {', '.join(missing)}." if missing else ""
