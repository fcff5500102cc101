"""The service scheduler's clock: a service is looked at whenever something about it changed.

One thread; each look compares what is with what should be (see service_plan) and takes the steps that are possible now.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html
"""

import heapq
import itertools
import logging
import threading
import time

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import ecs

from . import (
    container_instances,
    deployments,
    health,
    pace,
    rebalancing,
    service_lock,
    service_plan,
    target_health,
    task_state,
)
from .patching import replace

logger = logging.getLogger("extension.scheduler")

# Every service is looked at this often even if nothing is known to have changed.
_SWEEP_SECONDS = pace.seconds("scheduler-sweeps")

_Key = tuple[str, str, str]  # account, region, "cluster/service"
_due: list[tuple[float, int, _Key]] = []
_count = itertools.count()
_condition = threading.Condition()


def install() -> None:
    replace(ecs, "_reconcile_service_tasks", _reconcile, parameters=("cluster_name", "svc_key"))
    task_state.on_change(_task_changed)
    container_instances.on_change(_cluster_changed)
    target_health.on_change(_targets_changed)
    threading.Thread(target=_run, name="service-scheduler", daemon=True).start()


def wake(service_key: str, after: float = 0.0) -> None:
    """Look at a service of the current account and region: as soon as ECS would, or later."""
    _wake((get_account_id(), get_region(), service_key), max(after, pace.seconds("scheduler-reacts")))


def _wake(key: _Key, after: float) -> None:
    with _condition:
        heapq.heappush(_due, (time.monotonic() + after, next(_count), key))
        _condition.notify()


def _reconcile(cluster_name: str, svc_key: str) -> None:
    """What MiniStack calls when a service was created or updated."""
    wake(svc_key)


def _task_changed(task: dict) -> None:
    kind, _, name = task["group"].partition(":")
    if kind == "service":
        wake(f"{ecs._cluster_name_from_arn(task['clusterArn'])}/{name}")
    if task["lastStatus"] == "STOPPED":
        # What it held is free again, perhaps for a task of another service.
        _cluster_changed(ecs._cluster_name_from_arn(task["clusterArn"]))


def _cluster_changed(cluster_name: str) -> None:
    for key in ecs._services:
        if key.startswith(f"{cluster_name}/"):
            wake(key)


def _targets_changed() -> None:
    for key, service in ecs._services.all_items():
        if service.get("loadBalancers"):
            _wake(key, pace.seconds("scheduler-reacts"))


def _run() -> None:
    while True:
        _forget_old_tasks()
        for account, region, service_key in _next_keys():
            with request_scope(account, region), service_lock.lock:
                try:
                    _look_at(service_key)
                except Exception:
                    logger.exception("service %s could not be scheduled", service_key)


def _forget_old_tasks() -> None:
    for (account, region, arn), task in ecs._tasks.all_items():
        if task.get("_stopped_at", time.monotonic()) < time.monotonic() - pace.seconds("stopped-task-shown"):
            ecs._tasks.pop_scoped(account, region, arn)


def _next_keys() -> set[_Key]:
    """The services due now; waits for the first, but not longer than a sweep."""
    with _condition:
        if not _due:
            _condition.wait(_SWEEP_SECONDS)
        elif _due[0][0] > time.monotonic():
            _condition.wait(min(_due[0][0] - time.monotonic(), _SWEEP_SECONDS))
        now = time.monotonic()
        keys = set()
        while _due and _due[0][0] <= now:
            keys.add(heapq.heappop(_due)[2])
        if not keys and not _due:
            keys = {key for key, service in ecs._services.all_items() if service["status"] != "INACTIVE"}
        return keys


def _look_at(service_key: str) -> None:
    service = ecs._services.get(service_key)
    if service and service["status"] == "DRAINING":
        drain(service)
    if not service or service["status"] != "ACTIVE":
        return
    for task in service_plan.tasks_of(service):
        if task["lastStatus"] == "RUNNING" and not task["_startup_stable"]:
            left = task["_running_since"] + health.seconds_until_counted(task) - time.monotonic()
            if left > 0:
                wake(service_key, left)
            elif health.allows_steady(task):
                task["_startup_stable"] = True
                deployments.task_is_steady(service, task)
    deployments.count_failures(service)
    wait = service_plan.advance(service)
    if wait:
        wake(service_key, wait)
    deployments.settle(service)
    after = rebalancing.look_at(service)
    if after is not None:
        wake(service_key, after)


def drain(service: dict) -> None:
    """Stop what a deleted service still runs; it is INACTIVE once its last task has stopped."""
    tasks = service_plan.tasks_of(service)
    service_plan.stop(service, ecs._primary_deployment(service), [t for t in tasks if t["desiredStatus"] == "RUNNING"])
    if service["status"] == "DRAINING" and all(task["lastStatus"] == "STOPPED" for task in tasks):
        service["status"] = "INACTIVE"
        ecs._recount_cluster(ecs._cluster_name_from_arn(service["clusterArn"]))
