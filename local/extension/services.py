"""CreateService, UpdateService and DeleteService: the fields MiniStack drops, and an end in good order.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html
"""

import json
from collections.abc import Callable
from functools import partial

from ministack.core.responses import error_response_json, json_response
from ministack.services import alb, ecs

from . import clusters, placement, rebalancing, scheduler, service_plan, target_health
from .patching import replace, wrap
from .service_lock import guarded

_KEPT = ("placementConstraints", "placementStrategy", "serviceConnectConfiguration", "availabilityZoneRebalancing")
# A change of these starts a deployment.
_STARTS_DEPLOYMENT = (
    "serviceRegistries",
    "loadBalancers",
    "networkConfiguration",
    "placementConstraints",
    "placementStrategy",
)


def install() -> None:
    wrap(
        ecs,
        "_create_service",
        lambda original: guarded(partial(_create, original)),
        parameters=("data",),
        actions=("CreateService",),
    )
    wrap(
        ecs,
        "_update_service",
        lambda original: guarded(partial(_update, original)),
        parameters=("data",),
        actions=("UpdateService",),
    )
    replace(ecs, "_delete_service", guarded(_delete), parameters=("data",), actions=("DeleteService",))


def _create(original: Callable[[dict], tuple], data: dict) -> tuple:
    wrong = (
        placement.check_constraints(data.get("placementConstraints") or [])
        or _unusable_target_group(data)
        or rebalancing.refusal(data)
    )
    if wrong:
        return error_response_json("InvalidParameterException", wrong, 400)
    return _with_kept(data, original(_create_request(data)))


def _unusable_target_group(data: dict) -> str | None:
    """Why the service cannot have one of its target groups.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html
    """
    for balancer in data.get("loadBalancers") or []:
        arn = balancer.get("targetGroupArn")
        group = alb._tgs.get(arn)
        if arn and not group:
            return f"The specified target group does not exist. Target group: {arn}"
        if group and not target_health.is_used(group):
            return f"The target group with targetGroupArn {arn} does not have an associated load balancer."
        if group and data.get("networkConfiguration") and group["TargetType"] != "ip":
            return (
                f"The provided target group {arn} has target type {group['TargetType']}, which is incompatible with "
                "the awsvpc network mode specified in the task definition."
            )
    return None


def _create_request(data: dict) -> dict:
    request = dict(data)
    if data.get("schedulingStrategy") == "DAEMON":
        # The number of tasks of a daemon is the number of instances.
        request["desiredCount"] = 0
        request.setdefault("deploymentConfiguration", {"maximumPercent": 100, "minimumHealthyPercent": 0})
    return request


def _with_kept(data: dict, response: tuple) -> tuple:
    """Store what MiniStack's handler left out, and answer with it."""
    if response[0] >= 400:
        return response
    name = json.loads(response[2])["service"]["serviceName"]
    key = f"{ecs._resolve_cluster_name(data.get('cluster') or 'default')}/{name}"
    service = ecs._services[key]
    service.update({field: data[field] for field in _KEPT if field in data})
    service.setdefault("availabilityZoneRebalancing", rebalancing.of_new(data))
    scheduler.wake(key)
    return json_response({"service": ecs._sanitize(service)})


def _update(original: Callable[[dict], tuple], data: dict) -> tuple:
    cluster_name, error = clusters.require(data)
    if error:
        return error
    name, _ = ecs._resolve_service_ref(data.get("service", "")) or ("", None)
    service = ecs._services.get(f"{cluster_name}/{name}")
    if not service or service["status"] != "ACTIVE":
        missing = "ServiceNotFoundException" if not service else "ServiceNotActiveException"
        return error_response_json(missing, "Service not found." if not service else "Service was not ACTIVE.", 400)
    if service_plan.is_daemon(service) and data.get("desiredCount") is not None:
        return error_response_json(
            "InvalidParameterException",
            "The daemon scheduling strategy does not support a "
            "desired count for services. Remove the desired count value and try again",
            400,
        )
    wrong = (
        placement.check_constraints(data.get("placementConstraints") or [])
        or _unusable_target_group(data)
        or rebalancing.refusal({**service, **data})
    )
    if wrong:
        return error_response_json("InvalidParameterException", wrong, 400)
    changed = any(field in data and data[field] != service.get(field) for field in _STARTS_DEPLOYMENT)
    service.update({field: data[field] for field in (*_KEPT, "serviceRegistries") if field in data})
    return original({**data, "forceNewDeployment": True} if changed else data)


def _delete(data: dict) -> tuple:
    """DRAINING while tasks stop, INACTIVE when the last one has."""
    cluster_name, error = clusters.require(data)
    if error:
        return error
    name, _ = ecs._resolve_service_ref(data.get("service", "")) or ("", None)
    service = ecs._services.get(f"{cluster_name}/{name}")
    if not service or service["status"] == "INACTIVE":
        return error_response_json("ServiceNotFoundException", "Service not found.", 400)
    if not data.get("force") and not service_plan.is_daemon(service) and int(service["desiredCount"]) > 0:
        return error_response_json(
            "InvalidParameterException", "The service cannot be stopped while it is scaled above 0.", 400
        )
    service.update(status="DRAINING", desiredCount=0)
    scheduler.drain(service)
    ecs._recount_cluster(cluster_name)
    return json_response({"service": ecs._sanitize(service)})
