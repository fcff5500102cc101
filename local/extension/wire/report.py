"""What the guard has seen: calls, shapes, violations, and which of the known violations. A file per emulator.

The file is `wire-PID.json` in the folder that `LOCAL_WIRE_REPORTS` names, else in the state folder. It is written when
a violation is new, every two seconds while there is something new, and when the emulator ends.
"""

import atexit
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from .call import Call, Service
from .faults import Fault
from .known import KNOWN, find

_EVERY_SECONDS = 2.0


class Report:
    """Safe to be told from several threads."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._resources: Counter[str] = Counter()
        self._known: Counter[str] = Counter()
        self._violations: dict[tuple[str, str, str, str], dict] = {}
        self._services: dict[str, Service] = {}
        self._seconds = {"guard": 0.0, "services": 0.0}
        self._written = 0.0
        atexit.register(self.write)

    def call(self, call: Call, faults: Iterable[Fault], side: str) -> None:
        """One request or answer that was checked. `side` is "request" or "answer"."""
        if side == "request":
            self._calls[call.name] += 1
            self._services[call.service.name] = call.service
        self._add(call.name, faults, side)

    def resource(self, resource_type: str, faults: Iterable[Fault]) -> None:
        """The properties of one resource that was made or changed."""
        self._resources[resource_type] += 1
        self._add(resource_type, faults, "resource")

    def spent(self, on: str, seconds: float) -> None:
        """Processor time of the checks ("guard"), and how long the calls took without them ("services")."""
        self._seconds[on] += seconds

    def unchecked(self, what: str, why: str) -> None:
        """A request that the guard could not check: as bad as one that it refused."""
        self._add(what, [Fault("unchecked", "request", what, why)], "request")

    def _add(self, name: str, faults: Iterable[Fault], side: str) -> None:
        new = False
        with self._lock:
            for fault in faults:
                known = find(side, name, fault)
                if known is not None:
                    self._known[known.id] += 1
                    continue
                entry = self._violations.get((side, name, fault.member, fault.kind))
                if entry is None:
                    new = True
                    entry = self._violations[side, name, fault.member, fault.kind] = {
                        "side": side, "call": name, "member": fault.member, "kind": fault.kind,
                        "value": fault.value, "constraint": fault.constraint, "count": 0,
                    }  # fmt: skip
                entry["count"] += 1
        if new or time.monotonic() - self._written > _EVERY_SECONDS:
            self.write()

    def as_dict(self) -> dict:
        with self._lock:
            shapes = {name: len(service.checks.seen) for name, service in self._services.items()}
            return {
                "calls": dict(sorted(self._calls.items())),
                "resources": dict(sorted(self._resources.items())),
                "shapes": shapes,
                "seconds": {name: round(spent, 3) for name, spent in self._seconds.items()},
                "known": dict(sorted(self._known.items())),
                "listed": [known.id for known in KNOWN],
                "violations": list(self._violations.values()),
            }

    def write(self) -> None:
        if self._file is None:
            return
        self._written = time.monotonic()
        text = json.dumps(self.as_dict(), indent=1)
        try:
            part = self._file.with_suffix(f".{threading.get_ident()}.part")
            part.write_text(text)
            part.replace(self._file)
        except OSError:
            # The state folder is removed under an emulator that is being ended.
            self._file = None


def of_this_process() -> Report:
    folder = os.environ.get("LOCAL_WIRE_REPORTS") or os.environ.get("LOCAL_STATE_DIR")
    return Report(Path(folder) / f"wire-{os.getpid()}.json" if folder else None)
