"""Cloud Map's data plane behind its control plane: DiscoverInstances answers as of a moment ago.

A new instance is in ListInstances at once and in DiscoverInstances later; one that was deregistered is still discovered
for as long. https://docs.aws.amazon.com/cloud-map/latest/api/API_DiscoverInstances.html
"""

import time
from collections.abc import Callable

from ministack.core.responses import json_response
from ministack.services import servicediscovery as sd

from . import pace
from .patching import wrap

Handler = Callable[[dict], tuple]

# (service id, instance id) -> when it was registered first.
_since: dict[tuple[str, str], float] = {}
# The same -> when it was deregistered, and what it was.
_gone: dict[tuple[str, str], tuple[float, dict]] = {}


def install() -> None:
    wrap(sd, "_register_instance", _noting_arrival, parameters=("data",))
    wrap(sd, "_deregister_instance", _noting_departure, parameters=("data",))
    wrap(sd, "_discover_instances", _as_of_a_moment_ago, parameters=("data",))


def _noting_arrival(original: Handler) -> Handler:
    def register_instance(data: dict) -> tuple:
        key = (data.get("ServiceId", ""), data.get("InstanceId", ""))
        is_known = key[1] in sd._instances.get(key[0], {})
        response = original(data)
        if response[0] < 400 and not is_known:
            _since[key] = time.monotonic()
        return response

    return register_instance


def _noting_departure(original: Handler) -> Handler:
    def deregister_instance(data: dict) -> tuple:
        key = (data.get("ServiceId", ""), data.get("InstanceId", ""))
        leaving = sd._instances.get(key[0], {}).get(key[1])
        response = original(data)
        if response[0] < 400 and leaving and not _is_young(_since.pop(key, 0.0)):
            _gone[key] = (time.monotonic(), leaving)
        return response

    return deregister_instance


def _as_of_a_moment_ago(original: Handler) -> Handler:
    def discover_instances(data: dict) -> tuple:
        service = _service(data)
        if service is None:
            return original(data)
        present = sd._instances.get(service["Id"], {})
        shown = {name: entry for name, entry in present.items() if not _is_young(_since.get((service["Id"], name), 0.0))}
        shown |= _leaving(service["Id"])
        found = [_discovered(data, service["Id"], entry) for entry in shown.values()]
        wanted = data.get("HealthStatus", "ALL")
        instances = [each for each in found if wanted in ("ALL", "HEALTHY_OR_ELSE_ALL", each["HealthStatus"])]
        return json_response({"Instances": instances[: int(data.get("MaxResults") or 100)]})

    return discover_instances


def _service(data: dict) -> dict | None:
    """The service that a request names; None for what MiniStack refuses."""
    spaces = {space["Id"] for space in sd._namespaces.values() if space.get("Name") == data.get("NamespaceName")}
    named = (each for each in sd._services.values() if each.get("Name") == data.get("ServiceName"))
    return next((each for each in named if each.get("NamespaceId") in spaces), None)


def _leaving(service_id: str) -> dict[str, dict]:
    for key, (left_at, _) in list(_gone.items()):
        if not _is_young(left_at):
            _gone.pop(key, None)
    return {key[1]: entry for key, (_, entry) in list(_gone.items()) if key[0] == service_id}


def _is_young(moment: float) -> bool:
    return time.monotonic() - moment < pace.seconds("discovery-lag")


def _discovered(data: dict, service_id: str, entry: dict) -> dict:
    return {
        "InstanceId": entry["Id"],
        "NamespaceName": data["NamespaceName"],
        "ServiceName": data["ServiceName"],
        "Attributes": entry.get("Attributes", {}),
        "HealthStatus": sd._instance_health_status.get(service_id, {}).get(entry["Id"], "HEALTHY"),
    }
