"""DNS of service discovery: `service.namespace` resolves to tasks of the service, at most eight of them.

https://docs.aws.amazon.com/cloud-map/latest/api/API_DnsConfig.html: "up to eight instances". DNS is Docker's: a task's
endpoint on the VPC network carries the name as an alias, so that each task that holds it is in every answer, without TTL,
from the container's creation (at AWS's pace: from a while after its registration) to its removal. Route 53 answers with
eight others each time; here the eight that hold a name keep it until one of them goes.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import docker
from ministack.core.concurrency import spawn_background
from ministack.services import ecs
from ministack.services import servicediscovery as sd

from . import cloud_map, engine, pace
from .patching import wrap
from .settings import SETTINGS

logger = logging.getLogger("extension.dns_names")

_MOST_ANSWERS = 8

# Name -> ARNs of the tasks that hold it.
_holders: dict[str, list[str]] = {}
_lock = threading.Lock()


def install() -> None:
    wrap(sd, "_register_instance", _with_cname, parameters=("data",))


def at_creation(task: dict) -> list[str]:
    """The names that a task's endpoint is made with."""
    return _claim(task) if pace.seconds("name-lag") == 0 else []


def announce(task: dict, scope: Callable[[], AbstractContextManager]) -> None:
    """Let a registered task's names resolve to it, when their time has come."""
    lag = pace.seconds("name-lag")
    if lag == 0 or not task.get("_registered_in"):
        return

    def later() -> None:
        with scope():
            _give(task)

    timer = threading.Timer(lag, later)
    timer.daemon = True
    timer.start()


def release(task: dict) -> None:
    """A task's container is gone: others may have its place in the answers."""
    with _lock:
        left = [name for name, holders in _holders.items() if task["taskArn"] in holders]
        for name in left:
            _holders[name].remove(task["taskArn"])
    if left:
        spawn_background(_refresh, thread_name="dns-names")


def _claim(task: dict) -> list[str]:
    """The names that this task holds from now on."""
    with _lock:
        held = []
        for name in cloud_map.names(task):
            holders = _holders.setdefault(name, [])
            if task["taskArn"] in holders or len(holders) < _MOST_ANSWERS:
                held.append(name)
            if name in held and task["taskArn"] not in holders:
                holders.append(task["taskArn"])
        return held


def _with_cname(original: Callable[[dict], tuple]) -> Callable[[dict], tuple]:
    """A CNAME that is registered after its target's tasks have started reaches them too."""

    def register_instance(data: dict) -> tuple:
        response = original(data)
        if response[0] < 400 and "AWS_INSTANCE_CNAME" in (data.get("Attributes") or {}):
            spawn_background(_refresh, thread_name="dns-names")
        return response

    return register_instance


def _refresh() -> None:
    for task in ecs._tasks.values():
        if task.get("_registered_in"):
            _give(task)


def _give(task: dict) -> None:
    """An endpoint's aliases are fixed: it is made again, with the same address, which connections survive."""
    if task["desiredStatus"] != "RUNNING" or task["_network_mode"] == "host":
        return
    held = _claim(task)
    api = engine.client().api
    try:
        container_id = task["_docker_ids"][0]
        endpoint = api.inspect_container(container_id)["NetworkSettings"]["Networks"][SETTINGS.network]
        if set(held) <= set(endpoint["Aliases"] or []):
            return
        address = endpoint["IPAddress"]
        api.disconnect_container_from_network(container_id, SETTINGS.network, force=True)
        api.connect_container_to_network(container_id, SETTINGS.network, ipv4_address=address, aliases=held)
    except (docker.errors.APIError, IndexError) as error:
        logger.warning("cannot rename %s in the VPC network: %s", task["taskArn"], error)
