"""One lock for the records of services: API calls, the scheduler and the tasks' threads all change them.

Taken before placement.lock and before a task's own lock, never after.
"""

import threading

from ministack.services import ecs

from .one_at_a_time import together
from .patching import wrap

lock = threading.RLock()

# Makes of a function one that runs with the lock held.
guarded = together(lock)


def install() -> None:
    wrap(ecs, "_refresh_service_state", guarded, parameters=("cluster_name", "group"))
