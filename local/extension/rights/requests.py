"""What AWS asks for beside the action of a request: iam:PassRole for a role that is handed over, and the right to tag.

The right to tag is asked for when a request that makes something has tags. A denial names action and resource, whatever
the service. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
"""

import contextvars
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.iam_evaluator import AuthError, EvalResult
from ministack.core.responses import get_account_id
from ministack.services import ecs

from ..patching import wrap
from . import principal, record
from .question import Denial, Question, ask


@dataclass(frozen=True)
class Request:
    """What of a request the further questions depend on."""

    fields: dict[str, Any]
    region: str
    account: str

    def arn(self, service: str, what: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{what}"

    def role(self, name: str) -> str:
        """Roles may be given by their name or ARN."""
        return name if name.startswith("arn:") else f"arn:aws:iam::{self.account}:role/{name}"


_request: contextvars.ContextVar[Request | None] = contextvars.ContextVar("rights_request", default=None)
_denial: contextvars.ContextVar[Denial | None] = contextvars.ContextVar("rights_denial", default=None)


def install() -> None:
    wrap(
        iam_actions,
        "extract_resource_arn",
        _kept,
        parameters=("service", "method", "path", "headers", "body", "query_params", "region", "account_id"),
    )
    wrap(
        iam_evaluator,
        "enforce",
        _asked,
        parameters=("access_key_id", "iam_action", "service", "region", "resource_arn", "service_context"),
    )
    wrap(
        iam_actions,
        "access_denied_response",
        _named,
        parameters=("service", "action", "principal_arn", "request_id", "error_code", "message", "headers",
                    "resource_arn", "explicit_deny", "resource_policy_arn"),
    )  # fmt: skip


def _kept(original: Callable[..., str]) -> Callable[..., str]:
    def extract(service: str, method: str, path: str, headers: dict, body: bytes, query_params: dict, region: str,
                account_id: str) -> str:  # fmt: skip
        _request.set(Request(_fields(body, query_params), region, account_id))
        return original(service, method, path, headers, body, query_params, region, account_id)

    return extract


def _fields(body: bytes, query_params: dict) -> dict[str, Any]:
    """The members of a JSON request, or the form fields of a query request."""
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        found = None
    if isinstance(found, dict) and found:
        return found
    return {name: value[0] if isinstance(value, list) and value else value for name, value in query_params.items()}


def _asked(original: Callable) -> Callable:
    def enforce(access_key_id: str, iam_action: str, service: str, region: str, resource_arn: str = "*",
                service_context: dict[str, Any] | None = None) -> EvalResult | AuthError | None:  # fmt: skip
        _denial.set(None)
        result = original(access_key_id, iam_action, service, region, resource_arn, service_context)
        if isinstance(result, AuthError):
            return result
        principal.pin(access_key_id or "", get_account_id())
        who = principal.caller()
        if who is None:
            return result
        question = Question(iam_action, resource_arn, service_context or {})
        record.note(who.at_request.arn, iam_action, resource_arn, question.context, result is None, "request")
        if result is not None:
            _denial.set(Denial(question, result))
            return result
        denial = next(filter(None, (ask(who, more, "request") for more in _more(iam_action))), None)
        _denial.set(denial)
        return denial.result if denial else None

    return enforce


def _named(original: Callable[..., tuple]) -> Callable[..., tuple]:
    def answer(service: str, action: str, principal_arn: str, request_id: str, **details: Any) -> tuple:
        denial = _denial.get()
        if denial is None or details.get("error_code") or details.get("message") or denial.result.resource_policy_arn:
            return original(service, action, principal_arn, request_id, **details)
        named = {**details, "resource_arn": denial.question.resource, "message": denial.message}
        return original(service, denial.question.action, principal_arn, request_id, **named)

    return answer


def _more(action: str) -> Iterable[Question]:
    request = _request.get()
    questions = _BESIDE.get(action)
    return questions(request) if request and questions else ()


def passing(request: Request, roles: Iterable[str | None], service: str) -> list[Question]:
    """iam:PassRole of each role that is given."""
    given = dict.fromkeys(request.role(role) for role in roles if role)
    return [Question("iam:PassRole", role, {"iam:PassedToService": service}) for role in given]


def tag_context(tags: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The condition keys of tags that a request sets."""
    pairs = list(tags)
    if not pairs:
        return {}
    return {**{f"aws:RequestTag/{key}": value for key, value in pairs}, "aws:TagKeys": [key for key, _ in pairs]}


def _tagging(request: Request, resource: str, created_by: str) -> list[Question]:
    tags = [(tag.get("key", ""), tag.get("value", "")) for tag in request.fields.get("tags") or []]
    if not tags:
        return []
    return [Question("ecs:TagResource", resource, {"ecs:CreateAction": created_by, **tag_context(tags)})]


def _cluster(request: Request) -> str:
    return str(request.fields.get("cluster") or "default").rsplit("/", 1)[-1]


def _register_task_definition(request: Request) -> list[Question]:
    roles = (request.fields.get("executionRoleArn"), request.fields.get("taskRoleArn"))
    own = request.arn("ecs", f"task-definition/{request.fields.get('family')}:*")
    return [
        *passing(request, roles, "ecs-tasks.amazonaws.com"),
        *_tagging(request, own, "RegisterTaskDefinition"),
    ]


def _run_task(created_by: str) -> Callable[[Request], list[Question]]:
    def questions(request: Request) -> list[Question]:
        # The task starts with the roles of its definition, or with those the request has instead.
        definition = ecs._task_defs.get(ecs._resolve_td_key(str(request.fields.get("taskDefinition")))) or {}
        overrides = request.fields.get("overrides") or {}
        roles = [overrides.get(role) or definition.get(role) for role in ("executionRoleArn", "taskRoleArn")]
        task = request.arn("ecs", f"task/{_cluster(request)}/*")
        return [*passing(request, roles, "ecs-tasks.amazonaws.com"), *_tagging(request, task, created_by)]

    return questions


def _create_service(request: Request) -> list[Question]:
    service = request.arn("ecs", f"service/{_cluster(request)}/{request.fields.get('serviceName')}")
    return [
        *passing(request, [request.fields.get("role")], "ecs.amazonaws.com"),
        *_tagging(request, service, "CreateService"),
    ]


def _create_log_group(request: Request) -> list[Question]:
    tags = request.fields.get("tags") or {}
    group = request.arn("logs", f"log-group:{request.fields.get('logGroupName')}")
    return [Question("logs:TagResource", group, tag_context(tags.items()))] if tags else []


def _stack_operation(created_by: str) -> Callable[[Request], list[Question]]:
    def questions(request: Request) -> list[Question]:
        stack = str(request.fields.get("StackName") or "")
        resource = stack if stack.startswith("arn:") else request.arn("cloudformation", f"stack/{stack}/*")
        tags = list(_query_tags(request.fields))
        context = {"cloudformation:CreateAction": created_by, **tag_context(tags)}
        return [
            *passing(request, [request.fields.get("RoleARN")], "cloudformation.amazonaws.com"),
            *([Question("cloudformation:TagResource", resource, context)] if tags else []),
        ]

    return questions


def _query_tags(fields: dict[str, Any]) -> Iterable[tuple[str, str]]:
    number = 1
    while f"Tags.member.{number}.Key" in fields:
        yield fields[f"Tags.member.{number}.Key"], fields.get(f"Tags.member.{number}.Value", "")
        number += 1


_BESIDE: dict[str, Callable[[Request], list[Question]]] = {
    "ecs:RegisterTaskDefinition": _register_task_definition,
    "ecs:RunTask": _run_task("RunTask"),
    "ecs:StartTask": _run_task("StartTask"),
    "ecs:CreateService": _create_service,
    "logs:CreateLogGroup": _create_log_group,
    "cloudformation:CreateStack": _stack_operation("CreateStack"),
    "cloudformation:UpdateStack": _stack_operation("UpdateStack"),
    "cloudformation:DeleteStack": _stack_operation("DeleteStack"),
    "cloudformation:CreateChangeSet": _stack_operation("CreateChangeSet"),
}
