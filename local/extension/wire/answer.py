"""Answers: whether a client that knows only the model would read what was meant.

Checked by protocol against the operation's output, and errors against the errors that the operation has. What no
client would notice is a fault too: an element that the model does not have is one that AWS would not send.
"""

import json
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from botocore.model import Shape
from defusedxml.ElementTree import fromstring

from . import cbor, rest_xml
from .call import Call
from .faults import Fault, shown
from .xml_tree import Tree, tag

# What any operation can answer: https://docs.aws.amazon.com/awscloudformation/latest/APIReference/CommonErrors.html
_COMMON_ERRORS = frozenset({
    "AccessDenied", "AccessDeniedException", "ExpiredToken", "ExpiredTokenException", "IncompleteSignature",
    "InternalFailure", "InvalidAction", "InvalidClientTokenId", "InvalidSignatureException", "MalformedInput",
    "MissingAuthenticationToken", "MissingAuthenticationTokenException", "OptInRequired", "RequestExpired",
    "SerializationException", "ServiceUnavailable", "SignatureDoesNotMatch", "Throttling", "ThrottlingException",
    "UnknownOperationException", "UnrecognizedClientException", "ValidationError", "ValidationException",
})  # fmt: skip


def faults_of(call: Call, status: int, headers: dict[str, str], body: bytes) -> list[Fault]:
    """What of an answer AWS would not have sent."""
    if status >= 400:
        return _error_faults(call, headers, body)
    shape = call.operation.output_shape
    if call.protocol in ("json", "cbor"):
        return _json_faults(call, shape, body)
    if call.protocol == "rest-xml":
        return _rest_xml_faults(call, shape, headers, body)
    return _query_faults(call, shape, body)


def _json_faults(call: Call, shape: Shape | None, body: bytes) -> list[Fault]:
    value = _decoded(call, body)
    if isinstance(value, Fault):
        return [value]
    if shape is not None:
        return call.service.checks(value, shape)
    return [Fault("unknown", name, shown(each), "the operation has no output") for name, each in value.items()]


def _decoded(call: Call, body: bytes) -> Any:
    try:
        value = cbor.decode(body) if call.protocol == "cbor" else json.loads(body or b"{}")
    except ValueError as error:
        return Fault("envelope", "body", str(error), f"Member must be {call.protocol.upper()}")
    return value if isinstance(value, dict) else Fault("envelope", "body", shown(value), "Member must be a Structure")


def _query_faults(call: Call, shape: Any, body: bytes) -> list[Fault]:
    root = _parsed(body)
    if isinstance(root, Fault):
        return [root]
    expected = f"{call.operation.name}Response"
    if tag(root) != expected:
        return [Fault("envelope", "body", tag(root), f"Member must be an element {expected}")]
    if call.protocol == "ec2":
        return _members(call, root, shape, frozenset({"requestId"}))
    wrapper = shape.serialization.get("resultWrapper") if shape is not None else None
    faults = [
        Fault("unknown", tag(child), shown(child.text), f"it is no member of {expected}")
        for child in root
        if tag(child) not in ("ResponseMetadata", wrapper)
    ]
    if not any(child.text for part in root if tag(part) == "ResponseMetadata" for child in part):
        faults.append(Fault("missing", "ResponseMetadata.RequestId", "null", "Member must not be null"))
    if wrapper is None:
        return faults
    result = next((child for child in root if tag(child) == wrapper), None)
    if result is None:
        return [*faults, Fault("missing", wrapper, "null", "Member must not be null")]
    return faults + _members(call, result, shape, frozenset())


def _members(call: Call, element: Element, shape: Any, ignored: frozenset[str]) -> list[Fault]:
    if shape is None:
        return [
            Fault("unknown", tag(child), shown(child.text), "the operation has no output")
            for child in element
            if tag(child) not in ignored
        ]
    tree = Tree()
    value = tree.read(element, shape, "", ignored)
    return tree.faults + call.service.checks(value, shape)


def _rest_xml_faults(call: Call, shape: Any, headers: dict[str, str], body: bytes) -> list[Fault]:
    if shape is None:
        return [Fault("unknown", "body", shown(body), "the operation has no output")] if body else []
    head = call.operation.http["method"] == "HEAD"
    value, faults = rest_xml.read_output(shape, headers, b"" if head else body)
    return faults + call.service.checks(value, shape)


def _error_faults(call: Call, headers: dict[str, str], body: bytes) -> list[Fault]:
    if call.protocol == "rest-xml" and call.operation.http["method"] == "HEAD":
        return []
    if call.protocol in ("json", "cbor"):
        value = _decoded(call, body)
        code = "" if isinstance(value, Fault) else str(value.get("__type", "")).rsplit("#", 1)[-1].split(":")[0]
        return _code_faults(call, code)
    root = _parsed(body)
    if isinstance(root, Fault):
        return [root]
    expected = {"query": "ErrorResponse", "ec2": "Response", "rest-xml": "Error"}[call.protocol]
    if tag(root) != expected:
        return [Fault("envelope", "body", tag(root), f"Member must be an element {expected}")]
    return _code_faults(call, next((child.text or "" for child in root.iter() if tag(child) == "Code"), ""))


def _code_faults(call: Call, code: str) -> list[Fault]:
    """EC2's and S3's models name (almost) no errors; elsewhere an operation has those of its model and the common ones."""
    if not code:
        return [Fault("missing", "Code", "null", "Member must not be null")]
    if call.protocol in ("ec2", "rest-xml") or code in _COMMON_ERRORS:
        return []
    known = {name for shape in call.operation.error_shapes for name in (shape.name, shape.error_code)}
    if code in known:
        return []
    listed = ", ".join(sorted(name for name in known if name))
    return [Fault("error", "Code", code, f"Member must satisfy enum value set: [{listed}]")]


def _parsed(body: bytes) -> Element | Fault:
    try:
        return fromstring(body)
    except ParseError as error:
        return Fault("envelope", "body", str(error), "Member must be XML")
