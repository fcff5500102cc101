"""DescribeEvents: the events of a stack, an operation or a change set, newest first, with those that no stack shows.

An operation's own beginning and end are STACK_EVENTs without a resource, as in the example of the user guide; what
happens to resources are PROGRESS_EVENTs, or PROVISIONING_ERRORs when they failed; early validation's findings are
VALIDATION_ERRORs. A change set has the events of its making and, once executed, of its execution.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
"""

from ministack.services.cloudformation import changesets
from ministack.services.cloudformation.helpers import _error, _esc, _p, _page, _xml

from . import operations
from .change_sets import find_stack
from .operations import StackOperation

Answer = tuple

_OF_RESOURCES = (
    "EventId", "StackId", "OperationId", "LogicalResourceId", "PhysicalResourceId", "ResourceType", "Timestamp",
    "ResourceStatus", "ResourceStatusReason", "ClientRequestToken", "DetailedStatus",
)  # fmt: skip


def describe_events(params: dict) -> Answer:
    """DescribeEvents."""
    selected = _selected(params)
    if isinstance(selected, tuple):
        return selected
    events = [event for stack_id, operation in selected for event in _events(stack_id, operation)]
    if _p(params, "Filters.FailedEvents").lower() == "true":
        events = [event for event in events if _is_failure(event)]
    # Of one millisecond the later recorded one comes first.
    events = sorted(events, key=lambda event: event["Timestamp"])[::-1]
    page, next_token, refusal = _page(events, params, "DescribeEvents")
    if refusal:
        return refusal
    members = "".join(f"<member>{_element(event)}</member>" for event in page)
    return _xml(
        200, "DescribeEventsResponse",
        f"<DescribeEventsResult><OperationEvents>{members}</OperationEvents>{next_token}</DescribeEventsResult>",
    )  # fmt: skip


def _selected(params: dict) -> list[tuple[str, StackOperation]] | Answer:
    """The operations that are asked for, or the refusal."""
    stack_name, change_set, operation_id = (_p(params, key) for key in ("StackName", "ChangeSetName", "OperationId"))
    if not (stack_name or operation_id or change_set.startswith("arn:")):
        # A change set's name alone says nothing: https://github.com/aws-cloudformation/cloudformation-cli/issues/1116
        return _error("ValidationError", "One of ChangeSetName, OperationId or StackName must be specified")
    stack = find_stack(params) if stack_name else None
    if stack_name and stack is None:
        return _error("ValidationError", f"Stack [{stack_name}] does not exist")
    stack_ids = [stack["StackId"]] if stack else operations.stacks_with_operations()
    found = [(stack_id, each) for stack_id in stack_ids for each in operations.of_stack(stack_id)]
    if change_set:
        arn, known = changesets._find_change_set(change_set, stack["StackName"] if stack else "")
        # One that was deleted, as CDK does before it asks, or executed to its end, is known by its ARN.
        arn = arn if known else change_set
        found = [(stack_id, each) for stack_id, each in found if each.change_set == arn]
        if not found:
            return _error("ChangeSetNotFound", f"ChangeSet [{change_set}] does not exist", 404)
    if operation_id:
        found = [(stack_id, each) for stack_id, each in found if each.id == operation_id]
    return found


def _events(stack_id: str, operation: StackOperation) -> list[dict]:
    """Oldest first."""
    from ministack.services.cloudformation import _stack_events

    about = {"OperationId": operation.id, "OperationType": operation.type}
    mine = [event for event in _stack_events.get(stack_id, []) if event.get("OperationId") == operation.id]
    events = [
        {
            **_marker(stack_id, operation, "started"), "OperationStatus": "IN_PROGRESS", "Timestamp": operation.started,
            "StartTime": operation.started,
        },
        *({**error, **about} for error in operation.errors),
        *({**{key: event[key] for key in _OF_RESOURCES if event.get(key)}, **_kind(event), **about} for event in mine),
    ]  # fmt: skip
    if operation.ended:
        events.append(
            {
                **_marker(stack_id, operation, "ended"), "OperationStatus": operation.status,
                "Timestamp": operation.ended, "StartTime": operation.started, "EndTime": operation.ended,
            }  # fmt: skip
        )
    return events


def _marker(stack_id: str, operation: StackOperation, what: str) -> dict:
    return {
        "EventId": f"{operation.id}-{what}", "StackId": stack_id, "OperationId": operation.id,
        "OperationType": operation.type, "EventType": "STACK_EVENT",
    }  # fmt: skip


def _kind(event: dict) -> dict:
    failed = event["ResourceStatus"].endswith("_FAILED")
    return {"EventType": "PROVISIONING_ERROR" if failed else "PROGRESS_EVENT"}


def _is_failure(event: dict) -> bool:
    """Of a failed operation its errors, not its own end: the CDK CLI prints every event that this leaves, and a line
    without a resource would be among them (toolkit-lib, early-validation.ts)."""
    return event["EventType"] in ("VALIDATION_ERROR", "PROVISIONING_ERROR")


def _element(event: dict) -> str:
    return "".join(f"<{name}>{_esc(str(value))}</{name}>" for name, value in event.items())
