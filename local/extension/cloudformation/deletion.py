"""DeleteStack, also while the stack is busy.

A create may be deleted away, and what it waits for ends at once; an update must be cancelled first. Resources that do
not depend on each other go side by side, and what a resource that would not go depends on is left alone.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
"""

from collections.abc import Callable, Iterable

from ministack.core.responses import now_iso
from ministack.services.cloudformation import provisioners, stacks
from ministack.services.cloudformation.helpers import _error, _p, _xml

from . import resource_work
from .graph import dependencies, in_order, reversed_dependencies
from .interrupt import end_waits_on_shutdown, running
from .resource_work import StackView, set_status

_UNDELETABLE = frozenset(
    {
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    }
)


def guarded(original: Callable) -> Callable:
    """DeleteStack as AWS answers it for a stack that is busy."""

    def answer(params: dict) -> tuple:
        from ministack.services.cloudformation.handlers import _resolve_stack

        stack = _resolve_stack(_p(params, "StackName"))
        status = (stack or {}).get("StackStatus", "")
        if stack is not None and status in _UNDELETABLE:
            return _error("ValidationError", f"Stack [{stack['StackId']}] cannot be deleted while in status {status}")
        if status == "DELETE_IN_PROGRESS":
            # The delete that runs is the answer to this one too.
            return _xml(200, "DeleteStackResponse", "")
        return original(params)

    return answer


async def delete_stack(
    stack_name: str, stack_id: str, retain_resources: Iterable[str] = (), force: bool = False
) -> None:
    """Stands in for MiniStack's `_delete_stack_async`."""
    from ministack.services.cloudformation import _stacks

    stack = _stacks.get(stack_name)
    if stack is None or stack["StackId"] != stack_id:
        return
    end_waits_on_shutdown()
    set_status(stack, "DELETE_IN_PROGRESS", "User Initiated")
    operation = running(stack_id)
    if operation is not None:
        operation.stop(deleting=True)
        await operation.finished.wait()
        stack["StackStatus"] = "DELETE_IN_PROGRESS"
    deletion = _Deletion(stack, set(retain_resources), force)
    await deletion.run()


class _Deletion:
    def __init__(self, stack: dict, retain: set[str], force: bool) -> None:
        self.stack = stack
        self.retain = retain
        self.force = force
        self.view = StackView(
            stack["StackName"], stack["StackId"], stack.get("_template") or {}, stack.get("_resolved_params", {}),
            stack.get("_conditions", {}), stack.get("Tags") or [], stack.get("_resources", {}),
        )
        self.failed: dict[str, str] = {}

    async def run(self) -> None:
        from ministack.services.cloudformation import _exports

        definitions = self.view.template.get("Resources") or {}
        order = list(self.view.resources)
        if self.force:
            # "retains all resources that failed to delete, and retains dependencies of those resources"
            stuck = [lid for lid, res in self.view.resources.items() if res.get("ResourceStatus") == "DELETE_FAILED"]
            self.retain |= stacks._with_dependencies(stuck, definitions, set(order))
        await in_order(order, reversed_dependencies(dependencies(definitions, order)), self._delete)
        if self.failed:
            ids = ", ".join(sorted(self.failed))
            set_status(self.stack, "DELETE_FAILED", f"The following resource(s) failed to delete: [{ids}].")
            return
        for output in self.stack.get("Outputs", []):
            _exports.pop(output.get("ExportName"), None)
        self.stack["DeletionTime"] = now_iso()
        set_status(self.stack, "DELETE_COMPLETE")

    async def _delete(self, logical_id: str) -> bool:
        found = self.view.resources[logical_id]
        resource_type, physical_id = found.get("ResourceType", ""), found.get("PhysicalResourceId", "")
        properties = found.get("Properties", {})
        policy = self.view.policy(logical_id, "DeletionPolicy")
        if policy in provisioners._RETAINING_POLICIES or logical_id in self.retain:
            self.view.event(logical_id, "DELETE_SKIPPED", physical_id=physical_id)
            self.view.resources.pop(logical_id)
            return True
        if policy == "Snapshot":
            stacks._snapshot_resource(resource_type, physical_id, properties)
        reason = await resource_work.delete(self.view, logical_id, resource_type, physical_id, properties)
        if reason and self.force:
            self.view.event(logical_id, "DELETE_SKIPPED", reason, physical_id)
        elif reason:
            found.update(ResourceStatus="DELETE_FAILED", ResourceStatusReason=reason)
            self.failed[logical_id] = reason
            return False
        self.view.resources.pop(logical_id)
        return True
