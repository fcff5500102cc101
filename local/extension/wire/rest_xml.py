"""REST with XML bodies, which S3 speaks: operations by method and path, members in path, query, headers and body."""

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from xml.etree.ElementTree import ParseError

from botocore.model import OperationModel, Shape
from defusedxml.ElementTree import fromstring

from .call import NoOperation, Service
from .faults import Fault, shown
from .text import scalar
from .xml_tree import Tree, tag

if TYPE_CHECKING:
    from .request import Request

# Headers of the transport: signatures, checksums of chunked bodies, the client's own words about itself.
_TRANSPORT = re.compile(
    r"x-amz-(content-sha256|date|security-token|user-agent|decoded-content-length|trailer|id-2|request-id|"
    r"region-set|checksum-.*|sdk-checksum-algorithm)|x-amzn-.*"
)
_SIGNATURE = re.compile(r"X-Amz-.*|x-id|AWSAccessKeyId|Signature|Expires")


@dataclass(frozen=True)
class _Route:
    name: str
    method: str
    path: re.Pattern[str]
    # What the query string must hold, as the operation's URI says.
    literals: tuple[tuple[str, str], ...]
    # Members in query string and headers that the operation requires.
    required: tuple[tuple[str, str], ...]


@cache
def _routes(service_name: str, model: Any) -> list[_Route]:
    made = []
    for name in model.operation_names:
        operation = model.operation_model(name)
        path, _, query = operation.http["requestUri"].partition("?")
        pattern = re.sub(r"\\\{(\w+)(\\\+)?\\\}", lambda m: f"(?P<{m[1]}>{'.+' if m[2] else '[^/]+'})", re.escape(path))
        shape = operation.input_shape
        required = [] if shape is None else [
            (member.serialization["location"], member.serialization["name"])
            for member in (shape.members[each] for each in shape.required_members)
            if member.serialization.get("location") in ("querystring", "header")
        ]  # fmt: skip
        literals = tuple(parse_qsl(query, keep_blank_values=True))
        made.append(_Route(name, operation.http["method"], re.compile(pattern), literals, tuple(required)))
    # The most particular first.
    return sorted(made, key=lambda route: -2 * len(route.literals) - len(route.required))


def operation_of(
    service: Service, method: str, path: str, query: dict[str, list[str]], headers: dict[str, str]
) -> tuple[OperationModel, dict[str, str]]:
    """The operation and the members in its path."""
    path = path.rstrip("/") or "/"
    named = query.get("x-id", [""])[0]
    for route in _routes(service.name, service.model):
        if route.method != method or (named and named != route.name):
            continue
        found = route.path.fullmatch(path)
        if found and _fits(route, query, headers):
            return service.model.operation_model(route.name), found.groupdict()
    raise NoOperation(f"{method} {path}?{'&'.join(query)}")


def _fits(route: _Route, query: dict[str, list[str]], headers: dict[str, str]) -> bool:
    for name, value in route.literals:
        if name not in query or (value and query[name][0] != value):
            return False
    return all((name in query) if where == "querystring" else (name.lower() in headers) for where, name in route.required)


def read_input(shape: Any, path_values: dict[str, str], request: "Request") -> tuple[dict, list[Fault]]:
    """The parameters of a request, and what of it stands for none."""
    found: dict[str, Any] = dict(path_values)
    query = {name: values[0] for name, values in request.query.items()}
    names = set()
    for name, member in shape.members.items():
        where, key = member.serialization.get("location"), member.serialization.get("name", name)
        if where == "querystring" and key in query:
            found[name] = scalar(query[key], member)
            names.add(key)
    found.update(_from_headers(shape, request.headers))
    literals = {key for route in _routes(request.service, _model(request)) for key, _ in route.literals}
    unknown = [key for key in query if key not in names | literals and not _SIGNATURE.fullmatch(key)]
    faults = [Fault("unknown", key, shown(query[key]), "the operation has no such parameter") for key in unknown]
    faults += unknown_headers(shape, request.headers)
    body, more = read_body(shape, request.body)
    return {**found, **body}, faults + more


def _model(request: "Request") -> Any:
    from .call import service_of

    return service_of(request.service).model


def _from_headers(shape: Any, headers: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        where, key = member.serialization.get("location"), member.serialization.get("name", name).lower()
        if where == "header" and key in headers:
            text = headers[key]
            found[name] = [text] if member.type_name == "list" else scalar(text, member)
        elif where == "headers":
            named = {header[len(key):]: value for header, value in headers.items() if header.startswith(key)}
            if named:
                found[name] = named
    return found


def unknown_headers(shape: Any, headers: dict[str, str]) -> list[Fault]:
    """Headers of S3's own (x-amz-…) that no member stands for."""
    known = {member.serialization.get("name", name).lower(): member for name, member in shape.members.items()}
    prefixes = [key for key, member in known.items() if member.serialization.get("location") == "headers"]
    return [
        Fault("unknown", name, shown(value), f"it is no member of {shape.name}")
        for name, value in headers.items()
        if name.startswith("x-amz-") and name not in known and not _TRANSPORT.fullmatch(name)
        and not any(name.startswith(prefix) for prefix in prefixes)
    ]  # fmt: skip


def read_output(shape: Any, headers: dict[str, str], body: bytes) -> tuple[dict, list[Fault]]:
    """The members of an answer, and what of it stands for none."""
    lower = {name.lower(): value for name, value in headers.items()}
    found = _from_headers(shape, lower)
    values, faults = read_body(shape, body)
    return {**found, **values}, faults + unknown_headers(shape, lower)


def read_body(shape: Any, body: bytes) -> tuple[dict, list[Fault]]:
    """What the body holds: the payload member, or the members that stand nowhere else."""
    payload = shape.serialization.get("payload")
    wanted: Shape = shape.members[payload] if payload else shape
    if wanted.type_name in ("blob", "string"):
        return {}, []
    inside = payload or any("location" not in member.serialization for member in shape.members.values())
    if not body or not inside:
        return {}, [Fault("unknown", "body", shown(body), f"{shape.name} has no body")] if body else []
    try:
        root = fromstring(body)
    except ParseError as error:
        return {}, [Fault("envelope", "body", str(error), "Member must be XML")]
    tree = Tree()
    expected = wanted.serialization.get("name") or wanted.serialization.get("locationName")
    if expected and tag(root) != expected:
        tree.faults.append(Fault("envelope", "body", tag(root), f"Member must be an element {expected}"))
    value = tree.read(root, wanted)
    return ({payload: value} if payload else value), tree.faults
