"""One container's output, read as it is written: the bytes themselves, to the very last.

The engine's stored log will not do: it cuts lines at 16 KiB, in the middle of characters, and its drivers either damage
such a character (json-file) or lose the newline of a cut line (local). So we attach, before the start.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import engine


@dataclass(frozen=True)
class Piece:
    """A line with its newline, or as much of a longer one as the reader takes at once."""

    stream: str
    text: bytes
    # When it was complete, in nanoseconds since the epoch.
    time: int


class Cutter:
    """Cuts one stream's bytes into lines, and lines into pieces of at most `limit` bytes."""

    def __init__(self, stream: str, limit: int):
        self._stream = stream
        self._limit = limit
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Piece]:
        data = self._rest + data
        at, now = 0, time.time_ns()
        while True:
            newline = data.find(b"\n", at, at + self._limit + 1)
            if newline >= 0:
                end = newline + 1
            elif len(data) - at > self._limit:
                end = at + self._limit
            else:
                break
            yield Piece(self._stream, data[at:end], now)
            at = end
        self._rest = data[at:]

    def flush(self) -> Iterator[Piece]:
        """What is left of a last line without a newline."""
        if self._rest:
            yield Piece(self._stream, self._rest, time.time_ns())
            self._rest = b""


def attach(container_id: str) -> Iterator[tuple[bytes | None, bytes | None]]:
    """(stdout, stderr) as they come. To be called before the container starts; ends after it has ended."""
    return engine.client().api.attach(container_id, stdout=True, stderr=True, stream=True, logs=False, demux=True)


def copy(chunks: Iterator[tuple[bytes | None, bytes | None]], limit: int, write: Callable[[Piece], None]) -> None:
    """Give every piece of the output to `write`, in order; returns when the container has ended."""
    cutters = [Cutter("stdout", limit), Cutter("stderr", limit)]
    for pair in chunks:
        for cutter, data in zip(cutters, pair, strict=True):
            for piece in cutter.feed(data or b""):
                write(piece)
    for cutter in cutters:
        for piece in cutter.flush():
            write(piece)
