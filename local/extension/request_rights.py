"""What a request is authorised on: the resource that AWS names, where MiniStack has another or none.

A change set given by its ARN alone is authorised on that ARN; an ECS call concerns a service, task or instance, not
always the cluster; a call that IAM cannot narrow is authorised on `*`; log events belong to their stream; GetParameters
on one parameter is authorised on that parameter, where `*` would be more than a narrow policy allows; DiscoverInstances
names its service and sends both names along as condition keys.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import json
from collections.abc import Callable

from ministack.core import iam_actions
from ministack.services import servicediscovery as sd

from .patching import wrap

# Of these IAM knows no narrower resource (ListTasks only with a container instance).
_ANYTHING = {
    "DeregisterTaskDefinition",
    "DescribeTaskDefinition",
    "ListTaskDefinitions",
    "ListTasks",
}
# The field of the request that names the resource, and what kind of resource it is; the first of several counts.
_NAMED_BY = {
    "DescribeServices": ("services", "service"),
    "DescribeTasks": ("tasks", "task"),
    "StopTask": ("task", "task"),
    "DescribeContainerInstances": ("containerInstances", "container-instance"),
    "RunTask": ("taskDefinition", "task-definition"),
    "RegisterTaskDefinition": ("family", "task-definition"),
}


def install() -> None:
    wrap(
        iam_actions,
        "extract_resource_arn",
        _narrowed,
        parameters=("service", "method", "path", "headers", "body", "query_params", "region", "account_id"),
    )
    wrap(
        iam_actions,
        "request_tag_context",
        _with_names,
        parameters=("service", "iam_action", "body", "params"),
    )


def _narrowed(original: Callable[..., str]) -> Callable[..., str]:
    def extract(
        service: str,
        method: str,
        path: str,
        headers: dict,
        body: bytes,
        query_params: dict,
        region: str,
        account_id: str,
    ) -> str:
        found = None
        action = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
        if service == "cloudformation":
            found = _change_set(_first(query_params.get("Action")), query_params)
        elif service == "ecs":
            found = _ecs_resource(action, _fields(body), f"arn:aws:ecs:{region}:{account_id}:")
        elif service == "ssm" and action == "GetParameters":
            found = _single_parameter(_fields(body), f"arn:aws:ssm:{region}:{account_id}:parameter/")
        elif service == "logs" and action == "GetLogEvents":
            fields = _fields(body)
            group, stream = fields.get("logGroupName"), fields.get("logStreamName")
            found = f"arn:aws:logs:{region}:{account_id}:log-group:{group}:log-stream:{stream}"
        elif service == "servicediscovery" and action == "DiscoverInstances":
            found = _discovered_service(_fields(body), f"arn:aws:servicediscovery:{region}:{account_id}:service/")
        elif service == "servicediscovery" and action == "GetNamespace":
            # MiniStack takes its id for that of a service.
            found = f"arn:aws:servicediscovery:{region}:{account_id}:namespace/{_fields(body).get('Id')}"
        return found or original(service, method, path, headers, body, query_params, region, account_id)

    return extract


def _with_names(original: Callable[..., dict]) -> Callable[..., dict]:
    """Condition keys of DiscoverInstances: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudmap.html"""

    def context(service: str, iam_action: str, body: bytes, params: dict) -> dict:
        found = original(service, iam_action, body, params)
        if iam_action != "servicediscovery:DiscoverInstances":
            return found
        names = {key: value for key, value in _fields(body).items() if key in ("NamespaceName", "ServiceName")}
        return {**found, **{f"servicediscovery:{key}": value for key, value in names.items()}}

    return context


def _discovered_service(fields: dict, prefix: str) -> str:
    """The service with this name in the namespace; one that there is not is authorised on any."""
    spaces = {space["Id"] for space in sd._namespaces.values() if space.get("Name") == fields.get("NamespaceName")}
    named = (each for each in sd._services.values() if each.get("Name") == fields.get("ServiceName"))
    return prefix + next((each["Id"] for each in named if each.get("NamespaceId") in spaces), "*")


def _fields(body: bytes) -> dict:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _change_set(action: str, query_params: dict) -> str | None:
    """The change set's own ARN, where the request says no more: its stack is then not for us to know.

    AWS documents `stack` for these actions, and one user found by trial that the change set's ARN was asked for
    (https://github.com/widdix/complete-aws-iam-reference/issues/6): the stricter reading. DescribeEvents knows both.
    """
    name, stack = (_first(query_params.get(key)) for key in ("ChangeSetName", "StackName"))
    asks_for_change_set = name.startswith("arn:") and (not stack or action == "DescribeEvents")
    return name if asks_for_change_set else None


def _first(value: list[str] | str | None) -> str:
    return (value[0] if isinstance(value, list) and value else value) or ""


def _ecs_resource(action: str, fields: dict, prefix: str) -> str | None:
    if action in _ANYTHING:
        return "*"
    field, kind = _NAMED_BY.get(action, ("", ""))
    named = fields.get(field)
    name = (named[0] if named else None) if isinstance(named, list) else named
    if not name or name.startswith("arn:"):
        return name or None
    if kind == "task-definition":
        return f"{prefix}{kind}/{name if ':' in name else f'{name}:*'}"
    return f"{prefix}{kind}/{fields.get('cluster', 'default').rsplit('/', 1)[-1]}/{name}"


def _single_parameter(fields: dict, prefix: str) -> str | None:
    names = fields.get("Names") or []
    if len(names) != 1:
        return None
    # Without a version or label, which no policy names.
    return names[0] if names[0].startswith("arn:") else prefix + names[0].split(":")[0].lstrip("/")
