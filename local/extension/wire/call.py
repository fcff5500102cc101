"""Which operation of which service a request asks for."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationModel, ServiceModel

from .constraints import Checks
from .faults import Fault

# MiniStack's names where botocore has others.
_BOTOCORE_NAMES = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch"}


class NoModel(LookupError):
    """A request that no model is known for, so that nothing about it can be checked."""


class NoOperation(LookupError):
    """A request for an operation that its service does not have."""


@dataclass
class Service:
    """A service's model with its checks of requests and answers."""

    name: str
    model: ServiceModel
    checks: Checks
    operations: frozenset[str]

    @property
    def protocol(self) -> str:
        return self.model.metadata["protocol"]


@dataclass
class Call:
    """A request as the guard has read it."""

    service: Service
    operation: OperationModel
    # "json", "query", "ec2", "rest-xml" or "cbor": how this request came, and how its answer must come.
    protocol: str
    faults: list[Fault] = field(default_factory=list)
    # By the names of the model.
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.service.name}.{self.operation.name}"


@cache
def service_of(name: str) -> Service:
    """The service's model; raises NoModel."""
    name = _BOTOCORE_NAMES.get(name, name)
    try:
        model = _session().get_service_model(name)
    except UnknownServiceError:
        raise NoModel(f"botocore has no model of {name}") from None
    json = model.metadata["protocol"] == "json"
    checks = Checks(model, wire_names=json, text_dates=not json)
    return Service(name, model, checks, frozenset(model.operation_names))


@cache
def _session() -> Any:
    return botocore.session.Session()


def operation(service: Service, name: str) -> OperationModel:
    if name not in service.operations:
        raise NoOperation(name)
    return service.model.operation_model(name)
