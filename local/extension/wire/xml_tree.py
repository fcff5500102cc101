"""XML bodies as the values of a shape: https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html

Stricter than a client's parser: an element that stands for no member is a fault, and so is a second one of a kind.
"""

from typing import Any
from xml.etree.ElementTree import Element

from .faults import Fault, item, shown, under
from .text import scalar

_ELSEWHERE = ("header", "headers", "querystring", "uri", "statusCode")


def tag(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


class Tree:
    """Reads the elements of one body."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def read(self, element: Element, shape: Any, path: str = "", ignored: frozenset[str] = frozenset()) -> Any:
        if shape.type_name == "structure":
            return self._structure(element, shape, path, ignored)
        if shape.type_name == "list":
            own = shape.member.serialization.get("name", "member")
            return self._items([child for child in element if self._is(child, own, path, shape.name)], shape, path)
        if shape.type_name == "map":
            return self._map([child for child in element if self._is(child, "entry", path, shape.name)], shape, path)
        for child in element:
            self._unknown(child, path, shape.name)
        return scalar(element.text or "", shape)

    def _structure(self, element: Element, shape: Any, path: str, ignored: frozenset[str]) -> dict:
        members = {}
        found = {}
        for name, member in shape.members.items():
            if member.serialization.get("xmlAttribute"):
                text = self._attribute(element, member.serialization["name"])
                if text is not None:
                    found[name] = scalar(text, member)
            elif member.serialization.get("location") not in _ELSEWHERE:
                members[_name(member, name)] = (name, member)
        grouped: dict[str, list[Element]] = {}
        for child in element:
            if tag(child) in members:
                grouped.setdefault(tag(child), []).append(child)
            elif tag(child) not in ignored:
                self._unknown(child, path, shape.name)
        for key, children in grouped.items():
            name, member = members[key]
            found[name] = self._member(children, member, under(path, name))
        return found

    def _member(self, children: list[Element], shape: Any, path: str) -> Any:
        if shape.serialization.get("flattened"):
            return (self._items if shape.type_name == "list" else self._map)(children, shape, path)
        if len(children) > 1:
            self.faults.append(Fault("type", path, f"{len(children)} elements", "Member must be there once"))
        return self.read(children[0], shape, path)

    def _items(self, children: list[Element], shape: Any, path: str) -> list:
        return [self.read(child, shape.member, item(path, index)) for index, child in enumerate(children, 1)]

    def _map(self, entries: list[Element], shape: Any, path: str) -> dict:
        key_name = shape.key.serialization.get("name", "key")
        value_name = shape.value.serialization.get("name", "value")
        found = {}
        for entry in entries:
            parts = {tag(child): child for child in entry}
            if set(parts) != {key_name, value_name}:
                self.faults.append(Fault("type", path, ", ".join(parts), f"Member must have {key_name} and {value_name}"))
                continue
            key = self.read(parts[key_name], shape.key, f"{path}.key")
            found[key] = self.read(parts[value_name], shape.value, f"{path}.value")
        return found

    def _attribute(self, element: Element, wanted: str) -> str | None:
        local = wanted.rsplit(":", 1)[-1]
        return next((text for name, text in element.attrib.items() if name.rsplit("}", 1)[-1] == local), None)

    def _is(self, child: Element, wanted: str, path: str, where: str) -> bool:
        if tag(child) != wanted:
            self._unknown(child, path, where)
        return tag(child) == wanted

    def _unknown(self, child: Element, path: str, where: str) -> None:
        text = child.text or f"<{tag(child)}>"
        self.faults.append(Fault("unknown", under(path, tag(child)), shown(text), f"it is no member of {where}"))


def _name(shape: Any, default: str) -> str:
    """A flattened list has no element of its own: its items stand in the structure, under their name."""
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        default = shape.serialization.get("name", default)
        return shape.member.serialization.get("name", default)
    return shape.serialization.get("name", default)
