"""RoleARN: from the operation it is given to on, CloudFormation works with that role's rights instead of the caller's.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
The caller hands it over, and is asked for iam:PassRole then: `../rights/requests.py`.
"""

from ministack.services.cloudformation import changesets
from ministack.services.cloudformation.helpers import _p

from ..rights.principal import give_service_role
from .change_sets import Answer, Handler, find_stack

_KEPT = "_service_role"


def given(original: Handler) -> Handler:
    """CreateStack, UpdateStack and DeleteStack."""

    def answer(params: dict) -> Answer:
        response = original(params)
        stack = find_stack(params)
        if response[0] < 400 and stack is not None:
            _give(stack["StackId"], _p(params, "RoleARN"))
        return response

    return answer


def planned(original: Handler) -> Handler:
    """CreateChangeSet: the role counts when the change set is executed."""

    def answer(params: dict) -> Answer:
        response = original(params)
        change_set = _change_set(params) if response[0] < 400 else None
        if change_set is not None:
            change_set[_KEPT] = _p(params, "RoleARN")
        return response

    return answer


def executed(original: Handler) -> Handler:
    """ExecuteChangeSet."""

    def answer(params: dict) -> Answer:
        change_set = _change_set(params)
        response = original(params)
        if response[0] < 400 and change_set is not None:
            _give(change_set["StackId"], change_set.get(_KEPT, ""))
        return response

    return answer


def _change_set(params: dict) -> dict | None:
    return changesets._find_change_set(_p(params, "ChangeSetName"), _p(params, "StackName"))[1]


def _give(stack_id: str, role: str) -> None:
    if role:
        give_service_role(stack_id, role)
