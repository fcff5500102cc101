"""The awslogs driver: one event per line, however long, in order, with the time it was written.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
"""

import threading
from dataclasses import dataclass

from botocore.exceptions import ClientError
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import cloudwatch_logs

from . import api_client, one_at_a_time
from .container_log import Piece
from .errors import TaskStartError
from .patching import require, wrap

# The driver splits a longer line: 256 KiB less the 26 bytes CloudWatch Logs counts for each event.
_MOST_BYTES = 262_144 - 26


@dataclass(frozen=True)
class Stream:
    group: str
    # None: named after the container, which is known only when it has been created.
    name: str | None
    region: str
    account: str


def install() -> None:
    require(cloudwatch_logs, _create_log_stream=("data",), _create_log_group=("data",))
    # MiniStack goes through all records when a group or a stream is deleted, which fails ("dictionary changed size
    # during iteration") while containers write on their own threads.
    alone = one_at_a_time.together(threading.RLock())
    wrap(cloudwatch_logs, "_put_log_events", alone, ("data",))
    wrap(cloudwatch_logs, "_forget_log_records_for_group", alone, ("group_name",))
    wrap(cloudwatch_logs, "_forget_log_records_for_stream", alone, ("group_name", "stream_name"))


def prepare(task: dict, task_definition: dict, definition: dict) -> Stream | None:
    """Check a container's awslogs configuration and make its stream, as the driver does before the start.

    On EC2 a missing group stops the container: Docker cannot initialise the logging driver.
    """
    configuration = definition.get("logConfiguration") or {}
    if configuration.get("logDriver") != "awslogs":
        return None
    options = configuration.get("options") or {}
    group = options.get("awslogs-group", "")
    prefix = options.get("awslogs-stream-prefix")
    task_id = task["taskArn"].rsplit("/", 1)[-1]
    name = f"{prefix}/{definition['name']}/{task_id}" if prefix else None
    stream = Stream(group, name, options.get("awslogs-region") or get_region(), get_account_id())
    create_group = str(options.get("awslogs-create-group", "")).lower() == "true"
    role = task_definition.get("executionRoleArn")
    if role:
        _prepare_as(role, task_id, stream, create_group)
    else:
        # Without an execution role the driver acts as the instance, whose rights are not modelled here.
        with request_scope(stream.account, stream.region):
            _prepare_directly(stream, create_group)
    return stream


class Writer:
    """Puts each line as one event. CloudWatch Logs takes no empty event; the driver drops empty lines too."""

    limit = _MOST_BYTES

    def __init__(self, stream: Stream, container_id: str):
        self._stream = stream
        self._name = stream.name or container_id
        if stream.name is None:
            with request_scope(stream.account, stream.region):
                cloudwatch_logs._create_log_stream({"logGroupName": stream.group, "logStreamName": self._name})

    def write(self, piece: Piece) -> None:
        message = piece.text.removesuffix(b"\n").decode("utf-8", errors="replace")
        if not message:
            return
        event = {"timestamp": piece.time // 1_000_000, "message": message}
        with request_scope(self._stream.account, self._stream.region):
            cloudwatch_logs._put_log_events(
                {"logGroupName": self._stream.group, "logStreamName": self._name, "logEvents": [event]}
            )

    def close(self) -> None:
        """Every line has been put when it came."""


def _prepare_as(role: str, task_id: str, stream: Stream, create_group: bool) -> None:
    with api_client.as_role(role, task_id) as connect:
        logs = connect("logs", stream.region)
        try:
            if create_group:
                _call(logs.create_log_group, "failed to create Cloudwatch log group", logGroupName=stream.group)
            if stream.name:
                _call(
                    logs.create_log_stream,
                    "failed to create Cloudwatch log stream",
                    logGroupName=stream.group,
                    logStreamName=stream.name,
                )
        finally:
            logs.close()


def _call(action: object, failure: str, **request: str) -> None:
    try:
        action(**request)
    except ClientError as error:
        detail = error.response["Error"]
        if detail["Code"] != "ResourceAlreadyExistsException":
            raise _refused(failure, detail["Code"], detail["Message"]) from error


def _prepare_directly(stream: Stream, create_group: bool) -> None:
    if create_group and stream.group not in cloudwatch_logs._log_groups:
        cloudwatch_logs._create_log_group({"logGroupName": stream.group})
    if stream.group not in cloudwatch_logs._log_groups:
        raise _refused(
            "failed to create Cloudwatch log stream",
            "ResourceNotFoundException",
            "The specified log group does not exist.",
        )
    if stream.name:
        cloudwatch_logs._create_log_stream({"logGroupName": stream.group, "logStreamName": stream.name})


def _refused(failure: str, code: str, message: str) -> TaskStartError:
    return TaskStartError(
        "CannotStartContainerError",
        f"Error response from daemon: failed to initialize logging driver: {failure}: {code}: {message}",
    )
