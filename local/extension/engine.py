"""The container engine: one client, and the labels everything we make carries."""

import functools
from typing import Any

import docker
from ministack.core import container_reaper

from .settings import SETTINGS

# Waiting for an exit and following a log each hold a connection for as long as a container lives.
_CONNECTIONS = 200


@functools.cache
def client() -> docker.DockerClient:
    return docker.from_env(timeout=60, max_pool_size=_CONNECTIONS)


@functools.cache
def info() -> dict[str, Any]:
    """What the engine can do (memory limits, processors, proxies)."""
    return client().info()


def labels(service: str, **extra: str) -> dict[str, str]:
    """Labels of a container: ours, by which `down` removes it, and those MiniStack's reaper goes by."""
    return {**container_reaper.own_labels(service), SETTINGS.label: SETTINGS.name, **extra}


def network_address(container: Any) -> str:
    container.reload()
    networks = container.attrs["NetworkSettings"]["Networks"]
    return networks.get(SETTINGS.network, {}).get("IPAddress", "")


def remove(container_id: str) -> None:
    """Remove a container with its anonymous volumes, whatever its state; gone already is fine."""
    try:
        client().api.remove_container(container_id, v=True, force=True)
    except docker.errors.NotFound:
        return
    except docker.errors.APIError as error:
        # "removal of container … is already in progress": someone else does our work.
        if error.status_code != 409:
            raise
