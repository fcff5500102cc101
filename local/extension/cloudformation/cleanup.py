"""The clean-up phase of an update that succeeded: delete what it replaced and what the template no longer has."""

from ministack.services.cloudformation import provisioners, stacks

from . import resource_work
from .conditions import evaluate
from .graph import dependencies, in_order, reversed_dependencies
from .resource_work import Change, StackView


async def after_update(view: StackView, previous: dict, changes: dict[str, Change], kept: set[str]) -> None:
    """Dependents go first. A delete that fails is reported and does not fail the update."""
    old_template = previous.get("_template") or {}
    old_parameters = previous.get("_resolved_params", {})
    old_view = StackView(
        view.name, view.id, old_template, old_parameters, evaluate(old_template, old_parameters),
        previous.get("Tags") or [], previous.get("_resources", {}),
    )
    removed = [lid for lid in old_view.resources if lid not in kept]
    replaced = [lid for lid, change in changes.items() if change.is_replacement]
    order = removed + replaced

    async def clean(logical_id: str) -> bool:
        if logical_id in removed:
            await _remove(view, old_view, logical_id)
        else:
            await _delete_predecessor(view, changes[logical_id])
        # Whatever became of it, what it depended on is no longer in use by this stack.
        return True

    definitions = old_template.get("Resources") or {}
    await in_order(order, reversed_dependencies(dependencies(definitions, order)), clean)


async def _remove(view: StackView, old_view: StackView, logical_id: str) -> None:
    old = old_view.resources[logical_id]
    resource_type, physical_id = old.get("ResourceType", ""), old.get("PhysicalResourceId", "")
    policy = old_view.policy(logical_id, "DeletionPolicy")
    if policy in provisioners._RETAINING_POLICIES:
        old_view.event(logical_id, "DELETE_SKIPPED", physical_id=physical_id)
        view.resources.pop(logical_id, None)
        return
    if policy == "Snapshot":
        stacks._snapshot_resource(resource_type, physical_id, old.get("Properties", {}))
    reason = await resource_work.delete(old_view, logical_id, resource_type, physical_id, old.get("Properties", {}))
    leftover = view.resources.get(logical_id)
    if not reason:
        view.resources.pop(logical_id, None)
    elif leftover is not None:
        # It still exists: the next update, or the stack's delete, tries again.
        leftover.update(ResourceStatus="DELETE_FAILED", ResourceStatusReason=reason)


async def _delete_predecessor(view: StackView, change: Change) -> None:
    if view.policy(change.logical_id, "UpdateReplacePolicy") in provisioners._RETAINING_POLICIES:
        if change.new_id != change.old_id:
            view.event(change.logical_id, "DELETE_SKIPPED", physical_id=change.old_id)
        return
    if change.new_id != change.old_id:
        await resource_work.delete(
            view, change.logical_id, change.type, change.old_id, change.old_properties, change.pending_deletes
        )
        return
    for function, args, kwargs in change.pending_deletes:
        function(*args, **kwargs)
