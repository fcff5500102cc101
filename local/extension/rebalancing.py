"""Rebalancing over Availability Zones: tasks of a steady service move from the fullest zone to the emptiest.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
Outside any deployment: one task more in the emptiest zone, and once it counts as healthy, one less in the fullest.

    out of balance ── "not AZ balanced" ── start ── healthy ── stop ── … ── "AZ balanced"
"""

import time
from collections import Counter

from ministack.services import ecs

from . import cluster_query, container_instances, pace, service_events, service_plan

_ZONE = "attribute:ecs.availability-zone"


def of_new(request: dict) -> str:
    """What a new service gets when its request does not say: ENABLED, where it can be rebalanced at all."""
    return "DISABLED" if _incompatible(request) else "ENABLED"


def refusal(request: dict) -> str | None:
    """Why a service cannot have what its request asks for. The rules are AWS's, the wording is not known."""
    reason = _incompatible(request)
    if request.get("availabilityZoneRebalancing") != "ENABLED" or not reason:
        return None
    return f"Availability Zone rebalancing cannot be enabled for a service {reason}."


def _incompatible(request: dict) -> str | None:
    """"…Daemon strategy, maximumPercent of 100, a placement constraint on the zone, a Classic Load Balancer…\""""
    strategies = request.get("placementStrategy") or []
    percent = (request.get("deploymentConfiguration") or {}).get("maximumPercent", 200)
    constraints = [constraint.get("expression", "") for constraint in request.get("placementConstraints") or []]
    if request.get("schedulingStrategy") == "DAEMON":
        return "with the DAEMON scheduling strategy"
    if int(percent) <= 100:
        return "with a maximumPercent of 100 or less"
    if strategies and (strategies[0].get("type"), strategies[0].get("field")) != ("spread", _ZONE):
        return "whose first placement strategy is not to spread over Availability Zones"
    if any("ecs.availability-zone" in expression for expression in constraints):
        return "with a placement constraint on the Availability Zone"
    if any(balancer.get("loadBalancerName") for balancer in request.get("loadBalancers") or []):
        return "with a Classic Load Balancer"
    return None


def look_at(service: dict) -> float | None:
    """Take the next step of a service's rebalancing. Returns the seconds until the next look, None when there is none."""
    primary = ecs._primary_deployment(service)
    if service.get("availabilityZoneRebalancing") != "ENABLED" or _incompatible(service) or not primary:
        return None
    running = [task for task in service_plan.tasks_of(service) if task["desiredStatus"] == "RUNNING"]
    arriving = service.get("_moving")
    if primary["rolloutState"] != "COMPLETED" or (arriving and arriving not in [task["taskArn"] for task in running]):
        # A deployment places its tasks anew; and a task that died on the way is not moved.
        service.pop("_moving", None)
        return None
    steady = service_plan.steady(running)
    if len(running) != len(steady) or len(steady) != int(service["desiredCount"]) + service_plan.moving(service):
        return None
    zones = _tasks_by_zone(service, steady)
    if arriving:
        _take_from_fullest(service, primary, [task for task in steady if task["taskArn"] != arriving])
        return 0.0
    if not zones or max(zones.values()) - min(zones.values()) < 2:
        _note_balance(service, zones)
        return None
    return _begin(service, primary, zones)


def _tasks_by_zone(service: dict, tasks: list[dict]) -> dict[str, int]:
    """Every zone with an instance that takes tasks, and how many of these run there."""
    cluster_name = ecs._cluster_name_from_arn(service["clusterArn"])
    allowed = [
        cluster_query.parse(constraint["expression"])
        for constraint in service.get("placementConstraints") or []
        if constraint["type"] == "memberOf"
    ]
    zones = {
        container_instances.ec2_record(instance)["Placement"]["AvailabilityZone"]
        for instance in container_instances.active(cluster_name)
        if all(matches(instance) for matches in allowed)
    }
    count = Counter(task["availabilityZone"] for task in tasks)
    return {zone: count[zone] for zone in zones}


def _begin(service: dict, primary: dict, zones: dict[str, int]) -> float | None:
    """Start a task in the emptiest zone, once the service has been out of balance for as long as ECS watches it."""
    left = service.setdefault("_unbalanced_since", time.monotonic())
    left += pace.seconds("rebalancing-begins") - time.monotonic()
    if left > 0:
        return left
    if not service.get("_rebalancing"):
        service["_rebalancing"] = True
        service_events.unbalanced(service, zones)
    zone = min(zones, key=lambda name: (zones[name], name))
    definition = ecs._task_defs[ecs._resolve_td_key(service["taskDefinition"])]
    task = service_plan.launch(service, primary, definition, None, zone)
    if task is None:
        service_events.cannot_rebalance(service, zone)
        return None
    service["_moving"] = task["taskArn"]
    service_events.started_to_rebalance(service, task)
    return None


def _take_from_fullest(service: dict, primary: dict, tasks: list[dict]) -> None:
    count = Counter(task["availabilityZone"] for task in tasks)
    going = max(tasks, key=lambda task: (count[task["availabilityZone"]], task["createdAt"]))
    del service["_moving"]
    service_plan.stop(service, primary, [going], service_events.stopped_to_rebalance)


def _note_balance(service: dict, zones: dict[str, int]) -> None:
    service.pop("_unbalanced_since", None)
    if service.pop("_rebalancing", False):
        service_events.balanced(service, zones)
