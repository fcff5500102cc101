"""Early validation: what CreateChangeSet, CreateStack and UpdateStack find before anything is made.

Names that are taken (`name_conflicts.py`) and properties outside their schema. A change set ends FAILED and names only
the validations; which resource it was, DescribeEvents tells. What a change set has passed is not asked again when it is
executed: a name taken in between fails the resource itself.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
The text: https://github.com/aws/aws-cdk-cli/issues/1000
"""

import contextvars
from collections.abc import Callable

from ministack.core.responses import new_uuid, now_iso
from ministack.services.cloudformation import stacks
from ministack.services.cloudformation.engine import _topological_sort

from . import name_conflicts, operations
from .conditions import evaluate
from .operations import StackOperation

# (logical id, type, validation name, path, reason), as MiniStack has them
Finding = tuple[str, str, str, str, str]

NAME_CONFLICT = "NAME_CONFLICT_VALIDATION"
_HOOKS = {
    "PROPERTY_VALIDATION": "AWS::EarlyValidation::PropertyValidation",
    NAME_CONFLICT: "AWS::EarlyValidation::ResourceExistenceCheck",
}
_executing: contextvars.ContextVar[bool] = contextvars.ContextVar("cfn_executing_change_set", default=False)


def with_names(original: Callable[..., list[Finding]]) -> Callable[..., list[Finding]]:
    """MiniStack's `_validation_errors`, and the names of more types than buckets."""

    def errors(
        resources_defs: dict, ordered: list, param_values: dict, conditions: dict, mappings: dict, stack_name: str,
        stack_id: str, owned_buckets: frozenset = frozenset(),
    ) -> list[Finding]:
        found = original(
            resources_defs, ordered, param_values, conditions, mappings, stack_name, stack_id, owned_buckets
        )
        if _executing.get():
            return [finding for finding in found if finding[2] != NAME_CONFLICT]
        known = (_stack(stack_id) or {}).get("_resources", {})

        def value(raw: object) -> object:
            return stacks._static_property(
                raw, resources_defs, param_values, conditions, mappings, stack_name, stack_id
            )

        for logical_id in ordered:
            definition = resources_defs[logical_id]
            condition = definition.get("Condition")
            if condition and not conditions.get(condition, True):
                continue
            properties = definition.get("Properties") or {}
            owned = known[logical_id].get("Properties", {}) if logical_id in known else None
            reason = name_conflicts.conflict(
                definition.get("Type", ""), lambda key, of=properties: value(of.get(key)), owned
            )
            if reason:
                found.append((logical_id, definition["Type"], NAME_CONFLICT, f"/Resources/{logical_id}", reason))
        return found

    return errors


def from_change_set(deploy: Callable) -> Callable:
    """The engine, started by ExecuteChangeSet."""

    async def run(*args: object, **kwargs: object) -> None:
        _executing.set(True)
        await deploy(*args, **kwargs)

    return run


def of_change_set(change_set: dict) -> list[Finding]:
    """What is wrong with a change set that would be executable."""
    imports = {
        change["ResourceChange"]["LogicalResourceId"]
        for change in change_set["Changes"]
        if change["ResourceChange"]["Action"] == "Import"
    }
    if change_set.get("_disable_validation") or change_set["ExecutionStatus"] != "AVAILABLE":
        return []
    template, parameters = change_set["_template"], change_set["_resolved_params"]
    definitions = template.get("Resources", {})
    conditions = evaluate(template, parameters)
    found = stacks._validation_errors(
        definitions, _topological_sort(definitions, conditions), parameters, conditions, template.get("Mappings", {}),
        change_set["StackName"], change_set["StackId"], _owned_buckets(change_set["StackId"]),
    )  # fmt: skip
    return [finding for finding in found if finding[0] not in imports]


def reason(findings: list[Finding]) -> str:
    """The change set's StatusReason."""
    hooks = ", ".join(sorted({_HOOKS[finding[2]] for finding in findings}))
    return (
        f"The following hook(s)/validation failed: [{hooks}]. To troubleshoot Early Validation errors, use the "
        "DescribeEvents API for detailed failure information."
    )


def record(stack_id: str, operation: StackOperation, findings: list[Finding]) -> None:
    """Let DescribeEvents tell."""
    for logical_id, resource_type, name, path, why in findings:
        operation.errors.append(
            {
                "EventId": new_uuid(), "StackId": stack_id, "EventType": "VALIDATION_ERROR",
                "LogicalResourceId": logical_id, "PhysicalResourceId": "", "ResourceType": resource_type,
                "Timestamp": now_iso(), "ValidationFailureMode": "FAIL", "ValidationName": name,
                "ValidationStatus": "FAILED", "ValidationStatusReason": why, "ValidationPath": path,
            }  # fmt: skip
        )


def record_found_by_engine(stack: dict, operation: StackOperation | None) -> None:
    """MiniStack keeps what it found in a create or an update on the stack; here it belongs to the operation."""
    for event in stack.pop("_operation_events", []):
        if event["EventType"] == "VALIDATION_ERROR" and operation is not None:
            fields = ("LogicalResourceId", "ResourceType", "ValidationName", "ValidationPath", "ValidationStatusReason")
            record(stack["StackId"], operation, [tuple(event[key] for key in fields)])


def _stack(stack_id: str) -> dict | None:
    from ministack.services.cloudformation import _stacks

    return next((stack for stack in _stacks.values() if stack["StackId"] == stack_id), None)


def _owned_buckets(stack_id: str) -> frozenset:
    resources = (_stack(stack_id) or {}).get("_resources", {})
    return frozenset(
        resource.get("PhysicalResourceId")
        for resource in resources.values()
        if resource.get("ResourceType") == "AWS::S3::Bucket"
    )
