"""One resource of a stack: resolve its properties, then create, update, replace or delete it.

MiniStack's type handlers do the work; this gives them what its own engine would (tags of the stack, name seeds,
deferred deletes) and runs those that wait on a thread of their own, so that the emulator keeps answering.
"""

import asyncio
import copy
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ministack.core.concurrency import run_reentrant
from ministack.core.responses import now_iso
from ministack.services.cloudformation import provisioners, stacks
from ministack.services.cloudformation.engine import _NO_VALUE, _resolve_dynamic_references, _resolve_refs

from .. import pace
from ..rights import handlers
from ..rights.types import Subject
from .interrupt import Progress, reporting_to

# Types that are complete only when others can see them, by the name of their timing.
_SEEN_LATER = {"AWS::IAM::Role": "role-created", "AWS::ServiceDiscovery::PrivateDnsNamespace": "namespace-created"}


def set_status(stack: dict, status: str, reason: str = "") -> None:
    """Move the stack to a status, with its event."""
    stack["StackStatus"] = status
    stack["StackStatusReason"] = reason
    stacks._add_event(
        stack["StackId"], stack["StackName"], stack["StackName"], "AWS::CloudFormation::Stack", status, reason,
        stack["StackId"],
    )


@dataclass(frozen=True)
class StackView:
    """The stack as one operation sees it: its template, values and the resources made so far."""

    name: str
    id: str
    template: dict
    parameters: dict
    conditions: dict
    tags: list
    resources: dict

    def definition(self, logical_id: str) -> dict:
        return (self.template.get("Resources") or {}).get(logical_id) or {}

    def policy(self, logical_id: str, attribute: str) -> str:
        """The resource's DeletionPolicy or UpdateReplacePolicy."""
        return stacks._resource_policy(
            self.definition(logical_id), attribute, self.resources, self.parameters, self.conditions,
            self.template.get("Mappings", {}), self.name, self.id,
        )

    def tagged(self, resource_type: str, properties: dict, logical_id: str, tags: list | None = None) -> dict:
        return provisioners._with_stack_tags(
            resource_type, properties, self.tags if tags is None else tags, self.name, self.id, logical_id
        )

    def resolve(self, logical_id: str, previous: dict | None, **reuse: bool) -> tuple[dict, dict]:
        """The resource's properties with every reference replaced, and the dynamic references' values."""
        properties = _resolve_refs(
            copy.deepcopy(self.definition(logical_id).get("Properties", {})), self.resources, self.parameters,
            self.conditions, self.template.get("Mappings", {}), self.name, self.id,
        )
        properties = {name: value for name, value in properties.items() if value is not _NO_VALUE}
        return _resolve_dynamic_references(properties, (previous or {}).get("_dynamic"), **reuse)

    def event(self, logical_id: str, status: str, reason: str = "", physical_id: str = "") -> None:
        resource_type = self.definition(logical_id).get("Type") or self.resources.get(logical_id, {}).get(
            "ResourceType", ""
        )
        stacks._add_event(self.id, self.name, logical_id, resource_type, status, reason, physical_id)


@dataclass
class Change:
    """What an operation did to one resource, enough to undo it."""

    logical_id: str
    type: str
    # The physical id and properties before; empty for a new resource.
    old_id: str = ""
    old_properties: dict = field(default_factory=dict)
    new_id: str = ""
    new_properties: dict = field(default_factory=dict)
    attributes: dict = field(default_factory=dict)
    # Deletes a handler has put off to the clean-up phase: (function, args, kwargs).
    pending_deletes: list = field(default_factory=list)
    failed: bool = False

    @property
    def is_new(self) -> bool:
        return not self.old_id

    @property
    def is_replacement(self) -> bool:
        return bool(self.old_id) and (bool(self.pending_deletes) or self.new_id not in ("", self.old_id))


def record(change: Change, properties: dict, status: str, dynamic: dict, seed: str) -> dict:
    """A resource as MiniStack keeps it on the stack."""
    entry: dict[str, Any] = {
        "PhysicalResourceId": change.new_id,
        "ResourceType": change.type,
        "ResourceStatus": status,
        "LogicalResourceId": change.logical_id,
        "Properties": properties,
        "Attributes": change.attributes,
        "Timestamp": now_iso(),
    }
    return {**entry, **({"_dynamic": dynamic} if dynamic else {}), **({"_name_seed": seed} if seed else {})}


async def on_right_thread(resource_type: str, function: Any, *args: Any) -> Any:
    """Call a handler; one that waits gets its own thread."""
    if stacks._runs_on_worker_thread(resource_type):
        return await run_reentrant(function, *args, thread_name="extension-cloudformation")
    return function(*args)


async def create(view: StackView, change: Change, progress: Progress) -> str:
    """Create the resource and return the name seed it used."""
    subject = _begun(view, "create", Subject(change.type, change.logical_id, view.name, change.new_properties))
    progress.there = lambda physical_id: _there(view, "create", replace(subject, physical_id=physical_id))
    with reporting_to(progress):
        (change.new_id, change.attributes), seed = await on_right_thread(
            change.type, stacks._provision_keeping_seed, change.type, change.logical_id, change.new_properties,
            view.name,
        )
        if change.type in _SEEN_LATER:
            await asyncio.sleep(pace.seconds(_SEEN_LATER[change.type]))
    if not progress.physical_id:
        progress.announce(change.new_id)
    return seed


async def update(view: StackView, change: Change, previous: dict, progress: Progress) -> str:
    """Update or replace the resource; what it replaces is deleted later, in the clean-up phase."""
    subject = Subject(change.type, change.logical_id, view.name, change.new_properties, change.old_id)
    replaces = provisioners._replacing_change(change.type, change.old_properties, change.new_properties)
    # A replacement is made by the create handler, and the old resource deleted in the clean-up phase.
    verb = "create" if replaces else "update"
    subject = _begun(view, verb, replace(subject, physical_id="") if replaces else subject)
    retain = view.policy(change.logical_id, "UpdateReplacePolicy") in provisioners._RETAINING_POLICIES
    # Set for this resource alone: each runs in a task, and so in a context, of its own.
    provisioners._RETAIN_REPLACED.set(retain)
    provisioners._DEFERRED_PREDECESSOR_DELETES.set(change.pending_deletes)
    provisioners._NAME_SEED.set(previous.get("_name_seed", ""))
    with reporting_to(progress):
        (change.new_id, change.attributes), seed = await on_right_thread(
            change.type, stacks._update_keeping_seed, change.type, change.old_id, change.old_properties,
            change.new_properties, view.name, change.logical_id, previous.get("Attributes", {}),
        )
    _there(view, verb, replace(subject, physical_id=change.new_id))
    return seed


async def revert(view: StackView, change: Change) -> None:
    """Send a resource back to its old properties."""
    subject = Subject(change.type, change.logical_id, view.name, change.old_properties, change.old_id)
    _begun(view, "update", subject)
    _, attributes = await on_right_thread(
        change.type, stacks._update_resource, change.type, change.old_id, change.new_properties,
        change.old_properties, view.name, change.logical_id, change.attributes,
    )
    _there(view, "update", subject)
    change.attributes = attributes or change.attributes


def _begun(view: StackView, verb: str, subject: Subject) -> Subject:
    """Ask whoever operates the stack for the rights to begin."""
    handlers.before(view.id, verb, subject)
    return subject


def _there(view: StackView, verb: str, subject: Subject) -> None:
    """The resource is there: it has its tags, and the handler goes on."""
    handlers.made(subject)
    handlers.after(view.id, verb, subject)


async def delete(
    view: StackView, logical_id: str, resource_type: str, physical_id: str, properties: dict,
    first: Iterable[tuple] = (),
) -> str:
    """Delete a resource with its events; the failure's reason, or an empty string.

    `first` are the handler's own deletes, as (function, args, kwargs): it knows the old record where the physical id
    does not tell.
    """
    view.event(logical_id, "DELETE_IN_PROGRESS", physical_id=physical_id)
    try:
        _begun(view, "delete", Subject(resource_type, logical_id, view.name, properties, physical_id))
        for function, args, kwargs in first:
            function(*args, **kwargs)
        await on_right_thread(
            resource_type, provisioners._delete_resource, resource_type, physical_id, properties, view.name, logical_id
        )
    except Exception as error:
        view.event(logical_id, "DELETE_FAILED", str(error), physical_id)
        return str(error) or type(error).__name__
    view.event(logical_id, "DELETE_COMPLETE", physical_id=physical_id)
    return ""
