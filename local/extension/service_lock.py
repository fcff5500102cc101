"""One lock for the records of services: API calls, the scheduler and the tasks' threads all change them.

Taken before placement.lock and before a task's own lock, never after.
"""

import functools
import threading
from collections.abc import Callable

from ministack.services import ecs

from .patching import wrap

lock = threading.RLock()


def install() -> None:
    wrap(ecs, "_refresh_service_state", guarded, parameters=("cluster_name", "group"))


def guarded(function: Callable) -> Callable:
    """The function, run with the lock held."""

    @functools.wraps(function)
    def run(*args: object) -> object:
        with lock:
            return function(*args)

    return run
