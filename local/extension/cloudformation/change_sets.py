"""Change sets as a deployer meets them: they take a moment, hide NoEcho values, and refuse in AWS's words.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
"""

import asyncio
import copy
import re
from collections.abc import Callable

from ministack.services.cloudformation import changesets, stacks
from ministack.services.cloudformation.helpers import _error, _p

from .. import pace
from . import early_validation, operations
from .conditions import evaluate

Answer = tuple
Handler = Callable[[dict], Answer]

_MASK = "****"
_NO_CHANGES = "The submitted information didn't contain changes."
_CHANGEABLE = frozenset(
    {
        "CREATE_COMPLETE", "CREATE_FAILED", "UPDATE_COMPLETE", "UPDATE_FAILED", "UPDATE_ROLLBACK_COMPLETE",
        "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE",
    }
)  # fmt: skip


def by_stack_name(original: Handler) -> Handler:
    """Every operation takes a stack's name or its ARN; MiniStack finds change sets by the name only."""

    def answer(params: dict) -> Answer:
        stack = find_stack(params)
        return original({**params, "StackName": [stack["StackName"]]} if stack else params)

    return answer


def create(original: Handler) -> Handler:
    """CreateChangeSet."""

    def answer(params: dict) -> Answer:
        before = find_stack(params)
        refusal = _refusal(before, _p(params, "ChangeSetType", "UPDATE"), _p(params, "ChangeSetName"))
        if refusal is not None:
            return refusal
        response = original(params)
        if before is not None:
            response = _keep_known_stack(before, response)
        if response[0] < 400:
            _finish_later(_created(response))
        return response

    return answer


def create_stack(original: Handler) -> Handler:
    """CreateStack: a stack that failed to create keeps its name until it is deleted; a deleted one keeps its ARN."""

    def answer(params: dict) -> Answer:
        before = find_stack(params)
        if before is not None and before["StackStatus"] == "ROLLBACK_COMPLETE":
            return _error("AlreadyExistsException", f"Stack [{before['StackName']}] already exists")
        response = original(params)
        return _keep_known_stack(before, response) if before is not None else response

    return answer


def only_wanted(original: Callable[..., dict]) -> Callable[..., dict]:
    """A resource whose condition is false is not part of the stack, so no change set lists it, and one whose condition
    turns is added or removed.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
    """

    def resolve(template: dict, params: dict, stack_name: str, stack_id: str) -> dict:
        resolved = original(template, params, stack_name, stack_id)
        conditions = evaluate(template, params) if template else {}
        wanted = {
            logical_id: resource
            for logical_id, resource in resolved.get("Resources", {}).items()
            if conditions.get(resource.get("Condition", ""), True)
        }
        return {**resolved, "Resources": wanted}

    return resolve


def execute(original: Handler) -> Handler:
    """ExecuteChangeSet: only what is available, with AWS's reason when it is not."""

    def answer(params: dict) -> Answer:
        name = _p(params, "ChangeSetName")
        _, change_set = changesets._find_change_set(name, _p(params, "StackName"))
        if change_set is None:
            return _error("ChangeSetNotFound", f"ChangeSet [{name}] does not exist", 404)
        arn, status, execution = (change_set[key] for key in ("ChangeSetId", "Status", "ExecutionStatus"))
        if status != "CREATE_COMPLETE":
            return _unexecutable(f"ChangeSet [{arn}] cannot be executed in its current status of [{status}]")
        if execution != "AVAILABLE":
            return _unexecutable(
                f"ChangeSet [{arn}] cannot be executed in its current execution status of [{execution}]"
            )
        return original(params)

    return answer


def _unexecutable(message: str) -> Answer:
    return _error("InvalidChangeSetStatus", message)


def find_stack(params: dict) -> dict | None:
    from ministack.services.cloudformation.handlers import _resolve_stack

    return _resolve_stack(_p(params, "StackName"))


def _refusal(stack: dict | None, change_set_type: str, change_set_name: str) -> Answer | None:
    """Why this stack takes no such change set now."""
    status = (stack or {}).get("StackStatus", "DELETE_COMPLETE")
    if stack is None or status == "DELETE_COMPLETE":
        return None
    if change_set_type == "CREATE":
        if status == "REVIEW_IN_PROGRESS":
            return None
        if status in _CHANGEABLE:
            return _error(
                "AlreadyExistsException",
                f"Stack [{stack['StackName']}] already exists and cannot be created again with the changeSet "
                f"[{change_set_name}].",
            )
    if status in _CHANGEABLE or (change_set_type == "IMPORT" and status == "REVIEW_IN_PROGRESS"):
        return None
    return _error("ValidationError", f"Stack:{stack['StackId']} is in {status} state and can not be updated.")


def _keep_known_stack(before: dict, response: Answer) -> Answer:
    """MiniStack puts a new record in the place of a shell or a deleted stack; AWS keeps both."""
    from ministack.services.cloudformation import _change_sets, _stack_events, _stacks

    now = _stacks.get(before["StackName"])
    if now is before:
        return response
    if before["StackStatus"] == "DELETE_COMPLETE":
        # No longer known by its name, still by its ARN.
        _stacks[before["StackId"]] = before
        return response
    _stacks[before["StackName"]] = before
    if now is None:
        return response
    _stack_events.pop(now["StackId"], None)
    for change_set in _change_sets.values():
        if change_set["StackId"] == now["StackId"]:
            change_set["StackId"] = before["StackId"]
    status, headers, body = response
    return status, headers, body.replace(now["StackId"].encode(), before["StackId"].encode())


def _created(response: Answer) -> dict:
    from ministack.services.cloudformation import _change_sets

    found = re.search(rb"<Id>(.*?)</Id>", response[2])
    if found is None:
        raise ValueError("CreateChangeSet answered without an id")
    return _change_sets[found.group(1).decode()]


def _finish_later(change_set: dict) -> None:
    """Mask what must not be seen, and let the change set become complete a moment from now."""
    from ministack.services.cloudformation import _stacks

    resolved = change_set["_resolved_params"]
    for parameter in change_set["Parameters"]:
        if resolved[parameter["ParameterKey"]].get("NoEcho"):
            parameter["ParameterValue"] = _MASK
    stack = _stacks[change_set["StackName"]]
    if change_set["StatusReason"].startswith(_NO_CHANGES) and _outputs_differ(change_set, stack):
        # Outputs are no resource, so such a change set lists nothing, and is executable.
        change_set.update(Status="CREATE_COMPLETE", ExecutionStatus="AVAILABLE", StatusReason="")
    operation = operations.plan(change_set["StackId"], change_set["ChangeSetId"])
    findings = early_validation.of_change_set(change_set)
    if findings:
        early_validation.record(change_set["StackId"], operation, findings)
        reason = early_validation.reason(findings)
        change_set.update(Status="FAILED", ExecutionStatus="UNAVAILABLE", StatusReason=reason, Changes=[])
    outcome = {key: change_set[key] for key in ("Status", "ExecutionStatus", "StatusReason", "Changes")}
    change_set.update(Status="CREATE_PENDING", ExecutionStatus="UNAVAILABLE", StatusReason="", Changes=[])
    stacks._create_stack_task_in_region(_complete(change_set, outcome, operation), stack)


async def _complete(change_set: dict, outcome: dict, operation: operations.StackOperation) -> None:
    await asyncio.sleep(pace.seconds("change-set-pending"))
    change_set["Status"] = "CREATE_IN_PROGRESS"
    await asyncio.sleep(pace.seconds("change-set-creating"))
    change_set.update(outcome)
    operation.end("FAILED" if outcome["Status"] == "FAILED" else "SUCCEEDED")


def _outputs_differ(change_set: dict, stack: dict) -> bool:
    template = change_set["_template"]
    if change_set["ChangeSetType"] != "UPDATE":
        return False
    conditions = changesets._evaluate_conditions(template, change_set["_resolved_params"])
    try:
        outputs, _ = stacks._resolve_stack_outputs(
            copy.deepcopy(template.get("Outputs", {})), conditions, stack.get("_resources", {}),
            change_set["_resolved_params"], template.get("Mappings", {}), stack["StackName"], stack["StackId"],
        )
    except Exception:
        # One that does not resolve is a change too; executing it tells.
        return True
    return outputs != stack.get("Outputs", [])
