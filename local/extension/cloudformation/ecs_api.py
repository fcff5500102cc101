"""ECS from inside the emulator: the public actions, called without a network round trip."""

import json
import re
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import ecs


class EcsError(ValueError):
    """An error answer of ECS, worded as CloudFormation's ECS handlers pass it on."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(handler_message(message, _HANDLER_CODES.get(code, "GeneralServiceException")))


# https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
_HANDLER_CODES = {
    "InvalidParameterException": "InvalidRequest",
    "ClientException": "InvalidRequest",
    "ClusterNotFoundException": "NotFound",
    "ServiceNotFoundException": "NotFound",
    "ServiceNotActiveException": "NotFound",
    "AccessDeniedException": "AccessDenied",
}


def handler_message(message: str, code: str) -> str:
    """A resource's status reason as CloudFormation words what its handler returned."""
    return f'Resource handler returned message: "{message}" (RequestToken: {new_uuid()}, HandlerErrorCode: {code})'


def call(action: str, **request: Any) -> dict:
    """The parsed answer of an ECS action; EcsError when it refuses."""
    status, _, body = ecs._dispatch_action(action, request)
    answer = json.loads(body) if body else {}
    if status < 400:
        return answer
    code = re.split(r"[#:]", str(answer.get("__type", "ServerException")))[-1]
    raise EcsError(code, str(answer.get("message") or answer.get("Message") or code))


def list_all(action: str, member: str, **request: Any) -> list[str]:
    """Every page of a list action."""
    found: list[str] = []
    token: str | None = None
    while True:
        page = call(action, **request, **({"nextToken": token} if token else {}))
        found.extend(page.get(member, []))
        token = page.get("nextToken")
        if not token:
            return found
