"""The guard for what makes no request: the resources of a stack, whose handlers in MiniStack write its stores directly.

Each resource is held to its type's schema and to the API that its handler would call, with its values resolved, before
it is made or changed. What does not fit fails the resource in AWS's words, and so the stack, as it would there.
"""

import uuid
from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import stacks
from ministack.services.cloudformation.engine import _NO_VALUE

from ...patching import wrap
from ..call import service_of
from ..faults import Fault, in_words
from ..report import Report
from . import check, schema
from .members import TYPES

_SERVICES = {"ec2": "Ec2", "ecs": "Ecs", "elbv2": "ElasticLoadBalancingV2", "iam": "Iam", "logs": "CloudWatchLogs"}


class InvalidResource(ValueError):
    """A resource that CloudFormation or the API behind it refuses."""


def install(report: Report) -> None:
    wrap(stacks, "_provision_keeping_seed", _guarded(report, type_at=0, properties_at=2, name_at=1), ("args",))
    wrap(stacks, "_update_keeping_seed", _guarded(report, type_at=0, properties_at=3, name_at=5), ("args",))


def _guarded(report: Report, type_at: int, properties_at: int, name_at: int) -> Callable[[Callable], Callable]:
    def around(original: Callable) -> Callable:
        def checked(*args: Any) -> Any:
            require_valid(args[type_at], args[name_at], args[properties_at], report)
            return original(*args)

        return checked

    return around


def require_valid(resource_type: str, logical_id: str, properties: dict, report: Report) -> None:
    """Raises InvalidResource with the reason that the stack's events show."""
    if resource_type.startswith(("Custom::", "AWS::CloudFormation::")):
        return
    given = _as_written(properties)
    by_schema = schema.faults_of(resource_type, given)
    by_api = [] if by_schema else check.faults_of(resource_type, given)
    report.resource(resource_type, by_schema + by_api)
    if by_schema:
        listed = "\n".join(fault.constraint for fault in by_schema)
        raise InvalidResource(f"Properties validation failed for resource {logical_id} with message:\n{listed}")
    if by_api:
        raise InvalidResource(_handler_message(resource_type, by_api))


def _handler_message(resource_type: str, faults: list[Fault]) -> str:
    service = TYPES[resource_type].service
    named = _SERVICES.get(service) or str(service_of(service).model.service_id)
    alone = faults[0].constraint
    message = in_words(faults) if alone.startswith("Member must") else alone
    request, token = uuid.uuid4(), uuid.uuid4()
    return (
        f'Resource handler returned message: "{message} (Service: {named}, Status Code: 400, Request ID: {request})" '
        f"(RequestToken: {token}, HandlerErrorCode: InvalidRequest)"
    )


def _as_written(properties: dict) -> dict:
    """Without the tags that CloudFormation itself puts on a resource, and without what AWS::NoValue leaves out."""
    given = _without_no_value(properties)
    tags = given.get("Tags")
    if isinstance(tags, list):
        own = [tag for tag in tags if not (isinstance(tag, dict) and str(tag.get("Key", "")).startswith("aws:"))]
        given = {name: value for name, value in given.items() if name != "Tags"} | ({"Tags": own} if own else {})
    return given


def _without_no_value(value: Any) -> Any:
    """AWS::NoValue leaves a property, or an item, out."""
    if isinstance(value, dict):
        return {name: _without_no_value(each) for name, each in value.items() if each is not _NO_VALUE}
    if isinstance(value, list):
        return [_without_no_value(each) for each in value if each is not _NO_VALUE]
    return value
