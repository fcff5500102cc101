"""Operations of stacks and their ids: which one each event belongs to, and what DescribeStacks says of the last ones.

    CREATE_CHANGESET: from CreateChangeSet until the change set is complete or FAILED
    CREATE_STACK, UPDATE_STACK, DELETE_STACK, ROLLBACK, CONTINUE_ROLLBACK: from the stack's own event that begins it to
    the one that ends it; a rollback that a failure sets off is an operation of its own

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events-by-operation.html
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ministack.core.responses import new_uuid, now_iso
from ministack.services.cloudformation.helpers import _p

CREATE_CHANGESET = "CREATE_CHANGESET"
_STACK = "AWS::CloudFormation::Stack"
_BEGINS = {
    "REVIEW_IN_PROGRESS": CREATE_CHANGESET,
    "CREATE_IN_PROGRESS": "CREATE_STACK",
    "IMPORT_IN_PROGRESS": "UPDATE_STACK",
    "UPDATE_IN_PROGRESS": "UPDATE_STACK",
    "DELETE_IN_PROGRESS": "DELETE_STACK",
    "ROLLBACK_IN_PROGRESS": "ROLLBACK",
    "UPDATE_ROLLBACK_IN_PROGRESS": "ROLLBACK",
}


@dataclass
class StackOperation:
    """One operation, with what it reports beside the stack's events."""

    type: str
    change_set: str = ""
    id: str = field(default_factory=new_uuid)
    started: str = field(default_factory=now_iso)
    ended: str = ""
    status: str = "IN_PROGRESS"
    # Events that no stack shows: validation errors.
    errors: list[dict] = field(default_factory=list)

    def end(self, status: str, at: str = "") -> None:
        if self.status == "IN_PROGRESS":
            self.status, self.ended = status, at or now_iso()


# By the stack's ARN, oldest first; stacks of all accounts and regions, since ARNs name both.
_operations: dict[str, list[StackOperation]] = {}
# The change set a stack's next operation executes, by the stack's ARN.
_executing: dict[str, str] = {}


def of_stack(stack_id: str) -> list[StackOperation]:
    """Oldest first."""
    return _operations.get(stack_id, [])


def stacks_with_operations() -> list[str]:
    return list(_operations)


def begin(stack_id: str, kind: str, change_set: str = "") -> StackOperation:
    operation = StackOperation(kind, change_set)
    _operations.setdefault(stack_id, []).append(operation)
    return operation


def plan(stack_id: str, change_set: str) -> StackOperation:
    """The operation of a change set that was just asked for; a new stack's began with its REVIEW_IN_PROGRESS."""
    for operation in reversed(of_stack(stack_id)):
        if operation.type == CREATE_CHANGESET and not operation.change_set:
            operation.change_set = change_set
            return operation
    return begin(stack_id, CREATE_CHANGESET, change_set)


def executes(stack_id: str, change_set: str) -> None:
    """The stack's next operation comes from this change set."""
    _executing[stack_id] = change_set


def current(stack_id: str) -> StackOperation | None:
    """The one that the stack's events belong to now."""
    known = of_stack(stack_id)
    working = [operation for operation in known if operation.type != CREATE_CHANGESET]
    return (working or known or [None])[-1]


def recorded(original: Callable[..., None]) -> Callable[..., None]:
    """MiniStack's `_add_event`, with the id of the operation that an event belongs to."""
    from ministack.services.cloudformation import _stack_events

    def add(
        stack_id: str, stack_name: str, logical_id: str, resource_type: str, status: str, reason: str = "",
        physical_id: str = "", detailed_status: str = "",
    ) -> None:
        of_the_stack = resource_type == _STACK and logical_id == stack_name and physical_id in ("", stack_id)
        if of_the_stack and status in _BEGINS:
            _begin(stack_id, status)
            # MiniStack says so of CreateStack alone; an executed change set's events have it too.
            reason = reason or ("User Initiated" if "ROLLBACK" not in status else "")
        original(stack_id, stack_name, logical_id, resource_type, status, reason, physical_id, detailed_status)
        _keep_apart(_stack_events[stack_id])
        operation = current(stack_id)
        if operation is None:
            return
        _stack_events[stack_id][-1]["OperationId"] = operation.id
        if of_the_stack and status.endswith(("_COMPLETE", "_FAILED")):
            ended = _stack_events[stack_id][-1]["Timestamp"]
            operation.end("FAILED" if status.endswith("_FAILED") else "SUCCEEDED", ended)

    return add


def _keep_apart(events: list[dict]) -> None:
    """No two events of a stack at one time: nothing on AWS is that quick, and clients put them in order by it."""
    if len(events) < 2 or events[-1]["Timestamp"] > events[-2]["Timestamp"]:
        return
    later = datetime.strptime(events[-2]["Timestamp"], "%Y-%m-%dT%H:%M:%S.%fZ") + timedelta(milliseconds=1)
    events[-1]["Timestamp"] = later.strftime("%Y-%m-%dT%H:%M:%S.") + f"{later.microsecond // 1000:03d}Z"


def _begin(stack_id: str, status: str) -> None:
    before = current(stack_id)
    kind = _BEGINS[status]
    if before is not None and before.type == kind and before.status == "IN_PROGRESS":
        # DELETE_IN_PROGRESS is said again when a create is deleted away.
        return
    if kind == "ROLLBACK" and before is not None and before.type in ("ROLLBACK", "CONTINUE_ROLLBACK"):
        kind = "CONTINUE_ROLLBACK"
    if before is not None and before.type != CREATE_CHANGESET:
        # What another operation takes the place of did not succeed.
        before.end("FAILED")
    begin(stack_id, kind, _executing.pop(stack_id, "") if kind in ("CREATE_STACK", "UPDATE_STACK") else "")


def last(stack_id: str) -> list[StackOperation]:
    """Newest first: the last operation, and before a rollback what was rolled back. Change sets are not among them."""
    known = [operation for operation in of_stack(stack_id) if operation.type != CREATE_CHANGESET]
    depth = 2 if known and known[-1].type == "ROLLBACK" else 1
    return known[-depth:][::-1]


Answer = tuple
Handler = Callable[[dict], Answer]


def shown_in_stacks(original: Handler) -> Handler:
    """DescribeStacks and ListStacks, with LastOperations."""
    return _amended(original, rb"<StackId>([^<]+)</StackId>", _last_operations)


def shown_in_events(original: Handler) -> Handler:
    """DescribeStackEvents, with each event's OperationId."""
    from ministack.services.cloudformation import _stack_events

    def answer(params: dict) -> Answer:
        ids = {event["EventId"]: event.get("OperationId", "") for events in _stack_events.values() for event in events}
        amended = _amended(original, rb"<EventId>([^<]+)</EventId>", lambda event: _element("OperationId", ids[event]))
        return amended(params)

    return answer


def named_in_answer(original: Handler) -> Handler:
    """CreateStack, UpdateStack and RollbackStack say which operation they began."""

    def operation_id(stack_id: str) -> str:
        operation = current(stack_id)
        return _element("OperationId", operation.id if operation else "")

    return _amended(original, rb"<StackId>([^<]+)</StackId>", operation_id)


def executing(original: Handler) -> Handler:
    """ExecuteChangeSet: what begins belongs to the change set too."""
    from ministack.services.cloudformation import changesets

    def answer(params: dict) -> Answer:
        _, change_set = changesets._find_change_set(_p(params, "ChangeSetName"), _p(params, "StackName"))
        if change_set is not None:
            executes(change_set["StackId"], change_set["ChangeSetId"])
        return original(params)

    return answer


def _last_operations(stack_id: str) -> str:
    members = "".join(
        f"<member>{_element('OperationType', each.type)}{_element('OperationId', each.id)}</member>"
        for each in last(stack_id)
    )
    return f"<LastOperations>{members}</LastOperations>" if members else ""


def _element(name: str, value: str) -> str:
    return f"<{name}>{value}</{name}>" if value else ""


def _amended(original: Handler, pattern: bytes, addition: Callable[[str], str]) -> Handler:
    """Put something behind each element of an answer that the pattern finds."""

    def answer(params: dict) -> Answer:
        status, headers, body = original(params)
        if status >= 400:
            return status, headers, body
        amended = re.sub(pattern, lambda found: found[0] + addition(found[1].decode()).encode(), body)
        return status, headers, amended

    return answer
