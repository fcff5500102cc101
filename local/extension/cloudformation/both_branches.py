"""Fn::If with both of its branches evaluated.

Whether CloudFormation evaluates the branch that is not taken is unsettled: an error of Fn::FindInMap in one is reported
(https://github.com/awslabs/aws-cloudformation-templates/issues/271), others see such errors only under a transform
(https://github.com/aws-cloudformation/cfn-language-discussion/issues/113). This is the stricter reading: every
Fn::Select and Fn::FindInMap of the template must work, also in a branch or a resource that a condition leaves out, as
far as parameters alone decide. References to resources that are left out stay allowed, as everywhere on AWS.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

import copy
from collections.abc import Callable, Iterator

from ministack.services.cloudformation.engine import _intrinsic_references, _resolve_refs

from .conditions import evaluate

_PARTIAL = ("Fn::Select", "Fn::FindInMap")
# What only a made resource, another stack or a store knows.
_LATER = ("Fn::GetAtt", "Fn::ImportValue", "Fn::Transform", "Fn::GetAZs")


def checked(original: Callable) -> Callable:
    """MiniStack's parameter resolution, followed by the look at every branch; a ValueError is the request's refusal."""

    def resolve(template: dict, provided_params: list[dict], previous_params: dict | None = None) -> dict:
        values = original(template, provided_params, previous_params)
        conditions = evaluate(template, values)
        for section in ("Resources", "Outputs"):
            for call in _calls(template.get(section) or {}):
                if _is_known(call, template):
                    _resolve_refs(
                        copy.deepcopy(call), {}, values, conditions, template.get("Mappings", {}), "stack", "stack"
                    )
        return values

    return resolve


def _calls(value: object) -> Iterator[dict]:
    """Every call of a function that not all arguments satisfy, inner ones first."""
    if isinstance(value, list):
        for item in value:
            yield from _calls(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _calls(item)
        if len(value) == 1 and next(iter(value)) in _PARTIAL:
            yield value


def _is_known(call: dict, template: dict) -> bool:
    resources = template.get("Resources") or {}
    return not any(name in resources for name, _ in _intrinsic_references(call)) and not _has(call, _LATER)


def _has(value: object, functions: tuple[str, ...]) -> bool:
    if isinstance(value, list):
        return any(_has(item, functions) for item in value)
    if isinstance(value, dict):
        return any(name in functions or _has(item, functions) for name, item in value.items())
    return False
