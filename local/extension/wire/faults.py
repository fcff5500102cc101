"""What is wrong with one member of a request, an answer or a resource, in AWS's words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SHOWN = 120


@dataclass(frozen=True)
class Fault:
    # "unknown", "missing", "type", "pattern", "length", "range", "enum"; of answers also "error" and "envelope".
    kind: str
    # The member as AWS's messages spell it: `tags.1.member.key`.
    path: str
    # As it came, shortened; "null" where there was none.
    value: str
    # "Member must …"
    constraint: str

    @property
    def member(self) -> str:
        """The path without the positions in lists: one name for the same fault of many items."""
        return re.sub(r"\.\d+(\.member)?(?=\.|$)|/\d+(?=/|$)", "[]", self.path)

    @property
    def words(self) -> str:
        shown = "null" if self.kind == "missing" else f"'{self.value}'"
        return f"Value {shown} at '{self.path}' failed to satisfy constraint: {self.constraint}"


def in_words(faults: Iterable[Fault]) -> str:
    """How AWS words them together: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html"""
    listed = [fault.words for fault in faults]
    count = "1 validation error" if len(listed) == 1 else f"{len(listed)} validation errors"
    return f"{count} detected: {'; '.join(listed)}"


def shown(value: object, sensitive: bool = False) -> str:
    if sensitive:
        return "****"
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def under(path: str, name: str) -> str:
    """The path of a member: AWS spells the first letter small, whatever the protocol's case."""
    own = name[:1].lower() + name[1:]
    return f"{path}.{own}" if path else own


def item(path: str, index: int) -> str:
    return f"{path}.{index}.member"
