"""ECS's answers, at their one exit: members that have nothing are left out, and every date is a number.

AWS leaves out a member that has no value; MiniStack sends some as empty texts, which no enumeration holds. It turns
dates into numbers by their names, and knows none of service deployments.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
"""

from typing import Any

from ministack.services import ecs

from .patching import replace, require

_LEFT_OUT_WHEN_EMPTY = frozenset({"ipcMode", "pidMode", "stopCode", "stoppedReason"})
_DATES = frozenset({"finishedAt"})


def install() -> None:
    require(ecs, _ts_to_epoch=("value",))
    replace(ecs, "_normalize_ecs_timestamps", _as_on_the_wire, ("payload", "field_name"))


def _as_on_the_wire(payload: Any, field_name: str | None = None) -> Any:
    if isinstance(payload, dict):
        return {
            name: _as_on_the_wire(value, name)
            for name, value in payload.items()
            if value != "" or name not in _LEFT_OUT_WHEN_EMPTY
        }
    if isinstance(payload, list):
        return [_as_on_the_wire(item, field_name) for item in payload]
    if field_name in ecs._ECS_TIMESTAMP_FIELDS or field_name in _DATES:
        return ecs._ts_to_epoch(payload)
    return payload
