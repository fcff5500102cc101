"""Functions that must not run side by side: MiniStack expects its event loop only, the extension has threads."""

import functools
import threading
from collections.abc import Callable


def together(lock: threading.RLock) -> Callable[[Callable], Callable]:
    """Makes of functions such that one at a time holds `lock`."""

    def guard(original: Callable) -> Callable:
        @functools.wraps(original)
        def guarded(*arguments: object) -> object:
            with lock:
                return original(*arguments)

        return guarded

    return guard
