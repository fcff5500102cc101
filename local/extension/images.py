"""Image pulls: always from the registry the reference names.

The agent's default is to pull and to fall back on an image it has (ECS_IMAGE_PULL_BEHAVIOR,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html). The fallback is kept for short names
(Docker Hub) only: a reference that names a registry and cannot be pulled fails, or a broken pin would pass unseen here.
"""

import logging
import socket
import threading

import docker

from . import engine
from .errors import TaskStartError

logger = logging.getLogger("extension.images")

_HUB = "registry-1.docker.io"
_REACHABLE_SECONDS = 0.7


def pull(reference: str) -> str | None:
    """Pull an image and return its digest. Raises TaskStartError when it cannot be had."""
    try:
        _pull(reference)
    except _PullError as error:
        if _registry(reference) or not _present(reference):
            raise TaskStartError("CannotPullContainerError", str(error)) from error
        logger.warning("cannot pull %s (%s); using the image that is here", reference, error)
    return _digest(reference)


class _PullError(Exception):
    pass


def _pull(reference: str) -> None:
    host = _registry(reference) or _HUB
    _check_reachable(host, reference)
    repository, tag = docker.utils.parse_repository_tag(reference)
    try:
        for event in engine.client().api.pull(repository, tag=tag or "latest", stream=True, decode=True):
            if "error" in event:
                raise _PullError(f"Error response from daemon: {event['error']}")
    except docker.errors.APIError as error:
        raise _PullError(f"Error response from daemon: {error.explanation or error}") from error


def _registry(reference: str) -> str | None:
    """The registry a reference names, as Docker reads it; None for a Docker Hub short name."""
    first, slash, _ = reference.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return None if first in ("docker.io", "index.docker.io") else first
    return None


def _check_reachable(host: str, reference: str) -> None:
    """Fail within a second where nobody answers; the engine itself retries for a long time.

    Skipped when the engine pulls through a proxy: then this process's view of the network says nothing.
    """
    if engine.info().get("HttpProxy") or engine.info().get("HttpsProxy"):
        return
    name, _, port = host.partition(":")
    outcome: list[str] = []

    def connect() -> None:
        try:
            socket.create_connection((name, int(port or 443)), timeout=_REACHABLE_SECONDS).close()
            outcome.append("")
        except OSError as error:
            outcome.append(str(error))

    # In a thread: name resolution has no timeout of its own.
    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(_REACHABLE_SECONDS + 0.2)
    problem = outcome[0] if outcome else "i/o timeout"
    if problem:
        raise _PullError(f'Error response from daemon: Get "https://{host}/v2/" for {reference}: dial tcp: {problem}')


def _present(reference: str) -> bool:
    try:
        engine.client().api.inspect_image(reference)
    except docker.errors.ImageNotFound:
        return False
    return True


def _digest(reference: str) -> str | None:
    if "@" in reference:
        return reference.split("@", 1)[1]
    digests = engine.client().api.inspect_image(reference).get("RepoDigests") or []
    repository, _ = docker.utils.parse_repository_tag(reference)
    return next((entry.split("@")[1] for entry in digests if entry.split("@")[0] == repository), None)
