"""The query protocol, and EC2's dialect of it: flat form fields as the structure that they stand for.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html, https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
"""

from typing import Any

from botocore.model import Shape

from .faults import Fault, item, shown, under
from .text import scalar

# Fields of the request itself, and of signatures in the query string.
COMMON = frozenset({"Action", "Version", "AWSAccessKeyId", "SecurityToken", "Signature", "SignatureMethod",
                    "SignatureVersion"})  # fmt: skip

# A field's own text stands under the empty name, beside what its name goes on with.
Node = dict[str, Any]


class Form:
    """Reads the fields of one request."""

    def __init__(self, ec2: bool) -> None:
        self._ec2 = ec2
        self.faults: list[Fault] = []

    def read(self, fields: list[tuple[str, str]], shape: Shape | None) -> dict:
        """The parameters; what stands for no member is among the faults."""
        tree: Node = {}
        for name, value in fields:
            if name in COMMON or name.startswith("X-Amz-"):
                continue
            node = tree
            for part in name.split("."):
                node = node.setdefault(part, {})
            node[""] = value
        if shape is None:
            self._unknown(tree, "", "an operation without input")
            return {}
        return self._structure(tree, shape, "")

    def _read(self, node: Node, shape: Any, path: str) -> Any:
        if shape.type_name == "structure":
            return self._structure(node, shape, path)
        if shape.type_name == "list":
            return self._list(node, shape, path)
        if shape.type_name == "map":
            return self._map(node, shape, path)
        self._unknown({name: child for name, child in node.items() if name}, path, shape.name)
        return scalar(node.get("", ""), shape)

    def _structure(self, node: Node, shape: Any, path: str) -> dict:
        members = {self._name(member, name): (name, member) for name, member in shape.members.items()}
        found = {}
        for key, child in node.items():
            if key == "":
                if child:
                    self.faults.append(Fault("type", path, shown(child), "a String can not be converted to a Structure"))
                continue
            if key not in members:
                self._unknown({key: child}, path, shape.name)
                continue
            name, member = members[key]
            found[name] = self._read(child, member, under(path, name))
        return found

    def _list(self, node: Node, shape: Any, path: str) -> list:
        if not self._ec2 and not shape.serialization.get("flattened"):
            own = shape.member.serialization.get("name", "member")
            self._unknown({key: child for key, child in node.items() if key not in ("", own)}, path, shape.name)
            node = node.get(own, {})
        self._unknown({key: child for key, child in node.items() if key and not key.isdigit()}, path, shape.name)
        indexes = sorted((key for key in node if key.isdigit()), key=int)
        return [self._read(node[key], shape.member, item(path, int(key))) for key in indexes]

    def _map(self, node: Node, shape: Any, path: str) -> dict:
        entries = node if shape.serialization.get("flattened") else node.get("entry", {})
        key_name = self._name(shape.key, "key")
        value_name = self._name(shape.value, "value")
        found = {}
        for index, entry in entries.items():
            if index:
                key = self._read(entry.get(key_name, {}), shape.key, f"{path}.{index}.key")
                found[key] = self._read(entry.get(value_name, {}), shape.value, f"{path}.{index}.value")
        return found

    def _name(self, shape: Any, default: str) -> str:
        named = shape.serialization.get("queryName") if self._ec2 else None
        if named:
            return named
        if self._ec2:
            name = shape.serialization.get("name", default)
            return name[0].upper() + name[1:]
        if shape.type_name == "list" and shape.serialization.get("flattened"):
            default = shape.member.serialization.get("name", default)
        return shape.serialization.get("name", default)

    def _unknown(self, nodes: Node, path: str, where: str) -> None:
        for name, child in nodes.items():
            value = child.get("", "") if isinstance(child, dict) else child
            self.faults.append(Fault("unknown", under(path, name), shown(value), f"it is no member of {where}"))
