"""The properties of a resource against the members that they end in."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.model import Shape

from ..call import service_of
from ..faults import Fault, under
from ..text import scalar
from .documented import DOCUMENTED
from .members import RULE_SOURCES, TYPES, Api


@dataclass(frozen=True)
class Target:
    """The member that a property ends in, and the shape that has it."""

    owner: str
    member: str
    shape: Shape


@dataclass(frozen=True)
class Leaf:
    """A value of a resource's properties, and where it ends."""

    # `ContainerDefinitions[].Name`
    path: str
    value: Any
    target: Target | None


def faults_of(resource_type: str, properties: dict) -> list[Fault]:
    """What of the properties the API would refuse. Types without an entry in the table have none."""
    api = TYPES.get(resource_type)
    if api is None:
        return []
    return [fault for leaf in leaves(api, properties) for fault in value_faults(api, leaf)]


def value_faults(api: Api, leaf: Leaf) -> list[Fault]:
    """What the API would refuse of one value."""
    if leaf.target is None:
        return []
    shape, value = leaf.target.shape, _as_sent(leaf.value, leaf.target.shape)
    if shape.type_name in ("structure", "list", "map"):
        return []
    faults = service_of(api.service).checks(value, shape, under("", leaf.target.member))
    documented = DOCUMENTED.get((api.service, leaf.target.owner, leaf.target.member))
    more = documented.fault(value, under("", leaf.target.member)) if documented and isinstance(value, str) else None
    return faults + ([more] if more else [])


def _as_sent(value: Any, shape: Shape) -> Any:
    """Handlers send texts where members are texts, and documents as JSON."""
    if shape.type_name == "string":
        if isinstance(value, bool):
            return str(value).lower()
        return json.dumps(value) if isinstance(value, (dict, list)) else str(value)
    if isinstance(value, str):
        return scalar(value.lower() if shape.type_name == "boolean" else value, shape)
    return value


def leaves(api: Api, properties: dict) -> Iterator[Leaf]:
    """Every value of the properties with its target."""
    root = service_of(api.service).model.shape_for(api.shape)
    yield from _structure(api, properties, Target("", "", root), "")


def target_of(api: Api, path: str, beside: dict) -> Target | None:
    """Where the table sends a property; `beside` are the properties that it stands among."""
    named = api.renamed.get(path)
    if named is None:
        return None
    source = next((shape for name, shape in RULE_SOURCES.items() if name in beside), "IpRange")
    owner, _, member = named.format(source=source).partition(".")
    return member_of(Target("", "", service_of(api.service).model.shape_for(owner)), member)


def member_of(target: Target | None, name: str) -> Target | None:
    shape: Any = target.shape if target else None
    if shape is None:
        return None
    if shape.type_name == "map":
        return Target(shape.name, name, shape.key if name == "key" else shape.value)
    if shape.type_name != "structure":
        return None
    found = next((own for own in shape.members if own.lower() == name.lower()), None)
    return Target(shape.name, found, shape.members[found]) if found else None


def _any(api: Api, value: Any, target: Target | None, path: str) -> Iterator[Leaf]:
    if isinstance(value, dict) and not (target and target.shape.type_name == "string"):
        yield from _structure(api, value, target, path)
    elif isinstance(value, list) and not (target and target.shape.type_name == "string"):
        of_items: Any = target.shape if target and target.shape.type_name == "list" else None
        own = Target(target.owner, target.member, of_items.member) if of_items is not None and target else None
        for each in value:
            item_path = f"{path}[]"
            yield from _any(api, each, target_of(api, item_path, {}) or own, item_path)
    else:
        yield Leaf(path, value, target)


def _structure(api: Api, value: dict, target: Target | None, path: str) -> Iterator[Leaf]:
    for name, each in value.items():
        own = f"{path}.{name}" if path else name
        yield from _any(api, each, target_of(api, own, value) or member_of(target, name), own)
