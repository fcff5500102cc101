"""Values against the shapes of AWS's service models: https://smithy.io/2.0/spec/constraint-traits.html

A shape is turned into a check once; afterwards a value costs a walk over what it holds.
"""

import base64
import binascii
import datetime
import re
import threading
from collections.abc import Callable
from typing import Any

from botocore.model import ServiceModel, Shape

from .faults import Fault, item, shown, under
from .patterns import compiled

Check = Callable[[Any, str, list[Fault]], None]

_INTEGERS = {"integer": 2**31, "long": 2**63}
# RFC 3339 and the dates of HTTP: what AWS writes where a timestamp is text.
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT")
_KINDS = {bool: "a Boolean", int: "a Number", float: "a Number", str: "a String", list: "a List", dict: "a Structure"}


class Checks:
    """The checks of one service. `wire_names`: structures come with the names that they have on the wire (JSON)."""

    def __init__(self, model: ServiceModel, wire_names: bool, text_dates: bool) -> None:
        self._model = model
        self._wire_names = wire_names
        self._text_dates = text_dates
        self._made: dict[str, Check] = {}
        # Whole checks: those that are being made hold others that are not there yet.
        self._ready: dict[str, Check] = {}
        self._making = threading.Lock()

    def __call__(self, value: Any, shape: Shape, path: str = "") -> list[Fault]:
        """What of a value does not fit its shape. Safe to be asked from several threads."""
        check = self._ready.get(shape.name)
        if check is None:
            with self._making:
                check = self._ready[shape.name] = self._of(shape)
        faults: list[Fault] = []
        check(value, path, faults)
        return faults

    @property
    def seen(self) -> set[str]:
        """Names of the shapes that the values checked so far can reach."""
        return set(self._made)

    def _of(self, shape: Shape) -> Check:
        made = self._made.get(shape.name)
        if made is None:
            # A shape can hold itself: what is looked up meanwhile finds the one that is being made.
            self._made[shape.name] = lambda value, path, faults: self._made[shape.name](value, path, faults)
            made = self._made[shape.name] = self._make(shape)
        return made

    def _make(self, shape: Shape) -> Check:
        if shape.metadata.get("document"):
            return lambda value, path, faults: None
        make = {"structure": self._structure, "list": self._list, "map": self._map}
        return make.get(shape.type_name, self._scalar)(shape)

    def _structure(self, shape: Any) -> Check:
        def name_of(member: str) -> str:
            named = shape.members[member].serialization.get("name") if self._wire_names else None
            return named or member

        members = {name_of(member): self._of(of) for member, of in shape.members.items()}
        required = [name_of(member) for member in shape.required_members]

        def check(value: Any, path: str, faults: list[Fault]) -> None:
            if not isinstance(value, dict):
                return faults.append(_wrong_type(value, path, "a Structure"))
            for name, member in value.items():
                known = members.get(name)
                if known is None:
                    if name != "__type":
                        faults.append(Fault("unknown", under(path, name), shown(member), _unknown(shape.name)))
                elif member is not None:
                    known(member, under(path, name), faults)
            for name in required:
                if value.get(name) is None:
                    faults.append(Fault("missing", under(path, name), "null", "Member must not be null"))
            return None

        return check

    def _list(self, shape: Any) -> Check:
        member = self._of(shape.member)
        limits = _limits(shape)

        def check(value: Any, path: str, faults: list[Fault]) -> None:
            if not isinstance(value, list):
                return faults.append(_wrong_type(value, path, "a List"))
            faults.extend(limits(len(value), value, path))
            for index, each in enumerate(value, 1):
                member(each, item(path, index), faults)
            return None

        return check

    def _map(self, shape: Any) -> Check:
        keys, values, limits = self._of(shape.key), self._of(shape.value), _limits(shape)

        def check(value: Any, path: str, faults: list[Fault]) -> None:
            if not isinstance(value, dict):
                return faults.append(_wrong_type(value, path, "a Map"))
            faults.extend(limits(len(value), value, path))
            for index, (key, each) in enumerate(value.items(), 1):
                keys(key, f"{item(path, index)}.key", faults)
                values(each, f"{item(path, index)}.value", faults)
            return None

        return check

    def _scalar(self, shape: Shape) -> Check:
        kind = shape.type_name
        if kind in ("string", "character"):
            return _string(shape)
        if kind == "blob":
            return _blob(shape)
        if kind == "timestamp":
            return _timestamp(self._text_dates or bool(shape.serialization.get("timestampFormat")))
        if kind == "boolean":
            return _typed(bool, "a Boolean")
        return _number(shape)


def _string(shape: Shape) -> Check:
    sensitive = bool(shape.metadata.get("sensitive"))
    pattern, enum, limits = shape.metadata.get("pattern"), shape.metadata.get("enum"), _limits(shape)
    fits = compiled(pattern).fullmatch if pattern else None

    def check(value: Any, path: str, faults: list[Fault]) -> None:
        if not isinstance(value, str):
            return faults.append(_wrong_type(value, path, "a String"))
        faults.extend(limits(len(value), "****" if sensitive else value, path))
        if fits is not None and fits(value) is None:
            must = f"Member must satisfy regular expression pattern: {pattern}"
            faults.append(Fault("pattern", path, shown(value, sensitive), must))
        if enum and value not in enum:
            must = f"Member must satisfy enum value set: [{', '.join(enum)}]"
            faults.append(Fault("enum", path, shown(value, sensitive), must))
        return None

    return check


def _blob(shape: Shape) -> Check:
    limits = _limits(shape)

    def check(value: Any, path: str, faults: list[Fault]) -> None:
        if isinstance(value, str):
            try:
                value = base64.b64decode(value, validate=True)
            except (binascii.Error, ValueError):
                return faults.append(_wrong_type(value, path, "a Blob"))
        if not isinstance(value, (bytes, bytearray)):
            return faults.append(_wrong_type(value, path, "a Blob"))
        faults.extend(limits(len(value), f"{len(value)} bytes", path))
        return None

    return check


def _timestamp(text: bool) -> Check:
    def check(value: Any, path: str, faults: list[Fault]) -> None:
        if isinstance(value, datetime.datetime):
            return
        good = isinstance(value, str) and _DATE.fullmatch(value) if text else _is_number(value)
        if not good:
            faults.append(_wrong_type(value, path, "a Timestamp"))

    return check


def _number(shape: Shape) -> Check:
    beyond = _INTEGERS.get(shape.type_name)
    low, high = shape.metadata.get("min"), shape.metadata.get("max")

    def check(value: Any, path: str, faults: list[Fault]) -> None:
        if not _is_number(value) or (beyond and not (isinstance(value, int) and -beyond <= value < beyond)):
            return faults.append(_wrong_type(value, path, f"a{'n Integer' if beyond else ' Number'}"))
        if high is not None and value > high:
            must = f"Member must have value less than or equal to {high}"
            faults.append(Fault("range", path, str(value), must))
        if low is not None and value < low:
            must = f"Member must have value greater than or equal to {low}"
            faults.append(Fault("range", path, str(value), must))
        return None

    return check


def _typed(kind: type, words: str) -> Check:
    def check(value: Any, path: str, faults: list[Fault]) -> None:
        if not isinstance(value, kind):
            faults.append(_wrong_type(value, path, words))

    return check


def _limits(shape: Shape) -> Callable[[int, Any, str], list[Fault]]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")

    def limits(length: int, value: Any, path: str) -> list[Fault]:
        faults = []
        if high is not None and length > high:
            must = f"Member must have length less than or equal to {high}"
            faults.append(Fault("length", path, shown(value), must))
        if low is not None and length < low:
            must = f"Member must have length greater than or equal to {low}"
            faults.append(Fault("length", path, shown(value), must))
        return faults

    return limits


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _wrong_type(value: Any, path: str, wanted: str) -> Fault:
    found = _KINDS.get(type(value), "null" if value is None else type(value).__name__)
    return Fault("type", path, shown(value), f"{found} can not be converted to {wanted}")


def _unknown(shape: str) -> str:
    return f"it is no member of {shape}"
