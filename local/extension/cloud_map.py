"""Service discovery of ECS services: a task is an instance of its Cloud Map service while it runs.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html
"""

from ministack.core.responses import get_region
from ministack.services import ecs
from ministack.services import servicediscovery as sd

from . import container_instances


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


def names(task: dict) -> list[str]:
    """DNS names of a task: those of its services, and of services whose CNAME points at one of them."""
    found = []
    for _, discovery in _registries(service_of(task)):
        name = _dns_name(discovery)
        if name:
            found += [name, *_names_pointing_at(name)]
    return list(dict.fromkeys(found))


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
