"""From a container definition to a container of the engine.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking.html for the network modes
"""

from typing import Any

from docker.types import Healthcheck, LogConfig, Ulimit

from . import dns_names, engine, volumes
from .settings import SETTINGS

_NANOSECONDS = 1_000_000_000
# Docker refuses less than 6 MiB; so does ECS.
_LEAST_MEMORY_MIB = 6
_DEFAULT_STOP_SECONDS = 30


def create(task: dict, task_definition: dict, definition: dict, instance: dict, environment: dict[str, str]) -> str:
    """Create (not start) the task's next container and return its id."""
    api = engine.client().api
    own_network = _network_mode(task, task_definition, instance) == SETTINGS.network
    family, revision = _family_and_revision(task)
    task_id = task["taskArn"].rsplit("/", 1)[-1]
    created = api.create_container(
        image=definition["image"],
        name=f"ecs-{family}-{revision}-{definition['name']}-{task_id[:12]}",
        command=definition.get("command") or None,
        entrypoint=definition.get("entryPoint") or None,
        environment=environment,
        user=definition.get("user") or None,
        working_dir=definition.get("workingDirectory") or None,
        healthcheck=_health_check(definition),
        labels=engine.labels("ecs", **labels(task, definition)),
        host_config=_host_config(task, task_definition, definition, instance),
        networking_config=_network(task) if own_network else None,
    )
    return created["Id"]


def labels(task: dict, definition: dict) -> dict[str, str]:
    """A container's own labels, and the agent's, which win over those of the same name.

    `createContainer` in https://github.com/aws/amazon-ecs-agent/blob/master/agent/engine/docker_task_engine.go
    """
    family, revision = _family_and_revision(task)
    return {
        **(definition.get("dockerLabels") or {}),
        "com.amazonaws.ecs.task-arn": task["taskArn"],
        "com.amazonaws.ecs.container-name": definition["name"],
        "com.amazonaws.ecs.task-definition-family": family,
        "com.amazonaws.ecs.task-definition-version": revision,
        "com.amazonaws.ecs.cluster": task["clusterArn"].rsplit("/", 1)[-1],
    }


def _family_and_revision(task: dict) -> tuple[str, str]:
    family, _, revision = task["taskDefinitionArn"].rsplit("/", 1)[-1].partition(":")
    return family, revision


def stop_seconds(definition: dict) -> int:
    """How long a container may take after SIGTERM; ECS_CONTAINER_STOP_TIMEOUT is 30 s by default."""
    value = definition.get("stopTimeout")
    return _DEFAULT_STOP_SECONDS if value is None else int(value)


def _host_config(task: dict, task_definition: dict, definition: dict, instance: dict) -> dict:
    linux = definition.get("linuxParameters") or {}
    capabilities = linux.get("capabilities") or {}
    options: dict[str, Any] = {
        "binds": volumes.binds(task, task_definition, definition, instance),
        "privileged": bool(definition.get("privileged")),
        "read_only": bool(definition.get("readonlyRootFilesystem")),
        "cap_add": capabilities.get("add") or None,
        "cap_drop": capabilities.get("drop") or None,
        "init": True if linux.get("initProcessEnabled") else None,
        "ulimits": [
            Ulimit(name=limit["name"], soft=limit["softLimit"], hard=limit["hardLimit"])
            for limit in definition.get("ulimits") or []
        ],
        # Only for whoever looks with `docker logs`; the output itself is read as it is written.
        "log_config": LogConfig(type="json-file", config={"max-size": "20m", "max-file": "1"}),
        **_limits(task_definition, definition),
        **_namespaces(task, task_definition, definition, instance),
    }
    return engine.client().api.create_host_config(**{key: value for key, value in options.items() if value is not None})


def _namespaces(task: dict, task_definition: dict, definition: dict, instance: dict) -> dict[str, Any]:
    mode = _network_mode(task, task_definition, instance)
    options: dict[str, Any] = {"network_mode": mode}
    if mode == SETTINGS.network:
        extra = {entry["hostname"]: entry["ipAddress"] for entry in definition.get("extraHosts") or []}
        options["extra_hosts"] = {**SETTINGS.extra_hosts, **extra}
    if task_definition.get("pidMode") == "host":
        options["pid_mode"] = f"container:{instance['ec2InstanceId']}"
    return options


def _network_mode(task: dict, task_definition: dict, instance: dict) -> str:
    mode = task_definition.get("networkMode")
    if mode == "host":
        # The instance's network, and with it its hostname, hosts file and resolver.
        return f"container:{instance['ec2InstanceId']}"
    if mode == "none":
        return "none"
    if mode == "awsvpc" and task["_docker_ids"]:
        # An awsvpc task has one network interface; its containers reach each other on localhost.
        return f"container:{task['_docker_ids'][0]}"
    return SETTINGS.network


def _limits(task_definition: dict, definition: dict) -> dict[str, Any]:
    """The container's own limits; a hard memory limit of the task alone holds for its only container."""
    options: dict[str, Any] = {}
    memory = definition.get("memory")
    if not memory and len(task_definition["containerDefinitions"]) == 1:
        memory = task_definition.get("memory")
    if memory and engine.info().get("MemoryLimit"):
        options["mem_limit"] = max(int(memory), _LEAST_MEMORY_MIB) * 1024 * 1024
        if definition.get("memoryReservation"):
            options["mem_reservation"] = int(definition["memoryReservation"]) * 1024 * 1024
    if definition.get("cpu") and engine.info().get("CPUShares", True):
        options["cpu_shares"] = max(2, int(definition["cpu"]))
    return options


def _network(task: dict) -> dict:
    api = engine.client().api
    endpoint = api.create_endpoint_config(aliases=dns_names.at_creation(task))
    return api.create_networking_config({SETTINGS.network: endpoint})


def _health_check(definition: dict) -> Healthcheck | None:
    check = definition.get("healthCheck")
    if not check:
        return None
    return Healthcheck(
        test=check["command"],
        interval=int(check.get("interval", 30)) * _NANOSECONDS,
        timeout=int(check.get("timeout", 5)) * _NANOSECONDS,
        retries=int(check.get("retries", 3)),
        start_period=int(check.get("startPeriod", 0)) * _NANOSECONDS,
    )
