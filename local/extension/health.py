"""Container health checks: what the engine finds, as DescribeTasks shows it, and what it means for a service.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
"""

import threading
import time
from collections.abc import Callable

import docker
from ministack.services import ecs

from . import engine

UNHEALTHY_REASON = "Task failed container health checks"

_LOOK_SECONDS = 0.3
_STATUSES = {"healthy": "HEALTHY", "unhealthy": "UNHEALTHY"}


def watch(record: dict, container_id: str, ended: threading.Event, changed: Callable[[], None]) -> None:
    """Keep `healthStatus` of a container's record in step with the engine until it has ended."""

    def follow() -> None:
        while not ended.wait(_LOOK_SECONDS):
            try:
                state = engine.client().api.inspect_container(container_id)["State"]
            except docker.errors.APIError:
                return
            status = _STATUSES.get((state.get("Health") or {}).get("Status", ""), "UNKNOWN")
            if status != record["healthStatus"]:
                record["healthStatus"] = status
                changed()

    record["healthStatus"] = "UNKNOWN"
    threading.Thread(target=follow, name=f"health-{container_id[:12]}", daemon=True).start()


def of_task(task: dict) -> str:
    """UNHEALTHY with any essential container that is, HEALTHY when every one of those with a check is."""
    checked = [
        container["healthStatus"]
        for container, essential in zip(task["containers"], task["_container_essentials"], strict=True)
        if essential and container.get("_has_check")
    ]
    if "UNHEALTHY" in checked:
        return "UNHEALTHY"
    return "HEALTHY" if checked and set(checked) == {"HEALTHY"} else "UNKNOWN"


def is_unhealthy(task: dict) -> bool:
    return task["healthStatus"] == "UNHEALTHY"


def allows_steady(task: dict) -> bool:
    """Whether a running task counts: one with a check only once that has passed."""
    has_check = any(container.get("_has_check") for container in task["containers"])
    return not has_check or task["healthStatus"] == "HEALTHY"


def changed(task: dict) -> None:
    task["healthStatus"] = of_task(task)
    ecs._bump_task_version(task)
