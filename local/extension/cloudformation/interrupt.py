"""Stack operations that are running, and how a waiting resource handler hears that its operation was stopped.

A resource handler may block for hours (an ECS service that never stabilises), so it runs on a thread of its own and
asks here between two looks. The operation gives it that connection through a context variable, which MiniStack's
`run_reentrant` copies into the thread.
"""

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .. import pace

# How soon a wait hears that its operation was stopped.
_PAUSE_SECONDS = 0.25

class Interrupted(Exception):
    """The operation was stopped while this resource was still being worked on."""


class Operation:
    """One create or update of one stack while it runs."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self.deleting = False
        self.finished = asyncio.Event()

    def stop(self, *, deleting: bool = False) -> None:
        """Let no further resource start and end the waits of those that have."""
        self.deleting = self.deleting or deleting
        self._stopped.set()

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()


class Progress:
    """What a handler tells about the resource it is creating, before it is done."""

    def __init__(self, operation: Operation | None = None, announce: Callable[[str], None] | None = None) -> None:
        self.operation = operation
        self.physical_id = ""
        self._announce = announce
        # Told after the announcement; what it raises fails the resource, which is there by then.
        self.there: Callable[[str], None] | None = None

    def announce(self, physical_id: str) -> None:
        """The resource exists from here on; a failed or stopped create must delete it."""
        self.physical_id = physical_id
        if self._announce is not None:
            self._announce(physical_id)
        if self.there is not None:
            self.there(physical_id)


_PROGRESS: contextvars.ContextVar[Progress] = contextvars.ContextVar("cfn_progress", default=Progress())
_RUNNING: dict[str, Operation] = {}
_SHUTTING_DOWN = threading.Event()
_guards: set[asyncio.Task] = set()


def running(stack_id: str) -> Operation | None:
    """The operation a stack is in, if any."""
    return _RUNNING.get(stack_id)


@contextmanager
def registered(stack_id: str) -> Iterator[Operation]:
    """An operation others can stop, for as long as it runs."""
    operation = _RUNNING[stack_id] = Operation()
    try:
        yield operation
    finally:
        if _RUNNING.get(stack_id) is operation:
            del _RUNNING[stack_id]
        operation.finished.set()


@contextmanager
def reporting_to(progress: Progress) -> Iterator[None]:
    """Handlers called in here report to `progress` and stop with its operation."""
    token = _PROGRESS.set(progress)
    try:
        yield
    finally:
        _PROGRESS.reset(token)


def end_waits_on_shutdown() -> None:
    """MiniStack's threads are waited for when it ends, so a wait of hours would keep the process alive.

    The loop cancels its tasks first: one that only sleeps hears of it.
    """
    if any(not guard.done() for guard in _guards):
        return

    async def guard() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            _SHUTTING_DOWN.set()

    _guards.add(asyncio.create_task(guard()))


def announce(physical_id: str) -> None:
    """Report the resource being created by this thread's handler."""
    _PROGRESS.get().announce(physical_id)


def wait_until(done: Callable[[], bool], waited_for: str) -> None:
    """Block until `done`, the operation is stopped, or AWS would have given up."""
    operation = _PROGRESS.get().operation
    deadline = time.monotonic() + pace.seconds("stabilisation-limit")
    while not done():
        _raise_if_interrupted(operation)
        if time.monotonic() > deadline:
            raise TimeoutError(f"Exceeded attempts to wait for {waited_for}")
        look_again = time.monotonic() + pace.seconds("stabilisation-look")
        while time.monotonic() < look_again:
            _raise_if_interrupted(operation)
            time.sleep(_PAUSE_SECONDS)


def _raise_if_interrupted(operation: Operation | None) -> None:
    if _SHUTTING_DOWN.is_set() or (operation is not None and operation.stopped):
        raise Interrupted
