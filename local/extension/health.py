"""Health of a task: container checks as the engine finds them and DescribeTasks shows them, and what they and the
checks of load balancers mean for a service.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html
"""

import threading
import time
from collections.abc import Callable

import docker
from ministack.services import ecs

from . import cloud_map, engine, pace, target_health

_CONTAINER_CHECK = "Task failed container health checks"
_TARGET_CHECK = "Task failed ELB health checks in"

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


def failure(task: dict) -> str | None:
    """Why a service replaces this task, if its health gives it a reason to."""
    if task["healthStatus"] == "UNHEALTHY":
        return _CONTAINER_CHECK
    group = target_health.failing_group(task, cloud_map.service_of(task))
    return f"{_TARGET_CHECK} (target-group {group})" if group else None


def ended(task: dict) -> bool:
    """Whether a stopped task was stopped for its health."""
    return (task.get("stoppedReason") or "").startswith((_CONTAINER_CHECK, _TARGET_CHECK))


def seconds_until_counted(task: dict) -> float:
    """How long a task has to run before it can count as healthy: checks, where there are any, decide instead of time."""
    checked = _has_check(task) or bool((cloud_map.service_of(task) or {}).get("loadBalancers"))
    # A container may reach RUNNING and exit at once, so that here no task counts in that very moment.
    return pace.at("local", "task-counts-as-healthy") if checked else pace.seconds("task-counts-as-healthy")


def _has_check(task: dict) -> bool:
    essentials = zip(task["containers"], task["_container_essentials"], strict=True)
    return any(essential and container.get("_has_check") for container, essential in essentials)


def allows_steady(task: dict) -> bool:
    """Whether a running task counts: one with checks only once they have passed."""
    has_check = any(container.get("_has_check") for container in task["containers"])
    own = not has_check or task["healthStatus"] == "HEALTHY"
    return own and target_health.are_healthy(task, cloud_map.service_of(task))


def changed(task: dict) -> None:
    task["healthStatus"] = of_task(task)
    ecs._bump_task_version(task)
