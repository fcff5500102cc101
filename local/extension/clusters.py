"""An unknown cluster is an error, never a cluster made on the spot.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html#API_RunTask_Errors
"""

from collections.abc import Callable

from ministack.core.responses import error_response_json
from ministack.services import ecs

from .patching import wrap

_GUARDED = {
    "_list_tasks": "ListTasks",
    "_describe_tasks": "DescribeTasks",
    "_list_services": "ListServices",
    "_create_service": "CreateService",
    "_update_service": "UpdateService",
}


def require(data: dict) -> tuple[str, tuple | None]:
    """(cluster name, None), or ("", the error response) when there is no such active cluster."""
    name = ecs._resolve_cluster_name(data.get("cluster") or "default")
    if name is None or name not in ecs._clusters or ecs._clusters[name]["status"] != "ACTIVE":
        return "", error_response_json("ClusterNotFoundException", "Cluster not found.", 400)
    return name, None


def install() -> None:
    for name, action in _GUARDED.items():
        _guard(name, action)


def _guard(name: str, action: str) -> None:
    def make(original: Callable[[dict], tuple]) -> Callable[[dict], tuple]:
        def guarded(data: dict) -> tuple:
            _, error = require(data)
            return error or original(data)

        return guarded

    wrap(ecs, name, make, parameters=("data",), actions=(action,))
