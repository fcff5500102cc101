"""Following one container's output through the engine's API, entry by entry, to the very end.

The engine cuts lines at 16 KiB; an entry without a newline is a piece of a longer line. Its stream ends only after
the container has ended and everything it wrote has been delivered.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import engine

_STREAMS = {1: "stdout", 2: "stderr"}
_HEADER_BYTES = 8


@dataclass(frozen=True)
class Entry:
    stream: str
    # RFC 3339 with nanoseconds, as the engine noted it.
    time: str
    # With its newline, unless the line goes on in the stream's next entry.
    text: bytes

    @property
    def ends_line(self) -> bool:
        return self.text.endswith(b"\n")


def follow(container_id: str) -> Iterator[Entry]:
    """All entries from the container's start to its end."""
    api = engine.client().api
    response = api._get(
        api._url("/containers/{0}/logs", container_id),
        params={"stdout": 1, "stderr": 1, "timestamps": 1, "follow": 1},
        stream=True,
    )
    # A silent container is no time-out.
    api._disable_socket_timeout(api._get_raw_response_socket(response))
    try:
        yield from _entries(response.raw)
    finally:
        response.close()


def _entries(raw: Any) -> Iterator[Entry]:
    """https://docs.docker.com/reference/api/engine/#tag/Container/operation/ContainerAttach, "Stream format"."""
    while True:
        header = _read(raw, _HEADER_BYTES)
        if len(header) < _HEADER_BYTES:
            return
        kind, length = struct.unpack(">BxxxL", header)
        time, _, text = _read(raw, length).partition(b" ")
        yield Entry(_STREAMS.get(kind, "stdout"), time.decode(), text)


def _read(raw: Any, length: int) -> bytes:
    data = b""
    while len(data) < length:
        chunk = raw.read(length - len(data))
        if not chunk:
            break
        data += chunk
    return data
