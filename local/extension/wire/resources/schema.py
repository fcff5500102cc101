"""CloudFormation's own schema of a resource type, which it holds every resource to before any handler runs.

The schemas are those of the registry, as cfn-lint carries them:
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

import importlib.util
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ..faults import Fault, shown
from ..patterns import compiled

# Resource types are the same in every region of the kit's; the folder lists them by region.
_REGION = "eu-west-1"
# The words of CloudFormation's validator for what it finds and for what it wants.
_FOUND = {dict: "JSONObject", list: "JSONArray", str: "String", bool: "Boolean", int: "Integer", float: "Double"}
_WANTED = {"object": "JSONObject", "array": "JSONArray", "string": "String", "boolean": "Boolean",
           "integer": "Number", "number": "Number"}  # fmt: skip


@cache
def schema_of(resource_type: str) -> dict | None:
    """The type's schema; None for a type that CloudFormation does not have in its registry."""
    found = importlib.util.find_spec("cfnlint")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("cfn-lint, which carries CloudFormation's schemas, is not installed")
    folder = Path(found.origin).parent / "data/schemas"
    name = _index(folder / f"providers/{_REGION}.json").get(resource_type)
    return json.loads((folder / f"resources/{name}.json").read_text()) if name else None


@cache
def _index(file: Path) -> dict[str, str]:
    return json.loads(file.read_text())


def faults_of(resource_type: str, properties: dict) -> list[Fault]:
    """What of a resource's properties its schema does not allow; paths are `#/Name/0/Key`."""
    schema = schema_of(resource_type)
    if schema is None:
        return [Fault("unknown", "#", resource_type, "it is no resource type of the registry")]
    written = set(schema.get("createOnlyProperties", [])) | set(schema.get("writeOnlyProperties", []))
    read_only = [path for path in schema.get("readOnlyProperties", []) if path not in written]
    faults = [
        Fault("unknown", f"#/{name}", shown(properties[name]), f"Encountered unsupported property {name}")
        for name in (path.removeprefix("/properties/") for path in read_only)
        if name in properties
    ]
    return faults + list(_Walk(schema).check(properties, {**schema, "type": "object"}, "#"))


class _Walk:
    """One walk over a resource's properties."""

    def __init__(self, schema: dict) -> None:
        self._definitions = schema.get("definitions", {})

    def check(self, value: Any, schema: dict, path: str) -> Iterator[Fault]:
        if "$ref" in schema:
            schema = self._definitions[schema["$ref"].rsplit("/", 1)[-1]]
        typed = _coerced(value, schema)
        if typed is None:
            kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            wanted = " or ".join(_WANTED[kind] for kind in kinds)
            words = f"expected type: {wanted}, found: {_FOUND.get(type(value), type(value).__name__)}"
            yield Fault("type", path, shown(value), f"{path}: {words}")
            return
        for parts in ("anyOf", "oneOf"):
            if parts in schema and not any(not list(self.check(value, each, path)) for each in schema[parts]):
                yield _failed("type", path, value, parts)
        if isinstance(typed, dict):
            yield from self._object(typed, schema, path)
        elif isinstance(typed, list):
            yield from self._array(typed, schema, path)
        else:
            yield from _scalar(typed, schema, path)

    def _object(self, value: dict, schema: dict, path: str) -> Iterator[Fault]:
        properties, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
        for name in schema.get("required", []):
            if name not in value:
                yield Fault("missing", f"{path}/{name}", "null", f"{path}: required key [{name}] not found")
        either = schema.get("requiredXor", [])
        if either and sum(name in value for name in either) != 1:
            yield Fault("missing", path, "null", f"{path}: exactly one of {either} is required")
        for name, each in value.items():
            if name in properties:
                yield from self.check(each, properties[name], f"{path}/{name}")
                continue
            fits = [found for pattern, found in patterns.items() if compiled(pattern).search(name)]
            for found in fits:
                yield from self.check(each, found, f"{path}/{name}")
            if not fits and schema.get("additionalProperties") is False:
                words = f"{path}: extraneous key [{name}] is not permitted"
                yield Fault("unknown", f"{path}/{name}", shown(each), words)

    def _array(self, value: list, schema: dict, path: str) -> Iterator[Fault]:
        if len(value) > schema.get("maxItems", len(value)):
            yield _failed("length", path, value, "maxItems")
        if len(value) < schema.get("minItems", 0):
            yield _failed("length", path, value, "minItems")
        if schema.get("uniqueItems") and len({json.dumps(each, sort_keys=True) for each in value}) < len(value):
            yield _failed("length", path, value, "uniqueItems")
        for index, each in enumerate(value):
            yield from self.check(each, schema.get("items", {}), f"{path}/{index}")


def _scalar(value: Any, schema: dict, path: str) -> Iterator[Fault]:
    allowed = schema.get("enum")
    if allowed is not None and value not in allowed and str(value) not in [str(each) for each in allowed]:
        yield _failed("enum", path, value, "enum")
    if isinstance(value, str):
        if len(value) > schema.get("maxLength", len(value)):
            yield _failed("length", path, value, "maxLength")
        if len(value) < schema.get("minLength", 0):
            yield _failed("length", path, value, "minLength")
        if "pattern" in schema and compiled(schema["pattern"]).search(value) is None:
            yield _failed("pattern", path, value, "pattern")
    elif not isinstance(value, bool):
        if value > schema.get("maximum", value) or value < schema.get("minimum", value):
            yield _failed("range", path, value, "maximum" if value > schema.get("maximum", value) else "minimum")


def _failed(kind: str, path: str, value: Any, keyword: str) -> Fault:
    """AWS's words tell no value: https://github.com/aws-cloudformation/cloudformation-resource-schema/pull/40"""
    return Fault(kind, path, shown(value), f"{path}: failed validation constraint for keyword [{keyword}]")


def _coerced(value: Any, schema: dict) -> Any:
    """The value as one of the schema's types, None when it is none of them. Templates' values are often texts."""
    wanted = schema.get("type")
    if wanted is None:
        return value
    for kind in [wanted] if isinstance(wanted, str) else wanted:
        found = _AS[kind](value)
        if found is not None:
            return found
    return None


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value) if isinstance(value, str) and not value.lstrip("-").isdigit() else int(value)
    except ValueError:
        return None


def _boolean(value: Any) -> Any:
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())


def _string(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (str, int, float)) else None


_AS = {
    "object": lambda value: value if isinstance(value, dict) else None,
    "array": lambda value: value if isinstance(value, list) else None,
    "string": _string,
    "number": _number,
    "integer": lambda value: found if isinstance(found := _number(value), int) else None,
    "boolean": _boolean,
    "null": lambda value: None,
}
