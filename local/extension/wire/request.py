"""Requests: read by the protocol that they came in, and checked against the operation's input."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from . import cbor, rest_xml
from .call import Call, NoModel, NoOperation, Service, operation, service_of
from .faults import Fault, shown
from .query import Form


@dataclass(frozen=True)
class Request:
    """What came over the wire, body and headers decoded as far as HTTP goes."""

    # MiniStack's name of the service, which it finds by target, signature, host and path.
    service: str
    method: str
    path: str
    # Names in lower case.
    headers: dict[str, str]
    body: bytes
    query: dict[str, list[str]]


def read(request: Request) -> Call:
    """The call with its faults; raises NoModel and NoOperation."""
    service = service_of(request.service)
    if "smithy-protocol" in request.headers:
        return _cbor(service, request)
    readers = {"json": _json, "query": _form, "ec2": _form, "rest-xml": _rest_xml}
    reader = readers.get(service.protocol)
    if reader is None:
        raise NoModel(f"the guard does not read {service.protocol}, the protocol of {service.name}")
    return reader(service, request)


def _json(service: Service, request: Request) -> Call:
    prefix, _, name = request.headers.get("x-amz-target", "").rpartition(".")
    if prefix != service.model.metadata["targetPrefix"]:
        raise NoOperation(request.headers.get("x-amz-target", ""))
    call = Call(service, operation(service, name), "json")
    expected = f"application/x-amz-json-{service.model.metadata['jsonVersion']}"
    content_type = request.headers.get("content-type", "")
    if content_type.split(";")[0] != expected:
        call.faults.append(Fault("envelope", "Content-Type", content_type, f"Member must be {expected}"))
    try:
        parameters = json.loads(request.body or b"{}")
    except ValueError:
        call.faults.append(Fault("envelope", "body", shown(request.body), "Member must be JSON"))
        return call
    _take(call, parameters)
    return call


def _cbor(service: Service, request: Request) -> Call:
    call = Call(service, operation(service, request.path.rsplit("/", 1)[-1]), "cbor")
    if request.headers["smithy-protocol"] != "rpc-v2-cbor":
        raise NoModel(f"the guard does not read {request.headers['smithy-protocol']}")
    try:
        parameters = cbor.decode(request.body) if request.body else {}
    except cbor.Unreadable as error:
        call.faults.append(Fault("envelope", "body", str(error), "Member must be CBOR"))
        return call
    _take(call, parameters)
    return call


def _form(service: Service, request: Request) -> Call:
    fields = [(name, value) for name, values in request.query.items() for value in values]
    fields += parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    given = dict(fields)
    call = Call(service, operation(service, given.get("Action", "")), service.protocol)
    version = service.model.metadata["apiVersion"]
    if given.get("Version") != version:
        call.faults.append(Fault("envelope", "Version", given.get("Version", ""), f"Member must be {version}"))
    form = Form(ec2=service.protocol == "ec2")
    parameters = form.read(fields, call.operation.input_shape)
    call.faults += form.faults
    _take(call, parameters)
    return call


def _rest_xml(service: Service, request: Request) -> Call:
    found, values = rest_xml.operation_of(service, request.method, request.path, request.query, request.headers)
    call = Call(service, found, "rest-xml")
    if found.input_shape is None:
        return call
    parameters, faults = rest_xml.read_input(found.input_shape, values, request)
    call.faults += faults
    _take(call, parameters)
    return call


def _take(call: Call, parameters: Any) -> None:
    shape = call.operation.input_shape
    if shape is not None:
        call.parameters = parameters
        call.faults += call.service.checks(parameters, shape)
        return
    given = parameters if isinstance(parameters, dict) else {"body": parameters}
    call.faults += [Fault("unknown", name, shown(value), "the operation takes no input") for name, value in given.items()]
