"""What an instance has, what its tasks hold, and what is left: CPU, memory and host ports.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement.html
"""

from typing import Any

from ministack.services import ecs

# vCPUs and MiB, less what Amazon Linux and the agent keep for themselves.
_TYPES = {
    "t3.micro": (2, 952),
    "t3.small": (2, 1910),
    "t3.medium": (2, 3826),
    "t3.large": (2, 7806),
    "t3.xlarge": (4, 15767),
    "m5.large": (2, 7680),
    "m5.xlarge": (4, 15550),
    "m5.4xlarge": (16, 63500),
    "m6i.large": (2, 7680),
    "c5.large": (2, 3676),
}
_DEFAULT_TYPE = "t3.large"
# SSH, the Docker daemon and the agent's own ports are taken on every instance.
_RESERVED_PORTS = ("22", "2375", "2376", "51678", "51679")


def registered(instance_type: str) -> list[dict]:
    cpus, memory = _TYPES.get(instance_type, _TYPES[_DEFAULT_TYPE])
    return _resources(cpus * 1024, memory, list(_RESERVED_PORTS))


def remaining(instance: dict) -> list[dict]:
    cpu, memory, ports = _left(instance)
    return _resources(cpu, memory, sorted(ports, key=int))


def tasks_on(container_instance_arn: str) -> list[dict]:
    """Tasks that hold an instance's resources: all that have not reached STOPPED."""
    return [
        task
        for task in ecs._tasks.values()
        if task.get("containerInstanceArn") == container_instance_arn and task["lastStatus"] != "STOPPED"
    ]


def host_ports(task_definition: dict) -> list[str]:
    """Host ports a task claims. An awsvpc task has its own network interface and claims none."""
    mode = task_definition.get("networkMode")
    if mode == "awsvpc":
        return []
    ports = []
    for container in task_definition["containerDefinitions"]:
        for mapping in container.get("portMappings", []):
            default = mapping["containerPort"] if mode == "host" else 0
            port = int(mapping.get("hostPort") or default)
            if port:
                ports.append(str(port))
    return ports


def needs(task_definition: dict) -> tuple[int, int]:
    """CPU units and MiB a task reserves: the task's own size, else the sum of its containers'."""
    containers = task_definition["containerDefinitions"]
    cpu = task_definition.get("cpu") or sum(int(c.get("cpu") or 0) for c in containers)
    memory = task_definition.get("memory") or sum(
        int(c.get("memoryReservation") or c.get("memory") or 0) for c in containers
    )
    return int(cpu), int(memory)


def lacking(instance: dict, task_definition: dict) -> str | None:
    """The first resource the instance cannot give this task, as the failure reason names it."""
    cpu_left, memory_left, taken = _left(instance)
    cpu, memory = needs(task_definition)
    if cpu > cpu_left:
        return "RESOURCE:CPU"
    if memory > memory_left:
        return "RESOURCE:MEMORY"
    if any(port in taken for port in host_ports(task_definition)):
        return "RESOURCE:PORTS"
    return None


def _left(instance: dict) -> tuple[int, int, set[str]]:
    amounts = {entry["name"]: entry for entry in instance["registeredResources"]}
    cpu = amounts["CPU"]["integerValue"]
    memory = amounts["MEMORY"]["integerValue"]
    ports = set(_RESERVED_PORTS)
    for task in tasks_on(instance["containerInstanceArn"]):
        used_cpu, used_memory, used_ports = task["_reserved"]
        cpu -= used_cpu
        memory -= used_memory
        ports.update(used_ports)
    return cpu, memory, ports


def _resources(cpu: int, memory: int, ports: list[str]) -> list[dict[str, Any]]:
    return [
        {"name": "CPU", "type": "INTEGER", "integerValue": cpu},
        {"name": "MEMORY", "type": "INTEGER", "integerValue": memory},
        {"name": "PORTS", "type": "STRINGSET", "stringSetValue": ports},
        {"name": "PORTS_UDP", "type": "STRINGSET", "stringSetValue": []},
    ]
