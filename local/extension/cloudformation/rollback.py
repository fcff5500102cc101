"""Undo a create or an update that failed or was cancelled.

    update:  send changed resources back ──► *_CLEANUP_IN_PROGRESS: delete what was new ──► UPDATE_ROLLBACK_COMPLETE
                    └─ one fails ──► UPDATE_ROLLBACK_FAILED, until ContinueUpdateRollback
    create:  delete everything ──► ROLLBACK_COMPLETE, or ROLLBACK_FAILED

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
"""

from ministack.services.cloudformation import provisioners, stacks

from . import ecs_service, resource_work
from .graph import dependencies, in_order, reversed_dependencies
from .interrupt import end_waits_on_shutdown
from .resource_work import Change, StackView, set_status

original_roll_back = stacks._roll_back_operation

# What a stack reports of itself goes back to the state before the update.
_RESTORED = ("_resources", "_template", "_template_body", "_resolved_params", "Parameters", "Tags", "Outputs")


async def roll_back(
    stack_name: str, stack_id: str, stack: dict, operation: dict, reason_override: str = ""
) -> None:
    """Stands in for MiniStack's `_roll_back_operation`; RollbackStack calls it too, with what the failure left."""
    if "view" not in operation:
        # A failure before any resource was touched: MiniStack's own rollback only settles the status.
        await original_roll_back(stack_name, stack_id, stack, operation, reason_override)
        return
    end_waits_on_shutdown()
    stack.pop("_failed_operation", None)
    previous = operation.get("previous_stack")
    view, changes = operation["view"], operation["changes"]
    prefix = "UPDATE_ROLLBACK" if previous is not None else "ROLLBACK"
    set_status(stack, f"{prefix}_IN_PROGRESS", reason_override or "Rollback requested")
    new = {lid: change for lid, change in changes.items() if change.is_new or change.is_replacement}
    if previous is None:
        failed = await _delete_new(view, new, operation.get("retain_except_on_create", False))
        reason = f"The following resource(s) failed to delete: [{', '.join(sorted(failed))}]." if failed else ""
        set_status(stack, "ROLLBACK_FAILED" if failed else "ROLLBACK_COMPLETE", reason)
        return
    unreverted = await _revert_all(view, previous, changes)
    for key in _RESTORED:
        if key in previous:
            stack[key] = previous[key]
    if unreverted:
        _keep_for_continue(stack, unreverted, new)
        return
    set_status(stack, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    await _delete_new(view, new, operation.get("retain_except_on_create", False))
    set_status(stack, "UPDATE_ROLLBACK_COMPLETE")


async def _revert_all(view: StackView, previous: dict, changes: dict[str, Change]) -> dict[str, Change]:
    """Send every changed resource back to its old properties, in the old template's order; those that would not go."""
    unreverted: dict[str, Change] = {}
    to_revert = [lid for lid, change in changes.items() if not change.is_new]

    async def revert(logical_id: str) -> bool:
        change = changes[logical_id]
        view.event(logical_id, "UPDATE_IN_PROGRESS", physical_id=change.old_id)
        try:
            await _revert(view, change)
        except Exception as error:
            unreverted[logical_id] = change
            view.event(logical_id, "UPDATE_FAILED", str(error), change.old_id)
            return False
        previous["_resources"][logical_id]["ResourceStatus"] = "UPDATE_COMPLETE"
        view.event(logical_id, "UPDATE_COMPLETE", physical_id=change.old_id)
        return True

    definitions = (previous.get("_template") or {}).get("Resources") or {}
    await in_order(to_revert, dependencies(definitions, to_revert), revert)
    return unreverted


async def _revert(view: StackView, change: Change) -> None:
    # A replaced resource only has to be the stack's again, also when its replacement failed or was refused.
    if change.is_replacement or provisioners._replacing_change(
        change.type, change.old_properties, change.new_properties
    ):
        return
    # A handler whose own update failed has changed nothing, except those that wait for what they started.
    if change.failed and not _changes_before_failing(change.type):
        return
    await resource_work.revert(view, change)


def _changes_before_failing(resource_type: str) -> bool:
    return resource_type == ecs_service.TYPE or stacks._sends_back_failed_update(resource_type)


async def _delete_new(view: StackView, new: dict[str, Change], retain_except_on_create: bool) -> set[str]:
    """Delete what the operation made, dependents first; the ids of those that would not go."""
    made = {lid: change for lid, change in new.items() if change.new_id}
    failed: set[str] = set()

    async def remove(logical_id: str) -> bool:
        change = made[logical_id]
        if view.policy(logical_id, "DeletionPolicy") == "Retain" and not retain_except_on_create:
            view.event(logical_id, "DELETE_SKIPPED", physical_id=change.new_id)
        elif await resource_work.delete(view, logical_id, change.type, change.new_id, change.new_properties):
            failed.add(logical_id)
            return False
        if change.is_new:
            view.resources.pop(logical_id, None)
        return True

    definitions = view.template.get("Resources") or {}
    await in_order(list(made), reversed_dependencies(dependencies(definitions, made)), remove)
    return failed


def _keep_for_continue(stack: dict, unreverted: dict[str, Change], new: dict[str, Change]) -> None:
    """What ContinueUpdateRollback retries, in the shape MiniStack's own handler reads."""
    records = {
        lid: {"PhysicalResourceId": change.new_id, "ResourceType": change.type, "Properties": change.new_properties}
        for lid, change in new.items()
        if change.new_id
    }
    for lid, change in unreverted.items():
        records[lid] = {
            "PhysicalResourceId": change.old_id,
            "ResourceType": change.type,
            "RevertFrom": change.new_properties,
            "RevertTo": change.old_properties,
            "Attributes": change.attributes,
        }
    stack["_rollback_failed"] = records
    reason = f"The following resource(s) failed to update: [{', '.join(sorted(unreverted))}]."
    set_status(stack, "UPDATE_ROLLBACK_FAILED", reason)
