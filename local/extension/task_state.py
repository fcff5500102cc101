"""A task's record as the APIs show it: its states, reasons and addresses.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
"""

import time
from collections.abc import Callable

import docker
from ministack.core.concurrency import resource_lock
from ministack.services import ecs, ecs_metadata

from . import container_instances, engine, health
from .settings import SETTINGS

# Called with a task after each change that a service's scheduler may have to act on.
_listeners: list[Callable[[dict], None]] = []


def on_change(listener: Callable[[dict], None]) -> None:
    _listeners.append(listener)


def want_stopped(task: dict, reason: str, code: str) -> bool:
    """Decide that a task ends, and why; False when that was decided before."""
    with resource_lock("ecs-task", task["taskArn"]):
        if task["desiredStatus"] == "STOPPED":
            return False
        task.update(desiredStatus="STOPPED", stoppedReason=reason, stopCode=code, stoppingAt=ecs._iso())
        ecs._bump_task_version(task)
    ecs_metadata.set_task_status(task["taskArn"], desired_status="STOPPED")
    _changed(task)
    return True


def mark_running(task: dict) -> None:
    # Before it shows as RUNNING: the scheduler, on a thread of its own, counts from here at once.
    task["_running_since"] = time.monotonic()
    if ecs._mark_task_running(task["taskArn"], task):
        _changed(task)


def health_changed(task: dict) -> None:
    """A container's health check came to another result."""
    with resource_lock("ecs-task", task["taskArn"]):
        health.changed(task)
    _changed(task)


def move(task: dict, status: str) -> None:
    """One step on the way down."""
    with resource_lock("ecs-task", task["taskArn"]):
        task["lastStatus"] = status
        if status == "DEPROVISIONING":
            task["executionStoppedAt"] = ecs._iso()
            ecs._bump_task_version(task)
    ecs_metadata.set_task_status(task["taskArn"], known_status=status)
    _changed(task)


def mark_stopped(task: dict) -> None:
    with resource_lock("ecs-task", task["taskArn"]):
        task["lastStatus"] = "STOPPED"
        task["stoppedAt"] = ecs._iso()
        task["_stopped_at"] = time.monotonic()
        ecs._bump_task_version(task)
        for container in task["containers"]:
            container["lastStatus"] = "STOPPED"
            if task["stopCode"] == "TaskFailedToStart" and container.get("exitCode") is None:
                container["reason"] = task["stoppedReason"]
        tokens, task["_metadata_tokens"] = task.get("_metadata_tokens") or [], []
    for token in tokens:
        ecs_metadata.unregister_token(token)
    _changed(task)


def record_network(task: dict, task_definition: dict, index: int, container_id: str, instance: dict) -> None:
    """Where a started container is reached, in the form of its network mode."""
    definition, record = task_definition["containerDefinitions"][index], task["containers"][index]
    mode = task_definition.get("networkMode")
    if mode == "host":
        task["_container_ip"] = container_instances.ec2_record(instance).get("PrivateIpAddress")
        record["networkBindings"] = [
            {"bindIP": "0.0.0.0", "containerPort": port, "hostPort": port, "protocol": mapping.get("protocol", "tcp")}
            for mapping in definition.get("portMappings") or []
            for port in [mapping["containerPort"]]
        ]
    elif mode != "none":
        # Bridge tasks have an address of their own too; their ports are not published anywhere.
        try:
            container = engine.client().containers.get(container_id)
        except docker.errors.NotFound:
            return
        ecs._record_task_ip(task, container, SETTINGS.network)
        attachments = task.get("attachments") or []
        if attachments:
            address = ecs._task_ip(task)
            record["networkInterfaces"] = [{"attachmentId": attachments[0]["id"], "privateIpv4Address": address}]


def _changed(task: dict) -> None:
    cluster_name = ecs._cluster_name_from_arn(task["clusterArn"])
    ecs._recount_cluster(cluster_name)
    ecs._refresh_service_state(cluster_name, task["group"])
    for listener in _listeners:
        listener(task)
