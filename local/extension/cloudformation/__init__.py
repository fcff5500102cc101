"""CloudFormation: what MiniStack leaves out of it. `install()` puts it all in place. See ../../README.md."""

from collections.abc import Callable

from ministack.services.cloudformation import changesets, handlers, helpers, provisioners, stacks

from .. import generated_names
from ..patching import PatchError, replace, wrap
from . import (
    auto_scaling_group,
    both_branches,
    change_sets,
    conditions,
    deletion,
    describe_events,
    discovery_service,
    early_validation,
    ecs_service,
    ecs_task_definition,
    iam_role_policy,
    instance_profile,
    load_balancer,
    log_group,
    operation,
    operations,
    parameters,
    rollback,
    secrets,
    security_group_ingress,
    service_role,
    template_url,
    vpc_endpoint,
)
from .interrupt import running

# Handlers that wait, and so must not run on the event loop.
_BLOCKING = frozenset({auto_scaling_group.TYPE, ecs_service.TYPE, ecs_task_definition.TYPE, load_balancer.TYPE})


def install() -> None:
    replace(
        provisioners, "_physical_name", generated_names.shortened(provisioners._physical_name),
        ("stack_name", "logical_id", "lowercase", "max_len", "seeded"),
    )  # fmt: skip
    _install_types()
    _install_operations()
    _install_actions()


def _install_types() -> None:
    vpc_endpoint.install()
    for module in (auto_scaling_group, ecs_service, ecs_task_definition, iam_role_policy, instance_profile,
                   security_group_ingress, vpc_endpoint):
        _handle(module.TYPE, module.REPLACING, create=module.create, update=module.update, delete=module.delete)
    _handle(log_group.TYPE, log_group.REPLACING, create=log_group.create, update=log_group.update)
    _handle(
        discovery_service.TYPE, ("HealthCheckCustomConfig", "Name", "NamespaceId", "Type"),
        create=discovery_service.create, update=discovery_service.update,
    )  # fmt: skip
    _handle(load_balancer.TYPE, load_balancer.REPLACING, create=load_balancer.create, update=load_balancer.update)
    _handle(
        load_balancer.GROUP, load_balancer.GROUP_REPLACING,
        create=load_balancer.create_group, update=load_balancer.update_group,
    )  # fmt: skip
    _handle(
        secrets.SECRET, secrets.SECRET_REPLACING,
        create=secrets.create_secret, update=secrets.update_secret, delete=secrets.delete_secret,
    )  # fmt: skip
    _handle(
        secrets.POLICY, secrets.POLICY_REPLACING,
        create=secrets.create_policy, update=secrets.update_policy, delete=secrets.delete_policy,
    )  # fmt: skip
    replace(
        provisioners, "_with_stack_tags", auto_scaling_group.with_stack_tags(provisioners._with_stack_tags),
        ("resource_type", "props", "stack_tags", "stack_name", "stack_id", "logical_id"),
    )  # fmt: skip
    provisioners._STACK_TAG_PROPERTY[ecs_task_definition.TYPE] = ("Tags", "list")
    # The change set must say which changes replace; MiniStack calls all of these "Conditional".
    provisioners._REPLACING_PROPERTIES.update(_REPLACING)
    # "If you specify a name, you cannot perform updates that require replacement of this resource."
    provisioners._CUSTOM_NAME_REPLACEMENT[ecs_service.TYPE] = {"name": "ServiceName"}


# "Update requires: Replacement" in the reference page of each type; MiniStack's own handlers make the change.
_REPLACING = {
    "AWS::EC2::LaunchTemplate": ("LaunchTemplateName",),
    "AWS::EC2::SecurityGroup": ("GroupDescription", "GroupName", "VpcId"),
    "AWS::ElasticLoadBalancingV2::Listener": ("LoadBalancerArn",),
    "AWS::IAM::Policy": (),
    "AWS::ServiceDiscovery::Instance": ("InstanceId", "ServiceId"),
    "AWS::ServiceDiscovery::PrivateDnsNamespace": ("Name", "Vpc"),
}


def _handle(resource_type: str, replacing: tuple[str, ...], **functions: object) -> None:
    handler = provisioners._RESOURCE_HANDLERS.setdefault(resource_type, {})
    handler.update(functions, update_with_logical_id=True)
    provisioners._REPLACING_PROPERTIES[resource_type] = replacing


def _install_operations() -> None:
    deploy = (
        "stack_name", "stack_id", "template", "param_values", "disable_rollback", "tags", "is_update",
        "previous_stack", "retain_except_on_create", "imports",
    )  # fmt: skip
    for module in (stacks, handlers):
        replace(module, "_deploy_stack_async", operation.deploy_stack, deploy)
    replace(changesets, "_deploy_stack_async", early_validation.from_change_set(operation.deploy_stack), deploy)
    wrap(
        stacks, "_validation_errors", early_validation.with_names,
        (
            "resources_defs", "ordered", "param_values", "conditions", "mappings", "stack_name", "stack_id",
            "owned_buckets",
        ),
    )  # fmt: skip
    event = (
        "stack_id", "stack_name", "logical_id", "resource_type", "status", "reason", "physical_id", "detailed_status",
    )  # fmt: skip
    recorded = operations.recorded(stacks._add_event)
    for module in (stacks, changesets, handlers):
        replace(module, "_add_event", recorded, event)
    for module in (stacks, handlers):
        replace(
            module, "_roll_back_operation", rollback.roll_back,
            ("stack_name", "stack_id", "stack", "operation", "reason_override"),
        )  # fmt: skip
        replace(
            module, "_delete_stack_async", deletion.delete_stack,
            ("stack_name", "stack_id", "retain_resources", "force"),
        )  # fmt: skip
    runs_on_thread = stacks._runs_on_worker_thread
    replace(
        stacks, "_runs_on_worker_thread",
        lambda resource_type: resource_type in _BLOCKING or runs_on_thread(resource_type),
        ("resource_type",),
    )  # fmt: skip


def _install_actions() -> None:
    for module in (changesets, handlers):
        replace(module, "_evaluate_conditions", conditions.evaluate, ("template", "params"))
    for module in (changesets, handlers):
        replace(
            module, "_resolve_parameters", both_branches.checked(parameters.checked(module._resolve_parameters)),
            ("template", "provided_params", "previous_params"),
        )  # fmt: skip
    replace(
        changesets, "_resolve_props_for_diff", change_sets.only_wanted(changesets._resolve_props_for_diff),
        ("template", "params", "stack_name", "stack_id"),
    )  # fmt: skip
    replace(
        helpers, "_resolve_document", template_url.by_bucket_host(helpers._resolve_document),
        ("params", "body_key", "url_key", "label"),
    )  # fmt: skip
    by_name = change_sets.by_stack_name
    shown, named = operations.shown_in_stacks, operations.named_in_answer
    given = service_role.given
    _wrap("CreateStack", "_create_stack", lambda original: given(named(change_sets.create_stack(original))))
    _wrap("UpdateStack", "_update_stack", lambda original: given(named(original)))
    _wrap("RollbackStack", "_rollback_stack", named)
    _wrap("DescribeStacks", "_describe_stacks", shown)
    _wrap("ListStacks", "_list_stacks", shown)
    _wrap("DescribeStackEvents", "_describe_stack_events", operations.shown_in_events)
    _wrap("DescribeEvents", "_describe_events", lambda original: describe_events.describe_events)
    _wrap("DeleteStack", "_delete_stack", lambda original: given(deletion.guarded(original)))
    _wrap("CancelUpdateStack", "_cancel_update_stack", _interrupting)
    _wrap(
        "CreateChangeSet", "_create_change_set",
        lambda original: by_name(service_role.planned(change_sets.create(original))),
    )  # fmt: skip
    _wrap("DescribeChangeSet", "_describe_change_set", by_name)
    _wrap(
        "ExecuteChangeSet", "_execute_change_set",
        lambda original: by_name(service_role.executed(change_sets.execute(operations.executing(original)))),
    )  # fmt: skip
    _wrap("ListChangeSets", "_list_change_sets", by_name)


def _wrap(action: str, name: str, wrapper: Callable[[change_sets.Handler], change_sets.Handler]) -> None:
    original = getattr(handlers, name)
    wrapped = wrapper(original)
    replace(handlers, name, wrapped, ("params",))
    if handlers._ACTION_HANDLERS.get(action) is not original:
        raise PatchError(f"{handlers.__name__} does not answer {action} with {name}")
    handlers._ACTION_HANDLERS[action] = wrapped


def _interrupting(original: change_sets.Handler) -> change_sets.Handler:
    """CancelUpdateStack: end the waits of the update too."""

    def answer(params: dict) -> tuple:
        response = original(params)
        stack = change_sets.find_stack(params)
        operation = running(stack["StackId"]) if stack else None
        if response[0] < 400 and operation is not None:
            operation.stop()
        return response

    return answer
