"""CloudFormation properties as a request of the service's own API.

CloudFormation's resource properties are the API's members with an upper-case first letter, and template values
arrive as strings wherever a parameter was used. The API's published model (botocore carries it) knows both the
names and the types, so every property passes, none is dropped in silence, and a name that AWS does not know fails
as it does there: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
"""

from functools import cache
from typing import Any

import botocore.session
from botocore.model import Shape
from ministack.services.cloudformation.engine import _NO_VALUE


class InvalidProperties(ValueError):
    """The properties do not fit the resource's schema."""


@cache
def request_shape(service: str, operation: str) -> Shape:
    """The model of an operation's request."""
    return botocore.session.get_session().get_service_model(service).operation_model(operation).input_shape


def to_request(properties: dict, shape: Shape) -> dict:
    """The properties as that request; InvalidProperties names the first member that does not fit."""
    return _structure(properties, shape, "#")


def _structure(value: Any, shape: Shape, path: str) -> dict:
    if not isinstance(value, dict):
        raise InvalidProperties(f"{path}: expected type: JSONObject, found: {_kind(value)}")
    names = {name.lower(): name for name in shape.members}
    request = {}
    for key, member in value.items():
        if member is _NO_VALUE:
            continue
        name = names.get(key.lower())
        if name is None:
            raise InvalidProperties(f"{path}: extraneous key [{key}] is not permitted")
        request[name] = _convert(member, shape.members[name], f"{path}/{key}")
    return request


def _convert(value: Any, shape: Shape, path: str) -> Any:
    if shape.type_name == "structure":
        return _structure(value, shape, path)
    if shape.type_name == "list":
        if not isinstance(value, list):
            raise InvalidProperties(f"{path}: expected type: JSONArray, found: {_kind(value)}")
        kept = [item for item in value if item is not _NO_VALUE]
        return [_convert(item, shape.member, f"{path}/{index}") for index, item in enumerate(kept)]
    if shape.type_name == "map":
        # A map's keys are data (log options, labels): they stay as written.
        return {str(key): _convert(item, shape.value, f"{path}/{key}") for key, item in value.items()}
    return _scalar(value, shape.type_name, path)


def _scalar(value: Any, wanted: str, path: str) -> Any:
    if isinstance(value, (dict, list)):
        raise InvalidProperties(f"{path}: expected type: {wanted.capitalize()}, found: {_kind(value)}")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if wanted == "boolean":
        if text.lower() not in ("true", "false"):
            raise InvalidProperties(f"{path}: expected type: Boolean, found: String")
        return text.lower() == "true"
    if wanted in ("integer", "long"):
        return _number(text, int, path)
    if wanted in ("float", "double"):
        return _number(text, float, path)
    return text


def _number(text: str, kind: type, path: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise InvalidProperties(f"{path}: expected type: Number, found: String") from None


def _kind(value: Any) -> str:
    return {dict: "JSONObject", list: "JSONArray", bool: "Boolean"}.get(type(value), "String")
