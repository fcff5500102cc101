"""Create and update of a stack, as CloudFormation runs them.

    resources in dependency order, independent ones side by side
        └─ all done ──► outputs ──► (update) *_CLEANUP_IN_PROGRESS: delete what was replaced or removed ──► *_COMPLETE
        └─ one fails ─► the others' waits end ("Resource creation cancelled") ──► rollback.py
        └─ CancelUpdateStack, DeleteStack ──► the waits end ──► rollback.py, deletion.py

MiniStack's own engine works on one resource after the other, reports unchanged resources as updated, forgets a
service whose first deployment failed, and cannot be stopped while a resource waits. Events and order follow
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

import logging

from ministack.services.cloudformation import provisioners, stacks
from ministack.services.cloudformation.engine import _topological_sort
from ministack.services.cloudformation.stacks import CLIENT_REQUEST_TOKEN

from ..rights import parameters
from . import cleanup, early_validation, operations, resource_work, typed_parameters
from .conditions import evaluate
from .graph import dependencies, in_order
from .interrupt import Interrupted, Operation, Progress, end_waits_on_shutdown, registered
from .resource_work import Change, StackView, set_status
from .rollback import roll_back


logger = logging.getLogger("extension.cloudformation")

# MiniStack's own engine.
original_deploy = stacks._deploy_stack_async


async def deploy_stack(
    stack_name: str, stack_id: str, template: dict, param_values: dict, disable_rollback: bool, tags: list,
    is_update: bool = False, previous_stack: dict | None = None, retain_except_on_create: bool = False,
    imports: dict | None = None,
) -> None:
    """Stands in for MiniStack's `_deploy_stack_async`; adopting existing resources stays with MiniStack's own."""
    from ministack.services.cloudformation import _stacks

    if imports:
        await original_deploy(
            stack_name, stack_id, template, param_values, disable_rollback, tags, is_update, previous_stack,
            retain_except_on_create, imports,
        )
        return
    stack = _stacks[stack_name]
    end_waits_on_shutdown()
    with registered(stack_id) as operation:
        deployment = Deployment(stack, template, param_values, previous_stack if is_update else None, operation)
        try:
            await deployment.run(disable_rollback, retain_except_on_create)
        except Exception as error:
            # A stack must not stay in progress for ever because of a fault of the emulator.
            logger.exception("operation on %s", stack_name)
            set_status(stack, f"{deployment.verb}_FAILED", f"Internal failure: {error}")


class Deployment:
    """One create or update of one stack."""

    def __init__(
        self, stack: dict, template: dict, parameters: dict, previous: dict | None, operation: Operation
    ) -> None:
        self.stack = stack
        self.previous = previous
        self.operation = operation
        self.verb = "CREATE" if previous is None else "UPDATE"
        self.view = StackView(
            stack["StackName"], stack["StackId"], template, parameters, evaluate(template, parameters),
            stack.get("Tags") or [], stack.setdefault("_resources", {}),
        )
        self.previous_tags = (previous or {}).get("Tags") or []
        self.changes: dict[str, Change] = {}
        self.failed: dict[str, str] = {}

    async def run(self, disable_rollback: bool, retain_except_on_create: bool) -> None:
        for leftover in ("_failed_operation", "_cancel_requested", "_cancel_token"):
            self.stack.pop(leftover, None)
        self.stack["StackStatusReason"] = ""
        refusal = parameters.refusal(self.view.id, self.view.template)
        if refusal:
            await self._fail(refusal, disable_rollback, retain_except_on_create, by_user=False)
            return
        definitions = self.view.template.get("Resources", {})
        order = _topological_sort(definitions, self.view.conditions)
        unknown = typed_parameters.failure(self.view.template, self.view.parameters)
        if unknown:
            await self._fail(unknown, disable_rollback, retain_except_on_create)
            return
        if self._is_invalid(definitions, order, disable_rollback):
            return
        await in_order(order, dependencies(definitions, order), self._apply)
        if self.operation.deleting:
            # DeleteStack takes over: it needs the policies of what was made so far.
            self.stack["_template"] = self.view.template
            return
        outputs, exports, reason = self._outputs(order)
        if self.failed or self.operation.stopped or reason:
            await self._fail(reason, disable_rollback, retain_except_on_create)
        else:
            await self._finish(order, outputs, exports)

    def _is_invalid(self, definitions: dict, order: list[str], disable_rollback: bool) -> bool:
        if self.stack.get("_disable_validation"):
            return False
        mine = operations.current(self.view.id)
        failed = stacks._fail_property_validation(
            self.stack, self.view.id, self.view.name, definitions, order, self.view.parameters, self.view.conditions,
            self.view.template.get("Mappings", {}), disable_rollback, previous_stack=self.previous,
        )
        early_validation.record_found_by_engine(self.stack, mine)
        return failed

    async def _apply(self, logical_id: str) -> bool:
        """Bring one resource to what the template says; False when it failed or was stopped."""
        if self.operation.stopped:
            return False
        previous = (self.previous or {}).get("_resources", {}).get(logical_id)
        verb = "UPDATE" if previous else "CREATE"
        progress = Progress(self.operation, lambda physical_id: self._initiated(logical_id, verb, physical_id))
        try:
            await self._change(logical_id, previous, verb, progress)
        except Interrupted:
            self._failed(logical_id, verb, f"Resource {'update' if previous else 'creation'} cancelled", progress)
        except Exception as error:
            self._failed(logical_id, verb, str(error) or type(error).__name__, progress)
            self.operation.stop()
        return logical_id not in self.failed

    async def _change(self, logical_id: str, previous: dict | None, verb: str, progress: Progress) -> None:
        definition = self.view.definition(logical_id)
        properties, dynamic = self._resolve(logical_id, previous)
        change = Change(logical_id, definition.get("Type", "AWS::CloudFormation::CustomResource"))
        change.new_properties = self.view.tagged(change.type, properties, logical_id)
        if previous:
            change.old_id = previous.get("PhysicalResourceId", logical_id)
            change.old_properties = self.view.tagged(
                change.type, previous.get("Properties", {}), logical_id, self.previous_tags
            )
            change.attributes = previous.get("Attributes", {})
            if change.old_properties == change.new_properties:
                # Untouched, and without events, as on AWS.
                self.view.resources[logical_id] = {**previous, "Properties": properties}
                return
        self.changes[logical_id] = change
        self.view.event(logical_id, f"{verb}_IN_PROGRESS", self._replacement_notice(change), change.old_id)
        if previous:
            seed = await resource_work.update(self.view, change, previous, progress)
        else:
            seed = await resource_work.create(self.view, change, progress)
        self.view.resources[logical_id] = resource_work.record(change, properties, f"{verb}_COMPLETE", dynamic, seed)
        self.view.event(logical_id, f"{verb}_COMPLETE", physical_id=change.new_id)

    def _resolve(self, logical_id: str, previous: dict | None) -> tuple[dict, dict]:
        old = (self.previous or {}).get("_template", {})
        same_stack = (
            bool(self.previous)
            and old == self.view.template
            and (self.previous or {}).get("_resolved_params") == self.view.parameters
        )
        same_resource = previous is not None and (
            old.get("Resources", {}).get(logical_id) == self.view.definition(logical_id)
        )
        return self.view.resolve(logical_id, previous, reuse_ssm=same_stack, reuse_secrets=same_resource)

    @staticmethod
    def _replacement_notice(change: Change) -> str:
        if change.is_new or not provisioners._replacing_change(
            change.type, change.old_properties, change.new_properties
        ):
            return ""
        return "Requested update requires the creation of a new physical resource; hence creating one."

    def _initiated(self, logical_id: str, verb: str, physical_id: str) -> None:
        self.view.event(logical_id, f"{verb}_IN_PROGRESS", "Resource creation Initiated", physical_id)

    def _failed(self, logical_id: str, verb: str, reason: str, progress: Progress) -> None:
        self.failed[logical_id] = verb
        change = self.changes.get(logical_id)
        if change is not None:
            change.failed = True
            # What had been created before it failed is the rollback's to delete.
            change.new_id = progress.physical_id
        physical_id = progress.physical_id or (change.old_id if change else "")
        if change is not None and change.is_new and progress.physical_id:
            self.view.resources[logical_id] = {
                **resource_work.record(change, change.new_properties, "CREATE_FAILED", {}, ""),
                "ResourceStatusReason": reason,
            }
        self.view.event(logical_id, f"{verb}_FAILED", reason, physical_id)

    def _outputs(self, order: list[str]) -> tuple[list, dict, str]:
        """The outputs and exports, or why they do not resolve."""
        if self.failed or self.operation.stopped:
            return [], {}, ""
        surviving = {lid: res for lid, res in self.view.resources.items() if lid in order}
        try:
            outputs, exports = stacks._resolve_stack_outputs(
                self.view.template.get("Outputs", {}), self.view.conditions, surviving, self.view.parameters,
                self.view.template.get("Mappings", {}), self.view.name, self.view.id,
            )
        except Exception as error:
            return [], {}, str(error)
        return outputs, exports, ""

    async def _finish(self, order: list[str], outputs: list, exports: dict) -> None:
        from ministack.services.cloudformation import _exports

        if self.previous is not None:
            set_status(self.stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
            await cleanup.after_update(self.view, self.previous, self.changes, set(order))
        self.stack["_template"] = self.view.template
        self.stack["_resolved_params"] = self.view.parameters
        self.stack["Description"] = self.view.template.get("Description", "")
        _exports.update(exports)
        self.stack["Outputs"] = outputs
        set_status(self.stack, f"{self.verb}_COMPLETE")

    async def _fail(
        self, reason: str, disable_rollback: bool, retain_except_on_create: bool, *, by_user: bool = True
    ) -> None:
        token = self.stack.pop("_cancel_token", None)
        cancelled = self.stack.pop("_cancel_requested", False)
        if cancelled:
            # The rollback belongs to the cancel, so its events carry that request's token.
            CLIENT_REQUEST_TOKEN.set(token or "")
        failed_operation = {
            "previous_stack": self.previous,
            "is_update": self.previous is not None,
            "view": self.view,
            "changes": self.changes,
            "retain_except_on_create": retain_except_on_create,
        }
        reason = reason or self._failure_reason()
        if disable_rollback and not cancelled:
            self.stack["_failed_operation"] = failed_operation
            set_status(self.stack, f"{self.verb}_FAILED", reason)
            return
        if by_user:
            reason = "User Initiated" if cancelled else f"{reason} Rollback requested by user."
        await roll_back(self.view.name, self.view.id, self.stack, failed_operation, reason)

    def _failure_reason(self) -> str:
        sentences = []
        for verb, word in (("CREATE", "create"), ("UPDATE", "update")):
            ids = sorted(lid for lid, failed_verb in self.failed.items() if failed_verb == verb)
            if ids:
                sentences.append(f"The following resource(s) failed to {word}: [{', '.join(ids)}].")
        return " ".join(sentences)
