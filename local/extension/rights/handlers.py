"""What a resource handler asks of whoever operates the stack: the permissions that the type's registry schema lists.

A create begins with what makes and tags the resource; what changes or reads it is asked for when it is there, so that
a denial leaves something for the rollback to delete. Update and delete ask before they work, an update for what it reads
afterwards. What is waived (`waivers.json`, each with its reason) is not asked for; what services ask for beside it (`beside.json`) is. A denial is the handler's failure,
in AWS's words.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid

from . import types
from .principal import acting_for
from .question import Denial, Question, ask
from .requests import tag_context
from .types import Subject

_DATA = Path(__file__).resolve().parent
_READING = re.compile(r":(Describe|Get|List|BatchGet)")
_TAGGING = re.compile(r":(AddTags|RemoveTags|CreateTags|DeleteTags|CreateOrUpdateTags|TagRole|UntagRole|TagResource|UntagResource)$")
# What stands behind a pattern in a schema, of that which the templates' resources make the handler call.
_PATTERNS = {
    ("AWS::AutoScaling::AutoScalingGroup", "autoscaling:Describe*"): (
        "autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeScalingActivities"),
    ("AWS::AutoScaling::AutoScalingGroup", "ec2:Describe*"): ("ec2:DescribeLaunchTemplateVersions",),
}  # fmt: skip
# What a create may call before the resource is there, beside the action that makes it.
_FIRST = frozenset(
    {"ec2:RunInstances", "iam:CreateServiceLinkedRole", "iam:PassRole", "route53:CreateHostedZone", "ssm:GetParameters"}
)
# Services' own roles, which the first resource of a service in an account makes.
_LINKED = {
    "AWS::AutoScaling::AutoScalingGroup": ("autoscaling", "AutoScaling"),
    "AWS::ECS::Service": ("ecs", "ECS"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("elasticloadbalancing", "ElasticLoadBalancing"),
    "AWS::ElasticLoadBalancingV2::TargetGroup": ("elasticloadbalancing", "ElasticLoadBalancing"),
}
# The action that makes the resource.
_CREATING = {
    "AWS::AutoScaling::AutoScalingGroup": "autoscaling:CreateAutoScalingGroup",
    "AWS::EC2::LaunchTemplate": "ec2:CreateLaunchTemplate",
    "AWS::EC2::SecurityGroup": "ec2:CreateSecurityGroup",
    "AWS::EC2::SecurityGroupIngress": "ec2:AuthorizeSecurityGroupIngress",
    "AWS::EC2::VPCEndpoint": "ec2:CreateVpcEndpoint",
    "AWS::ECS::Service": "ecs:CreateService",
    "AWS::ECS::TaskDefinition": "ecs:RegisterTaskDefinition",
    "AWS::ElasticLoadBalancingV2::Listener": "elasticloadbalancing:CreateListener",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "elasticloadbalancing:CreateLoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "elasticloadbalancing:CreateTargetGroup",
    "AWS::IAM::InstanceProfile": "iam:CreateInstanceProfile",
    "AWS::IAM::Role": "iam:CreateRole",
    "AWS::Logs::LogGroup": "logs:CreateLogGroup",
    "AWS::SecretsManager::ResourcePolicy": "secretsmanager:PutResourcePolicy",
    "AWS::SecretsManager::Secret": "secretsmanager:CreateSecret",
    "AWS::ServiceDiscovery::Instance": "servicediscovery:RegisterInstance",
    "AWS::ServiceDiscovery::PrivateDnsNamespace": "servicediscovery:CreatePrivateDnsNamespace",
    "AWS::ServiceDiscovery::Service": "servicediscovery:CreateService",
}
# Service as the SDKs name it, HTTP status and error code of a denial.
_REFUSALS = {
    "autoscaling": ("AutoScaling", 403, "AccessDenied"),
    "ec2": ("Ec2", 403, "UnauthorizedOperation"),
    "ecs": ("AmazonECS", 400, "AccessDeniedException"),
    "elasticloadbalancing": ("ElasticLoadBalancingV2", 403, "AccessDenied"),
    "iam": ("Iam", 403, "AccessDenied"),
    "logs": ("CloudWatchLogs", 400, "AccessDeniedException"),
    "route53": ("Route53", 403, "AccessDenied"),
    "secretsmanager": ("SecretsManager", 400, "AccessDeniedException"),
    "servicediscovery": ("ServiceDiscovery", 400, "AccessDeniedException"),
    "ssm": ("Ssm", 400, "AccessDeniedException"),
}


# Tags of what stacks have made, by ARN; an ARN that is gone is never used again.
_tags_of: dict[str, dict[str, str]] = {}


# Types whose resources CloudFormation tags with their stack's name.
TAGGED = frozenset(json.loads((_DATA / "handlers.json").read_text())["systemTags"])


class HandlerDenied(ValueError):
    """The handler's failure; its text is the resource's status reason."""


def before(stack_id: str, verb: str, subject: Subject) -> None:
    """Ask for what the handler needs to begin. @raises HandlerDenied"""
    _require(stack_id, verb, subject, [each for each in actions(subject.type, verb) if _is_first(subject, verb, each)])


def after(stack_id: str, verb: str, subject: Subject) -> None:
    """Ask for what the handler, and the read handler behind it, need once the resource is there. @raises HandlerDenied"""
    rest = [each for each in actions(subject.type, verb) if not _is_first(subject, verb, each)]
    _require(stack_id, verb, subject, dict.fromkeys([*rest, *actions(subject.type, "read")]))


def made(subject: Subject) -> None:
    """CloudFormation has tagged the resource with its stack's name, if it is of a type that it tags."""
    if subject.type in TAGGED:
        _tags_of[types.own(subject)] = _tags(subject)


def _is_first(subject: Subject, verb: str, action: str) -> bool:
    if verb == "create":
        return action in _FIRST or action == _CREATING.get(subject.type) or bool(_TAGGING.search(action))
    return verb == "delete" or not _READING.search(action)


def actions(resource_type: str, verb: str) -> list[str]:
    """The actions of a handler without what is waived, patterns resolved; none for a type that no template has."""
    listed = _load("handlers.json")["types"].get(resource_type, {}).get(verb, [])
    wanted = [action for action in listed if not _is_waived(resource_type, action)]
    resolved = [each for action in wanted for each in _PATTERNS.get((resource_type, action), (action,))]
    return [*dict.fromkeys([*resolved, *_beside(resource_type, verb)])]


def _beside(resource_type: str, verb: str) -> list[str]:
    """What a service asks for beside its action: when the resource is made, or when it goes."""
    when = {True: "delete", False: "create"}
    listed = [entry["action"] for entry in _list("beside.json") if entry["type"] == resource_type]
    return [action for action in listed if when[":Delete" in action] == verb]


def questions(verb: str, subject: Subject, action: str) -> list[Question]:
    """An action's questions: on each resource it concerns, with the condition keys it knows."""
    if action == "iam:PassRole":
        return [Question(action, role, {"iam:PassedToService": to}) for role, to in types.passed(subject)]
    if action == "iam:CreateServiceLinkedRole":
        return _linked_role(subject)
    if action == "ssm:GetParameters":
        return [Question(action, parameter) for parameter in types.image_parameters(subject)]
    known = _load("service_authorization.json")["actions"].get(action) or {"resources": {}, "conditionKeys": []}
    named = types.named(subject)
    if _TAGGING.search(action):
        named = dict([next(iter(named.items()))])
    concerned = [(arn, kind) for kind in known["resources"] for arn in named.get(kind, [])]
    if not concerned:
        concerned = [(_any(entry["arn"]), kind) for kind, entry in known["resources"].items() if entry["required"]][:1]
    return [
        Question(action, arn, _context(verb, subject, arn, _keys(known, kind)))
        for arn, kind in dict.fromkeys(concerned or [("*", "")])
    ]


def _linked_role(subject: Subject) -> list[Question]:
    """Asked for with every resource, not only with the account's first, whoever happens to make that."""
    service, name = _LINKED[subject.type]
    arn = subject.iam(f"role/aws-service-role/{service}.amazonaws.com/AWSServiceRoleFor{name}")
    return [Question("iam:CreateServiceLinkedRole", arn, {"iam:AWSServiceName": f"{service}.amazonaws.com"})]


def _keys(known: dict, kind: str) -> set[str]:
    """Condition keys of an action on a kind of resource, the tags' without the name of one."""
    keys = [*known["conditionKeys"], *known["resources"].get(kind, {}).get("conditionKeys", [])]
    return {key.split("${")[0] for key in keys}


def _require(stack_id: str, verb: str, subject: Subject, wanted: Iterable[str]) -> None:
    who = acting_for(stack_id)
    if who is None:
        return
    for action in wanted:
        for question in questions(verb, subject, action):
            denial = ask(who, question, f"{subject.type} {verb}")
            if denial:
                raise HandlerDenied(_reason(denial))


def _is_waived(resource_type: str, action: str) -> bool:
    return any(
        waiver["type"] == resource_type and waiver["action"] == action
        for waiver in _list("waivers.json")
    )


def _context(verb: str, subject: Subject, arn: str, keys: set[str]) -> dict[str, Any]:
    context: dict[str, Any] = {}
    if "aws:RequestTag/" in keys and verb != "delete":
        # Tags that begin with aws: are set by AWS itself: no policy should lean on their being in the request.
        own = [(key, value) for key, value in _tags(subject).items() if not key.startswith("aws:")]
        context.update(tag_context(own))
    if "aws:ResourceTag/" in keys:
        context.update({f"aws:ResourceTag/{key}": value for key, value in _tags_of.get(arn, {}).items()})
    if "ecs:cluster" in keys and subject.type == "AWS::ECS::Service":
        cluster = str(subject.properties.get("Cluster") or "default")
        context["ecs:cluster"] = cluster if cluster.startswith("arn:") else subject.arn("ecs", f"cluster/{cluster}")
    if verb == "create":
        creating = [key for key in keys if key.endswith(":CreateAction")]
        context.update({key: _CREATING[subject.type].split(":")[1] for key in creating})
    return context


def _tags(subject: Subject) -> dict[str, str]:
    """Its tags, and those that CloudFormation sets.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html
    """
    tags = subject.properties.get("Tags") or []
    own = dict(tags) if isinstance(tags, dict) else {tag["Key"]: str(tag.get("Value", "")) for tag in tags}
    # The stack's id would make each record of a question another one.
    own.pop("aws:cloudformation:stack-id", None)
    return {
        **own,
        "aws:cloudformation:stack-name": subject.stack_name,
        "aws:cloudformation:logical-id": subject.logical_id,
    }


def _any(template: str) -> str:
    """Any resource of a kind, where none is known."""
    place = {"Partition": "aws", "Region": get_region(), "Account": get_account_id()}
    return re.sub(r"\$\{(\w+)\}", lambda found: place.get(found[1], "*"), template)


def _reason(denial: Denial) -> str:
    service, status, code = _REFUSALS[denial.question.action.split(":", 1)[0]]
    message = denial.message
    if code == "UnauthorizedOperation":
        message = f"You are not authorized to perform this operation. {message}"
    details = f"Service: {service}; Status Code: {status}; Error Code: {code}; Request ID: {new_uuid()}; Proxy: null"
    return (
        f'Resource handler returned message: "{message} ({details})" '
        f"(RequestToken: {new_uuid()}, HandlerErrorCode: AccessDenied)"
    )


@cache
def _load(name: str) -> dict:
    return json.loads((_DATA / name).read_text())


@cache
def _list(name: str) -> list[dict]:
    return json.loads((_DATA / name).read_text())
