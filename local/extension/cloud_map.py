"""Service discovery of ECS services: a task is an instance of its Cloud Map service while it runs.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html
DNS is Docker's: a task's endpoint on the VPC network carries `service.namespace` as alias, so the name resolves to
every task that has it (from the container's creation to its removal; the API, unlike DNS, is exact).
"""

import logging
from collections.abc import Callable

import docker
from ministack.core.concurrency import spawn_background
from ministack.core.responses import get_region
from ministack.services import ecs
from ministack.services import servicediscovery as sd

from . import container_instances, engine
from .patching import require, wrap
from .settings import SETTINGS

logger = logging.getLogger("extension.cloud_map")


def install() -> None:
    require(sd, _deregister_instance=("data",))
    wrap(sd, "_register_instance", _with_cname, parameters=("data",))


def service_of(task: dict) -> dict | None:
    kind, _, name = task.get("group", "").partition(":")
    if kind != "service":
        return None
    return ecs._services.get(f"{ecs._cluster_name_from_arn(task['clusterArn'])}/{name}")


def register(task: dict) -> None:
    """Register a task in its service's registries. Its instance id is the task id."""
    service = service_of(task)
    if not ecs._task_ip(task):
        # Its program ended before the address could be read: there is nothing to discover.
        return
    for registry, discovery in _registries(service):
        attributes = _attributes(task, service, registry)
        sd._register_instance({"ServiceId": discovery["Id"], "InstanceId": _task_id(task), "Attributes": attributes})
        task.setdefault("_registered_in", []).append(discovery["Id"])


def deregister(task: dict) -> None:
    """Take a task out of discovery. ECS does this before it sends SIGTERM."""
    for service_id in task.pop("_registered_in", []):
        sd._deregister_instance({"ServiceId": service_id, "InstanceId": _task_id(task)})


def aliases(task: dict) -> list[str]:
    """DNS names of a task: those of its services, and of services whose CNAME points at one of them."""
    names = []
    for _, discovery in _registries(service_of(task)):
        name = _dns_name(discovery)
        if name:
            names += [name, *_names_pointing_at(name)]
    return list(dict.fromkeys(names))


def _with_cname(original: Callable[[dict], tuple]) -> Callable[[dict], tuple]:
    """A CNAME that is registered after its target's tasks have started reaches them too."""

    def register_instance(data: dict) -> tuple:
        response = original(data)
        if response[0] < 400 and "AWS_INSTANCE_CNAME" in (data.get("Attributes") or {}):
            spawn_background(_refresh_aliases, thread_name="cloud-map-aliases")
        return response

    return register_instance


def _refresh_aliases() -> None:
    for task in ecs._tasks.values():
        if task["desiredStatus"] == "RUNNING" and task.get("_registered_in") and task["_network_mode"] != "host":
            try:
                _give_aliases(task["_docker_ids"][0], aliases(task))
            except docker.errors.APIError as error:
                logger.warning("cannot rename %s in the VPC network: %s", task["taskArn"], error)


def _give_aliases(container_id: str, names: list[str]) -> None:
    """An endpoint's aliases are fixed: it is made again, with the same address, which connections survive."""
    endpoint = engine.client().api.inspect_container(container_id)["NetworkSettings"]["Networks"][SETTINGS.network]
    if set(names) <= set(endpoint["Aliases"] or []):
        return
    api = engine.client().api
    api.disconnect_container_from_network(container_id, SETTINGS.network, force=True)
    api.connect_container_to_network(container_id, SETTINGS.network, ipv4_address=endpoint["IPAddress"], aliases=names)


def _registries(service: dict | None) -> list[tuple[dict, dict]]:
    found = []
    for registry in (service or {}).get("serviceRegistries") or []:
        discovery = sd._services.get(registry["registryArn"].rsplit("/", 1)[-1])
        if discovery:
            found.append((registry, discovery))
    return found


def _attributes(task: dict, service: dict, registry: dict) -> dict[str, str]:
    attributes = {
        "AWS_INSTANCE_IPV4": ecs._task_ip(task) or "",
        "AVAILABILITY_ZONE": task["availabilityZone"],
        "REGION": get_region(),
        "ECS_CLUSTER_NAME": ecs._cluster_name_from_arn(task["clusterArn"]),
        "ECS_SERVICE_NAME": service["serviceName"],
        "ECS_TASK_DEFINITION_FAMILY": task["taskDefinitionArn"].rsplit("/", 1)[-1].split(":")[0],
    }
    port = registry.get("containerPort") or registry.get("port")
    if port:
        attributes["AWS_INSTANCE_PORT"] = str(port)
    instance = container_instances.by_arn(task["containerInstanceArn"])
    if instance:
        attributes["EC2_INSTANCE_ID"] = instance["ec2InstanceId"]
    return attributes


def _dns_name(discovery: dict) -> str | None:
    namespace = sd._namespaces.get(discovery["NamespaceId"])
    if not namespace or namespace["Type"] == "HTTP":
        return None
    return f"{discovery['Name']}.{namespace['Name']}"


def _names_pointing_at(name: str) -> list[str]:
    pointing = []
    for service_id, instances in sd._instances.items():
        targets = (entry["Attributes"].get("AWS_INSTANCE_CNAME", "").rstrip(".") for entry in instances.values())
        if name in targets and service_id in sd._services:
            alias = _dns_name(sd._services[service_id])
            if alias:
                pointing.append(alias)
    return pointing


def _task_id(task: dict) -> str:
    return task["taskArn"].rsplit("/", 1)[-1]
