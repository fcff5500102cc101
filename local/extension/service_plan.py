"""What a service's scheduler does next: which tasks to start, and where, and which to stop.

Rolling update: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
Scheduling strategies, REPLICA and DAEMON: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html
"""

from collections.abc import Callable
from dataclasses import dataclass

from ministack.services import ecs

from . import container_instances, deployments, health, placement, run_task, service_events, task_run


@dataclass
class _Tasks:
    """A service's tasks that run: those that stay, and those to be replaced (by a newer revision, because their
    instance is being drained, or because they failed their health check)."""

    new: list[dict]
    old: list[dict]

    @property
    def all(self) -> list[dict]:
        return self.new + self.old


def tasks_of(service: dict) -> list[dict]:
    group = f"service:{service['serviceName']}"
    return [t for t in ecs._tasks.values() if t["group"] == group and t["clusterArn"] == service["clusterArn"]]


def is_daemon(service: dict) -> bool:
    return service.get("schedulingStrategy") == "DAEMON"


def advance(service: dict) -> float:
    """Take the steps that are possible now. Returns the seconds to wait before a start that was put off, or 0."""
    primary = ecs._primary_deployment(service)
    if not primary:
        return 0.0
    definition = ecs._task_defs.get(ecs._resolve_td_key(service["taskDefinition"]))
    if not definition:
        return 0.0
    delay = deployments.start_delay(primary)
    may_start = primary["rolloutState"] != "FAILED" and delay <= 0
    if is_daemon(service):
        _advance_daemon(service, primary, definition, may_start)
    else:
        _advance_replica(service, primary, definition, may_start)
    return max(delay, 0.0)


def _live(service: dict, primary: dict) -> _Tasks:
    live = [task for task in tasks_of(service) if task["desiredStatus"] == "RUNNING"]
    cluster_name = ecs._cluster_name_from_arn(service["clusterArn"])
    active = {instance["containerInstanceArn"] for instance in container_instances.active(cluster_name)}

    def stays(task: dict) -> bool:
        in_place = task["_deployment_id"] == primary["id"] and task["containerInstanceArn"] in active
        return in_place and not health.failure(task)

    return _Tasks(new=[task for task in live if stays(task)], old=[task for task in live if not stays(task)])


def _limits(service: dict, desired: int) -> tuple[int, int]:
    """(fewest RUNNING tasks, most tasks) while tasks are replaced. A daemon's tasks are stopped first by default."""
    configuration = service.get("deploymentConfiguration") or {}
    lowest, highest = (0, 100) if is_daemon(service) else (100, 200)
    minimum = int(configuration.get("minimumHealthyPercent", lowest))
    maximum = int(configuration.get("maximumPercent", highest))
    return -(-desired * minimum // 100), desired * maximum // 100


def moving(service: dict) -> int:
    """How many tasks more than desired a service has while it is rebalanced over zones."""
    primary = ecs._primary_deployment(service)
    return 1 if service.get("_moving") and primary and primary["rolloutState"] == "COMPLETED" else 0


def steady(tasks: list[dict]) -> list[dict]:
    return [task for task in tasks if task["lastStatus"] == "RUNNING" and task["_startup_stable"]]


def _advance_replica(service: dict, primary: dict, definition: dict, may_start: bool) -> None:
    desired = int(service["desiredCount"])
    fewest, most = _limits(service, desired)
    tasks = _live(service, primary)
    # A task that is on its way to another zone is there twice for a while.
    missing = desired + moving(service) - len(tasks.new)
    room = most - len(tasks.all)
    # Old tasks go when new ones run in their place, or to make room where the maximum leaves none.
    surplus = len(steady(tasks.all)) - max(desired, 0)
    for_room = max(0, missing - room) if may_start else 0
    spare = max(0, len(steady(tasks.all)) - fewest)
    going = [task for task in tasks.old if task not in steady(tasks.old)] if missing <= 0 else []
    going += steady(tasks.old)[: max(min(spare, max(surplus, for_room)), 0)]
    if missing < 0:
        newest_first = sorted(tasks.new, key=lambda task: task["createdAt"], reverse=True)
        going += newest_first[:-missing]
    stop(service, primary, going)
    if may_start:
        for _ in range(min(missing, room)):
            if not _start(service, primary, definition, None):
                break


def _advance_daemon(service: dict, primary: dict, definition: dict, may_start: bool) -> None:
    cluster_name = ecs._cluster_name_from_arn(service["clusterArn"])
    instances = [
        instance
        for instance in container_instances.active(cluster_name)
        if not placement.unsatisfied(instance, "", _constraints(service, definition))
    ]
    service["desiredCount"] = primary["desiredCount"] = len(instances)
    fewest, most = _limits(service, len(instances))
    tasks = _live(service, primary)
    arns = {instance["containerInstanceArn"] for instance in instances}
    stop(service, primary, [task for task in tasks.all if task["containerInstanceArn"] not in arns])
    for instance in instances:
        here = _live(service, primary)
        on_it = [t for t in here.all if t["containerInstanceArn"] == instance["containerInstanceArn"]]
        new = [task for task in on_it if task in here.new]
        old = [task for task in on_it if task in here.old]
        if old and not new and not _may_ever_stop_one(len(instances), fewest, most):
            service_events.add(service, service_events.BLOCKED)
        if old and (steady(new) or (may_start and not new and _may_stop_one(here, fewest, most))):
            stop(service, primary, old)
        elif may_start and not new and (not old or len(here.all) < most):
            _start(service, primary, definition, instance)


def _may_stop_one(tasks: _Tasks, fewest: int, most: int) -> bool:
    """Whether a task may go before its replacement is there."""
    return (len(tasks.all) >= most and len(steady(tasks.all)) - 1 >= fewest) or not steady(tasks.old)


def _may_ever_stop_one(instances: int, fewest: int, most: int) -> bool:
    """Whether the configuration leaves room for any change: to stop one first, or to start one more."""
    return fewest < instances or most > instances


def _start(service: dict, primary: dict, definition: dict, instance: dict | None) -> bool:
    """Start one task, on the given instance or wherever it fits."""
    task = launch(service, primary, definition, instance)
    if task is None:
        service_events.add(service, service_events.CANNOT_PLACE)
        return False
    service_events.started(service, task)
    return True


def launch(
    service: dict, primary: dict, definition: dict, instance: dict | None, zone: str | None = None
) -> dict | None:
    """One task more, on the given instance, in the given zone or wherever it fits; None when it fits nowhere."""
    cluster_name = ecs._cluster_name_from_arn(service["clusterArn"])
    group = f"service:{service['serviceName']}"
    constraints = list(service.get("placementConstraints") or [])
    if zone:
        constraints.append({"type": "memberOf", "expression": f"attribute:ecs.availability-zone == {zone}"})
    with placement.lock:
        if instance is None:
            instance = placement.choose(cluster_name, definition, group, constraints).instance
        elif placement.fits(instance, definition, constraints):
            instance = None
        if instance is None:
            return None
        request = {
            "group": group,
            "startedBy": primary["id"],
            "networkConfiguration": service.get("networkConfiguration"),
            "enableExecuteCommand": service.get("enableExecuteCommand", False),
            "tags": service.get("tags", []) if service.get("propagateTags") == "SERVICE" else [],
            "_deploymentId": primary["id"],
        }
        return run_task.launch(request, cluster_name, definition, instance)


def stop(
    service: dict,
    primary: dict,
    tasks: list[dict],
    tell: Callable[[dict, dict], None] = service_events.stopped,
) -> None:
    """Stop tasks of a service, as its scheduler does."""
    for task in tasks:
        scaling = f"Scaling activity initiated by (deployment {primary['id']})"
        task_run.stop(task, health.failure(task) or scaling, "ServiceSchedulerInitiated")
        tell(service, task)


def _constraints(service: dict, definition: dict) -> list[dict]:
    return [*(service.get("placementConstraints") or []), *definition.get("placementConstraints", [])]
