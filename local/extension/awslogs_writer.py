"""The awslogs driver at work: one event per line, however long, in order, with the time it was written.

https://github.com/moby/moby/blob/master/daemon/logger/awslogs/cloudwatchlogs.go, and ring.go beside it for the buffer
"""

import logging
import threading
import time

from botocore.exceptions import ClientError
from ministack.core.responses import request_scope
from ministack.services import cloudwatch_logs

from . import api_client, awslogs
from .container_log import Piece
from .errors import TaskStartError

logger = logging.getLogger("extension.awslogs")

# The driver splits a longer line: 256 KiB less the 26 bytes CloudWatch Logs counts for each event.
_MOST_BYTES = 262_144 - 26
_LONGEST_PAUSE_SECONDS = 32.0
# The driver puts what has gathered every five seconds, each time asking anew.
_ASK_AGAIN_SECONDS = 5.0


class Writer:
    """Puts each line as one event. CloudWatch Logs takes no empty event; the driver drops empty lines too."""

    limit = _MOST_BYTES

    def __init__(self, stream: awslogs.Stream, container_id: str):
        self._stream = stream.named(container_id)
        self._lock = threading.Lock()
        self._closed = threading.Event()
        # Lines of before the stream, in non-blocking mode; None: there is a stream.
        self._waiting: list[Piece] | None = None
        self._waiting_bytes = 0
        self._refused_at: float | None = None
        self._may_put = stream.role is None
        if not stream.blocking:
            self._waiting = []
            self._maker = threading.Thread(target=self._make_stream, name=f"awslogs-{container_id[:12]}", daemon=True)
            self._maker.start()
        elif stream.name is None:
            awslogs.make(self._stream)

    def write(self, piece: Piece) -> None:
        with self._lock:
            if self._waiting is None:
                self._put(piece)
            elif not self._waiting or self._waiting_bytes + len(piece.text) <= self._stream.buffer_bytes:
                self._waiting.append(piece)
                self._waiting_bytes += len(piece.text)

    def close(self) -> None:
        """Lines of before a stream that was not made are lost: the driver does not try again after the container's end."""
        self._closed.set()
        if self._waiting is not None:
            self._maker.join()

    def _make_stream(self) -> None:
        pause = 1.0
        while True:
            try:
                awslogs.make(self._stream)
                break
            except TaskStartError as error:
                logger.warning("%s; again in %g s", error, pause)
                if self._closed.wait(pause):
                    return
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        with self._lock:
            for piece in self._waiting or []:
                self._put(piece)
            self._waiting = None

    def _put(self, piece: Piece) -> None:
        message = piece.text.removesuffix(b"\n").decode("utf-8", errors="replace")
        if not message:
            return
        request = {
            "logGroupName": self._stream.group,
            "logStreamName": self._stream.name,
            "logEvents": [{"timestamp": piece.time // 1_000_000, "message": message}],
        }
        if not self._may_put:
            # The first one over the API, so that the role's rights decide.
            self._may_put = self._put_as_role(request)
            return
        with request_scope(self._stream.account, self._stream.region):
            cloudwatch_logs._put_log_events(request)

    def _put_as_role(self, request: dict) -> bool:
        """Whether the role may; what it may not put is lost, as it is by the driver."""
        if self._refused_at is not None and time.monotonic() - self._refused_at < _ASK_AGAIN_SECONDS:
            return False
        scope = request_scope(self._stream.account, self._stream.region)
        with scope, api_client.as_role(self._stream.role or "", self._stream.task_id) as connect:
            logs = connect("logs", self._stream.region)
            try:
                logs.put_log_events(**request)
            except ClientError as error:
                self._refused_at = time.monotonic()
                logger.warning("failed to put log events: %s", error)
                return False
            finally:
                logs.close()
        return True
