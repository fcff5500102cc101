"""Deployments of services: in progress from birth, completed when in a steady state, failed by the circuit breaker.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
"""

import time
from collections.abc import Callable

from ministack.services import ecs

from . import health, pace, service_deployments, service_events, service_plan
from .patching import require, wrap


def install() -> None:
    require(
        ecs,
        _circuit_breaker_threshold=("svc",),
        _primary_deployment=("svc",),
        _deployment_for_task=("svc", "task"),
        _refresh_service_state=("cluster_name", "group"),
    )
    wrap(ecs, "_make_deployment", _in_progress_from_birth, parameters=("task_definition", "desired_count", "status"))


def _in_progress_from_birth(original: Callable[..., dict]) -> Callable[..., dict]:
    def make(task_definition: str, desired_count: int, status: str = "PRIMARY") -> dict:
        deployment = original(task_definition, desired_count, status)
        deployment["rolloutState"] = "IN_PROGRESS"
        deployment["rolloutStateReason"] = f"ECS deployment {deployment['id']} in progress."
        return deployment

    return make


def count_failures(service: dict) -> None:
    """Count each task of the current rollout that ended by itself, once, and trip the breaker at its threshold."""
    primary = ecs._primary_deployment(service)
    for task in service_plan.tasks_of(service):
        # From its exit on, not only when it has been cleaned up: or its replacement would start without delay.
        if task.get("_failure_counted") or task["desiredStatus"] != "STOPPED":
            continue
        task["_failure_counted"] = True
        if not primary or not _failed(task):
            continue
        if task["_deployment_id"] == primary["id"]:
            primary["_failures_in_a_row"] = primary.get("_failures_in_a_row", 0) + 1
            primary["_failed_at"] = time.monotonic()
            if primary["rolloutState"] == "IN_PROGRESS":
                primary["failedTasks"] = int(primary.get("failedTasks", 0)) + 1
    breaker = (service.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
    if (
        primary
        and breaker.get("enable")
        and primary["rolloutState"] == "IN_PROGRESS"
        and primary["failedTasks"] >= ecs._circuit_breaker_threshold(service)
    ):
        _fail(service, primary, bool(breaker.get("rollback")))


def _failed(task: dict) -> bool:
    """Whether a stopped task counts against its deployment: it ended by itself, or its health check ended it."""
    ended_by_itself = task.get("stopCode") in ("TaskFailedToStart", "EssentialContainerExited")
    return ended_by_itself or health.ended(task)


def start_delay(deployment: dict) -> float:
    """Seconds until the next start after failures in a row; 0 or less when there is nothing to wait for.

    ECS starts tasks of a service that keep failing less and less often, and never as fast as a program can crash:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
    """
    failures = deployment.get("_failures_in_a_row", 0)
    if not failures:
        return 0.0
    delay = min(pace.seconds("restart-first") * 2 ** (failures - 1), pace.seconds("restart-longest"))
    return deployment["_failed_at"] + delay - time.monotonic()


def task_is_steady(service: dict, task: dict) -> None:
    """A task that stays up ends a row of failures."""
    deployment = ecs._deployment_for_task(service, task)
    if deployment:
        deployment["_failures_in_a_row"] = 0
        if deployment["rolloutState"] == "IN_PROGRESS":
            deployment["failedTasks"] = 0


def settle(service: dict) -> None:
    """Complete the rollout when exactly its own tasks run, and forget deployments that have none left."""
    primary = ecs._primary_deployment(service)
    if not primary:
        return
    live = [task for task in service_plan.tasks_of(service) if task["desiredStatus"] == "RUNNING"]
    steady = [t for t in live if t["_deployment_id"] == primary["id"] and t["_startup_stable"]]
    done = len(live) == len(steady) == int(service["desiredCount"])
    if done and primary["rolloutState"] == "IN_PROGRESS":
        primary["rolloutState"] = "COMPLETED"
        primary["rolloutStateReason"] = f"ECS deployment {primary['id']} completed."
        primary["updatedAt"] = ecs._iso()
        service_events.add(service, f"(deployment {primary['id']}) deployment completed.")
    if done:
        service_events.add(service, service_events.STEADY)
        service["deployments"] = [d for d in service["deployments"] if d is primary or _still_shown(d)]
    service_deployments.record(service)
    cluster_name = ecs._cluster_name_from_arn(service["clusterArn"])
    ecs._refresh_service_state(cluster_name, f"service:{service['serviceName']}")


def _still_shown(deployment: dict) -> bool:
    """A deployment that was rolled back is listed a little longer: whoever waits for it must see it FAILED."""
    return deployment["rolloutState"] == "FAILED" and time.monotonic() < deployment["_shown_until"]


def _fail(service: dict, deployment: dict, rollback: bool) -> None:
    deployment["rolloutState"] = "FAILED"
    deployment["rolloutStateReason"] = "ECS deployment circuit breaker: tasks failed to start."
    deployment["desiredCount"] = 0
    deployment["_shown_until"] = time.monotonic() + pace.seconds("failed-deployment-shown")
    deployment["updatedAt"] = ecs._iso()
    service_events.add(service, f"(deployment {deployment['id']}) deployment failed: tasks failed to start.")
    target = next((d for d in service["deployments"] if d is not deployment and d["rolloutState"] == "COMPLETED"), None)
    if not rollback or not target:
        return
    deployment["_rolled_back_to"] = target["id"]
    deployment["status"] = "ACTIVE"
    target.update(
        status="PRIMARY",
        desiredCount=service["desiredCount"],
        rolloutState="IN_PROGRESS",
        rolloutStateReason=f"ECS deployment circuit breaker: rolling back to deploymentId {target['id']}.",
        updatedAt=ecs._iso(),
    )
    service["taskDefinition"] = target["taskDefinition"]
    # The primary deployment is listed first.
    service["deployments"].sort(key=lambda listed: listed["status"] != "PRIMARY")
    service_events.add(service, f"rolling back to deployment {target['id']}.")
