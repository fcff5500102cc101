"""The awslogs driver's stream: what its options say, and how it is made, as the execution role.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
https://github.com/moby/moby/blob/master/daemon/logger/awslogs/cloudwatchlogs.go (`New`, `create`)
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from botocore.exceptions import ClientError
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import cloudwatch_logs

from . import api_client, one_at_a_time
from .errors import TaskStartError
from .patching import require, wrap

_STREAM_FAILURE = "failed to create Cloudwatch log stream"
_GROUP_FAILURE = "failed to create Cloudwatch log group"
# What ECS fills in: the default of 2025 is to drop lines rather than to stall a container.
_DEFAULT_MODE, _DEFAULT_BUFFER = "non-blocking", "10m"
_UNITS = {"k": 1024, "m": 1024**2, "g": 1024**3}


@dataclass(frozen=True)
class Stream:
    group: str
    # None: named after the container, which is known only when it has been created.
    name: str | None
    region: str
    account: str
    # Without an execution role the driver acts as the instance, whose rights are not modelled here.
    role: str | None
    task_id: str
    create_group: bool
    # Whether the container waits for the stream; else it starts without, and lines beyond the buffer are dropped.
    blocking: bool
    buffer_bytes: int

    def named(self, container_id: str) -> "Stream":
        return self if self.name else replace(self, name=container_id)


def install() -> None:
    require(cloudwatch_logs, _create_log_stream=("data",), _create_log_group=("data",))
    # MiniStack goes through all records when a group or a stream is deleted, which fails ("dictionary changed size
    # during iteration") while containers write on their own threads.
    alone = one_at_a_time.together(threading.RLock())
    wrap(cloudwatch_logs, "_put_log_events", alone, ("data",))
    wrap(cloudwatch_logs, "_forget_log_records_for_group", alone, ("group_name",))
    wrap(cloudwatch_logs, "_forget_log_records_for_stream", alone, ("group_name", "stream_name"))


def prepare(task: dict, task_definition: dict, definition: dict) -> Stream | None:
    """A container's awslogs configuration; in blocking mode its stream is made, as the driver does before the start.

    On EC2 a missing group then stops the container: Docker cannot initialise the logging driver.
    """
    configuration = definition.get("logConfiguration") or {}
    if configuration.get("logDriver") != "awslogs":
        return None
    options = configuration.get("options") or {}
    prefix = options.get("awslogs-stream-prefix")
    task_id = task["taskArn"].rsplit("/", 1)[-1]
    stream = Stream(
        group=options.get("awslogs-group", ""),
        name=f"{prefix}/{definition['name']}/{task_id}" if prefix else None,
        region=options.get("awslogs-region") or get_region(),
        account=get_account_id(),
        role=task_definition.get("executionRoleArn") or None,
        task_id=task_id,
        create_group=str(options.get("awslogs-create-group", "")).lower() == "true",
        blocking=options.get("mode", _DEFAULT_MODE) == "blocking",
        buffer_bytes=_bytes(options.get("max-buffer-size", _DEFAULT_BUFFER)),
    )
    if stream.blocking and stream.name:
        make(stream)
    return stream


def make(stream: Stream) -> None:
    """The stream first; the group only when it is missing and the options say so, and then the stream again."""
    with request_scope(stream.account, stream.region):
        if not stream.role:
            _make(stream, _directly(cloudwatch_logs._create_log_stream), _directly(cloudwatch_logs._create_log_group))
            return
        with api_client.as_role(stream.role, stream.task_id) as connect:
            logs = connect("logs", stream.region)
            try:
                _make(stream, logs.create_log_stream, logs.create_log_group)
            finally:
                logs.close()


def _make(stream: Stream, create_stream: Callable, create_group: Callable) -> None:
    names = {"logGroupName": stream.group, "logStreamName": stream.name}
    try:
        _call(create_stream, _STREAM_FAILURE, **names)
    except TaskStartError as error:
        if "ResourceNotFoundException" not in str(error) or not stream.create_group:
            raise
        _call(create_group, _GROUP_FAILURE, logGroupName=stream.group)
        _call(create_stream, _STREAM_FAILURE, **names)


def _call(action: Callable, failure: str, **request: str) -> None:
    try:
        action(**request)
    except ClientError as error:
        detail = error.response["Error"]
        if detail["Code"] != "ResourceAlreadyExistsException":
            text = f"failed to initialize logging driver: {failure}: {detail['Code']}: {detail['Message']}"
            raise TaskStartError("CannotStartContainerError", f"Error response from daemon: {text}") from error


def _directly(handler: Callable[[dict], tuple]) -> Callable:
    """An action of MiniStack as a client's method."""

    def call(**request: str) -> None:
        status, _, body = handler(request)
        if status >= 400:
            answer = json.loads(body)
            detail = {"Code": answer["__type"].rsplit("#", 1)[-1], "Message": answer["message"]}
            raise ClientError({"Error": detail}, handler.__name__)

    return call


def _bytes(size: str) -> int:
    """Docker's sizes: 25m, 512k, or a number of bytes."""
    text = str(size).lower().removesuffix("b")
    unit = _UNITS.get(text[-1:], 1)
    return int(text if unit == 1 else text[:-1]) * unit
