"""MiniStack's stores, read while other threads write to them.

It lists a store with `list(store.items())`, which is not atomic once the collector of garbage runs in the middle of it:
"dictionary changed size during iteration", seen when one stack's log group was deleted while tasks of others wrote.
`dict.copy` is atomic.
"""

import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict
from ministack.services import sts

from .patching import replace, wrap

_READS = ("__len__", "__bool__", "__iter__", "keys", "values", "items")


def install() -> None:
    for store, more in ((AccountScopedDict, ()), (AccountRegionScopedDict, ("all_values", "all_items"))):
        for name in (*_READS, *more):
            wrap(store, name, on_copy, parameters=("self",))
    replace(sts, "_evict_expired_sessions", forget_expired_sessions, parameters=())


def on_copy(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The method, on a copy of the store as it is now."""

    def read(self: Any) -> Any:
        copy = object.__new__(type(self))
        copy._data = self._data.copy()
        return original(copy)

    return read


def forget_expired_sessions() -> None:
    """Of all accounts, in a plain dictionary: every task that starts adds one, on its own thread."""
    now = time.time()
    for key, session in sts._sessions.copy().items():
        expires = session.get("Expiration")
        if isinstance(expires, int | float) and expires < now:
            sts._sessions.pop(key, None)
