"""Whose rights count: the caller's of a request, also in all that the request sets going, or a stack's service role's.

CloudFormation acts with the credentials of whoever executes, and with a service role instead where the stack has one,
from then on in all its operations. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
"""

import contextvars
from dataclasses import dataclass

from ministack.core import iam_evaluator
from ministack.core.iam_evaluator import AuthError, PrincipalInfo


@dataclass(frozen=True)
class Caller:
    """Who signed a request. The rights are looked up whenever they are asked for, as they are then."""

    access_key: str
    account: str
    # What is known of it from the request, for a session that ends before what it has set going.
    at_request: PrincipalInfo

    def now(self) -> PrincipalInfo:
        found = iam_evaluator.resolve_principal(self.access_key, self.account)
        return self.at_request if isinstance(found, AuthError) else found


@dataclass(frozen=True)
class ServiceRole:
    """The role that a stack was given."""

    arn: str

    def now(self) -> PrincipalInfo:
        account, name = self.arn.split(":")[4], self.arn.rsplit("/", 1)[-1]
        return PrincipalInfo(
            arn=f"arn:aws:sts::{account}:assumed-role/{name}/AWSCloudFormation",
            type="AssumedRole",
            account=account,
            policies=iam_evaluator._gather_role_policies(name, account),
        )


# Tasks and threads begun by a request take a copy of its context along.
_caller: contextvars.ContextVar[Caller | None] = contextvars.ContextVar("rights_caller", default=None)
_service_roles: dict[str, str] = {}


def pin(access_key: str, account: str) -> None:
    """Remember the caller of the request at work; the root has no policies to ask, and nobody else may be left over."""
    found = iam_evaluator.resolve_principal(access_key, account)
    known = None if isinstance(found, AuthError) or found.policies is None else Caller(access_key, account, found)
    _caller.set(known)


def give_service_role(stack_id: str, role_arn: str) -> None:
    """All operations of the stack are this role's from now on."""
    _service_roles[stack_id] = role_arn


def caller() -> Caller | None:
    """The caller of the request at work, None for the account's root and for the emulator itself."""
    return _caller.get()


def acting_for(stack_id: str) -> Caller | ServiceRole | None:
    """Whose rights a stack's operation has; None: it is not asked for any."""
    role = _service_roles.get(stack_id)
    return ServiceRole(role) if role else _caller.get()
