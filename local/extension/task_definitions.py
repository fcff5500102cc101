"""RegisterTaskDefinition: roles by their short name, and one new revision of a family at a time.

`taskRoleArn` is "the short name or full ARN" (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html);
published templates give the execution role by its name as well (`!Ref Role`). What was given is what is described.

Two registrations of one family that overlap, or one just after a revision was deregistered, are refused:
https://github.com/hashicorp/terraform-provider-aws/issues/9777, https://github.com/convox/praxis/issues/276,
https://github.com/jenkinsci/amazon-ecs-plugin/issues/105
"""

import threading
import time
from collections.abc import Callable

from ministack.core.responses import AccountRegionScopedDict, error_response_json, json_response
from ministack.services import ecs

from . import credentials
from .patching import wrap

BUSY = "Too many concurrent attempts to create a new revision of the specified family."

# How long a registration takes, and how long a family is busy after a deregistration. AWS documents neither.
_REGISTERING_SECONDS = 0.1
_AFTER_DEREGISTRATION_SECONDS = 1.0
_ROLES = ("executionRoleArn", "taskRoleArn")

# Family -> the time.monotonic() until which it takes no new revision; infinite while one is made.
_busy_until = AccountRegionScopedDict()
_lock = threading.Lock()


def install() -> None:
    wrap(ecs, "_register_task_definition", _alone, parameters=("data",), actions=("RegisterTaskDefinition",))
    wrap(ecs, "_deregister_task_definition", _noted, parameters=("data",), actions=("DeregisterTaskDefinition",))


def _alone(original: Callable[[dict], tuple]) -> Callable[[dict], tuple]:
    def register(data: dict) -> tuple:
        family = data.get("family", "")
        with _lock:
            if _busy_until.get(family, 0.0) > time.monotonic():
                return error_response_json("ClientException", BUSY, 400)
            _busy_until[family] = float("inf")
        try:
            time.sleep(_REGISTERING_SECONDS)
            return _with_roles(original, data)
        finally:
            _busy_until[family] = 0.0

    return register


def _with_roles(original: Callable[[dict], tuple], data: dict) -> tuple:
    """MiniStack knows roles by their ARN only."""
    named = {field: data[field] for field in _ROLES if data.get(field) and not data[field].startswith("arn:")}
    unknown = [name for name in named.values() if credentials.find_role(name) is None]
    if unknown:
        return error_response_json("ClientException", "Role is not valid", 400)
    response = original({**data, **{field: credentials.role_arn(name) for field, name in named.items()}})
    if named and response[0] < 400:
        made = ecs._task_defs[f"{data['family']}:{ecs._task_def_latest[data['family']]}"]
        made.update(named)
        return json_response({"taskDefinition": made, "tags": data.get("tags", [])})
    return response


def _noted(original: Callable[[dict], tuple]) -> Callable[[dict], tuple]:
    def deregister(data: dict) -> tuple:
        definition = ecs._task_defs.get(ecs._resolve_td_key(data.get("taskDefinition", "")))
        with _lock:
            if definition:
                until = time.monotonic() + _AFTER_DEREGISTRATION_SECONDS
                family = definition["family"]
                _busy_until[family] = max(_busy_until.get(family, 0.0), until)
        return original(data)

    return deregister
