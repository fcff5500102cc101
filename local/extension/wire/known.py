"""Violations of MiniStack's that are known and touch nobody here, each with its reason.

Whoever mends one in MiniStack or in the extension takes its entry out: one that a whole test run does not hit is named
in the run's report.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from .faults import Fault


@dataclass(frozen=True)
class Known:
    side: str
    # Patterns of the shell; members are spelled as in the report (`tags[].key`).
    call: str
    member: str
    kinds: frozenset[str]
    reason: str
    value: str = "*"

    @property
    def id(self) -> str:
        return f"{self.call} {self.member} {self.value} ({', '.join(sorted(self.kinds))})"


def _answer(call: str, member: str, kind: str, reason: str, value: str = "*") -> Known:
    return Known("answer", call, member, frozenset(kind.split("|")), reason, value)


def _on_purpose(side: str, call: str, member: str, kind: str, value: str, where: str) -> Known:
    return Known(side, call, member, frozenset({kind}), f"put in on purpose by {where}", value)


_NO_DESCRIPTION = "MiniStack sends a description that nobody gave as an empty text; the kit reads none"
_VPC = "members that EC2's Vpc does not have; clients drop them"

KNOWN: tuple[Known, ...] = (
    _answer("cloudformation.*", "*escription", "length", _NO_DESCRIPTION, ""),
    Known(
        "request", "cloudtrail CloudTrail_20131101.LookupEvents", "request", frozenset({"unchecked"}),
        "the CDK CLI asks for the reasons of a failure in CloudTrail, under the short name of the service, which AWS takes "
        "too; there is no trail here, and it goes on without",
    ),
    _answer("cloudformation.DescribeChangeSet", "changeSetType", "unknown", "DescribeChangeSet has none; clients drop it"),
    _answer("cloudformation.ValidateTemplate", "parameters[].parameterType", "unknown", "as above"),
    _answer(
        "cloudformation.Describe*Events", "*vents[].resourceStatus", "enum",
        "AWS sends it too, for the shell of a stack that a change set makes: the model's enumeration lacks it",
        "REVIEW_IN_PROGRESS",
    ),
    _answer(
        "cloudformation.Describe*Events", "*vents[].resourceStatus", "enum",
        "as above, for the clean-up after an update", "UPDATE_*COMPLETE_CLEANUP_IN_PROGRESS",
    ),
    _answer("autoscaling.DescribeAutoScalingGroups", "autoScalingGroups[].launchConfigurationName", "length",
            "an empty text for a group of a launch template; nobody here reads launch configurations", ""),
    _answer("ec2.CreateSecurityGroup", "return", "unknown", "EC2 answers so to other calls; clients drop it"),
    _answer("ec2.*", "vpc*.defaultNetworkAclId", "unknown", _VPC),
    _answer("ec2.*", "vpc*.defaultSecurityGroupId", "unknown", _VPC),
    _answer("ec2.*", "vpc*.mainRouteTableId", "unknown", _VPC),
    _answer(
        "ec2.DescribeVpcEndpoints", "vpcEndpoints[].state", "enum",
        "AWS's own examples of this call have it in small letters, and the model in capital ones", "available",
    ),
    _answer("servicediscovery.ListServices", "services[].namespaceId", "unknown",
            "no ServiceSummary has it, and no type of an SDK: nobody here can read it"),
    _answer("ssm.GetParameters", "invalidParameters", "length", "AWS sends the empty list too, its examples show it", "[]"),
    _on_purpose("resource", "AWS::ECS::Service", "#/DesiredCout", "unknown", "2", "test_cloudformation_service.py"),
    _on_purpose("resource", "AWS::ECS::TaskDefinition", "#/ContainerDefinitions[]/Memory", "type", "lots",
                "test_cloudformation_task_definition.py"),
)  # fmt: skip


def find(side: str, name: str, fault: Fault) -> Known | None:
    return _find(side, name, fault.member, fault.kind, fault.value)


@lru_cache(maxsize=4096)
def _find(side: str, name: str, member: str, kind: str, value: str) -> Known | None:
    for known in KNOWN:
        if known.side == side and kind in known.kinds and fnmatchcase(name, known.call):
            # A member's name holds brackets, which the shell reads as sets.
            if _alike(member, known.member) and _alike(value, known.value):
                return known
    return None


def _alike(text: str, pattern: str) -> bool:
    return fnmatchcase(text.replace("[]", "·"), pattern.replace("[]", "·"))
