"""Where a container's output goes: to CloudWatch Logs (awslogs) or to the instance's container-log directory."""

import json
import logging
import shutil
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from . import awslogs, awslogs_writer, container_instances, container_log, containers, engine_options
from .settings import SETTINGS

logger = logging.getLogger("extension.container_output")

# The agent keeps a stopped container, and so its log, for three hours (ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION); a minute
# is enough for a collector on the instance to read the last lines.
_KEEP_SECONDS = 60.0
_NANOSECONDS = 1_000_000_000


class Output(Protocol):
    # The longest piece it takes; longer lines are cut.
    limit: int

    def write(self, piece: container_log.Piece) -> None: ...
    def close(self) -> None: ...


class JsonFile:
    """The json-file driver's file, where Docker would have it on the instance, cut as Docker cuts it.

    https://docs.docker.com/engine/logging/drivers/json-file/
    """

    limit = 16 * 1024

    def __init__(self, instance_id: str, container_id: str, attributes: dict[str, str]):
        self._attributes = attributes
        self._folder = SETTINGS.instance_dir(instance_id) / "var/lib/docker/containers" / container_id
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = (self._folder / f"{container_id}-json.log").open("ab", buffering=0)

    def write(self, piece: container_log.Piece) -> None:
        text = piece.text.decode("utf-8", errors="replace")
        attributes = {"attrs": self._attributes} if self._attributes else {}
        line = {"log": text, "stream": piece.stream, **attributes, "time": _rfc3339(piece.time)}
        self._file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")

    def close(self) -> None:
        self._file.close()
        timer = threading.Timer(_KEEP_SECONDS, _remove, [self._folder])
        timer.daemon = True
        timer.start()


def open_output(
    task: dict, definition: dict, stream: "awslogs.Stream | None", instance: dict, container_id: str
) -> Output | None:
    """The output of a container on a container instance, or None for a driver whose logs go elsewhere."""
    if stream:
        return awslogs_writer.Writer(stream, container_id)
    configuration = definition.get("logConfiguration") or {}
    if (configuration.get("logDriver") or "json-file") != "json-file":
        return None
    defaults = container_instances.ec2_record(instance).get("_log_options") or {}
    options = engine_options.effective(configuration, defaults)
    attributes = engine_options.attributes(options, containers.labels(task, definition))
    return JsonFile(instance["ec2InstanceId"], container_id, attributes)


def follow(container_id: str, output: Output, scope: Callable[[], AbstractContextManager]) -> threading.Thread:
    """Copy what a container, not yet started, will write. The thread ends when its last line has been written."""
    chunks = container_log.attach(container_id)

    def copy() -> None:
        with scope():
            try:
                container_log.copy(chunks, output.limit, output.write)
            except Exception:
                logger.exception("the output of container %s was lost", container_id)
            finally:
                output.close()
                chunks.close()

    thread = threading.Thread(target=copy, name=f"output-{container_id[:12]}", daemon=True)
    thread.start()
    return thread


def _rfc3339(nanoseconds: int) -> str:
    whole, fraction = divmod(nanoseconds, _NANOSECONDS)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{fraction:09d}Z"


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
