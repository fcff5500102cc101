"""May this principal do this? Decided by MiniStack's evaluator as for a request, recorded, and worded as AWS refuses."""

from dataclasses import dataclass, field
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.iam_actions import identity_denial_message
from ministack.core.iam_evaluator import EvalContext, EvalResult, PrincipalInfo
from ministack.core.responses import get_region

from . import record
from .principal import Caller, ServiceRole


@dataclass(frozen=True)
class Question:
    """An action on a resource, with the condition keys that AWS sends along, in their documented spelling."""

    action: str
    resource: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Denial:
    question: Question
    result: EvalResult

    @property
    def message(self) -> str:
        question, explicit = self.question, self.result.decision == "Deny"
        return identity_denial_message(question.action, self.result.principal_arn, question.resource, explicit)


def ask(who: Caller | ServiceRole | None, question: Question, by: str) -> Denial | None:
    """None when it is allowed, or when nobody has to be asked."""
    principal = who.now() if who else None
    if principal is None or principal.policies is None:
        return None
    result = _decide(principal, question)
    allowed = result.decision == "Allow"
    record.note(principal.arn, question.action, question.resource, question.context, allowed, by)
    if allowed:
        return None
    result.principal_arn = principal.arn
    return Denial(question, result)


def _decide(principal: PrincipalInfo, question: Question) -> EvalResult:
    service = question.action.split(":", 1)[0]
    context = EvalContext(
        principal_arn=principal.arn,
        principal_type=principal.type,
        principal_account=principal.account,
        action=question.action,
        resource_arn=question.resource,
        region=get_region(),
        service_context={"aws:tagkeys": None, **{key.lower(): value for key, value in question.context.items()}},
        principal_keys=principal.keys,
    )
    result = iam_evaluator.evaluate(context, principal.policies or [], *principal.limits)
    own = iam_evaluator._resource_policy(service, question.resource)
    if own is None:
        return result
    required = service in iam_evaluator._POLICY_REQUIRED
    return iam_evaluator.combine_resource_policy(result, context, *own, required=required, limits=principal.limits)
