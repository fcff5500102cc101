"""Constraints that AWS's models have in words only: each with the sentence of the model's documentation that says so.

`test_wire_resources.py` looks for every sentence in botocore, so that a change of AWS's words is noticed.
"""

import re
from dataclasses import dataclass

from ..faults import Fault, shown


@dataclass(frozen=True)
class Documented:
    pattern: re.Pattern[str]
    # A sentence of the member's documentation, without markup.
    sentence: str
    # What the service answers.
    answer: str

    def fault(self, value: str, path: str) -> Fault | None:
        return None if self.pattern.fullmatch(value) else Fault("pattern", path, shown(value), self.answer)


def _ec2(what: str, sentence: str, characters: str = r"a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*") -> Documented:
    answer = (
        f"Invalid {what}. Valid {what.split()[-1]}s are strings less than 256 characters from the following set: "
        " a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
    )
    return Documented(re.compile(f"[{characters}]{{0,255}}"), sentence, answer)


def _name(pattern: str, sentence: str) -> Documented:
    return Documented(re.compile(pattern), sentence, f"Member must satisfy regular expression pattern: {pattern}")


_WITH_AMPERSAND = "Allowed characters are a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*"
_WITHOUT = "Allowed characters are a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=;{}!$*"
_NARROWER = r"a-zA-Z0-9 ._\-:/()#,@\[\]+=;{}!$*"
_GROUP = "Valid characters: a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*"
_ECS_NAME = "Up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens are allowed."

# (service, shape, member)
DOCUMENTED: dict[tuple[str, str, str], Documented] = {
    ("ec2", "IpRange", "Description"): _ec2("rule description", _WITH_AMPERSAND),
    ("ec2", "Ipv6Range", "Description"): _ec2("rule description", _WITH_AMPERSAND),
    ("ec2", "UserIdGroupPair", "Description"): _ec2("rule description", _WITHOUT, _NARROWER),
    ("ec2", "PrefixListId", "Description"): _ec2("rule description", _WITHOUT, _NARROWER),
    ("ec2", "CreateSecurityGroupRequest", "Description"): _ec2("security group description", _GROUP),
    ("ec2", "CreateSecurityGroupRequest", "GroupName"): _ec2("security group name", _GROUP),
    ("ec2", "Tag", "Key"): _name(r".{1,127}", "accept a maximum of 127 Unicode characters"),
    ("ec2", "Tag", "Value"): _name(r"(?s:.){0,256}", "accept a maximum of 256 Unicode characters"),
    ("ecs", "CreateServiceRequest", "serviceName"): _name(r"[A-Za-z0-9_-]{1,255}", _ECS_NAME),
    ("ecs", "RegisterTaskDefinitionRequest", "family"): _name(r"[A-Za-z0-9_-]{1,255}", _ECS_NAME),
    ("ecs", "ContainerDefinition", "name"): _name(r"[A-Za-z0-9_-]{1,255}", _ECS_NAME),
    ("elbv2", "CreateLoadBalancerInput", "Name"): _name(
        r"(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?",
        'can have a maximum of 32 characters, must contain only alphanumeric characters or hyphens, must not begin '
        'or end with a hyphen, and must not begin with "internal-".',
    ),
    ("elbv2", "CreateTargetGroupInput", "Name"): _name(
        r"[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?",
        "can have a maximum of 32 characters, must contain only alphanumeric characters or hyphens, and must not "
        "begin or end with a hyphen.",
    ),
    ("secretsmanager", "CreateSecretRequest", "Name"): _name(
        r"[A-Za-z0-9/_+=.@-]{1,512}",
        "The secret name can contain ASCII letters, numbers, and the following characters: /_+=.@-",
    ),
}
