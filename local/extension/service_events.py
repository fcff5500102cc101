"""The messages of a service's event log.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
Rebalancing: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing-event-messages-list.html
"""

from ministack.core.responses import new_uuid
from ministack.services import ecs

_MOST = 100
CANNOT_PLACE = "was unable to place a task because no container instance met all of its requirements."
BLOCKED = (
    "was unable to stop or start tasks during a deployment because of the service deployment configuration. "
    "Update the minimumHealthyPercent or maximumPercent value and try again."
)
STEADY = "has reached a steady state."


def add(service: dict, message: str) -> None:
    """Put an event first in the list. The same message twice in a row is one event."""
    text = f"(service {service['serviceName']}) {message}"
    events = service["events"]
    if events and events[0]["message"] == text:
        return
    events.insert(0, {"id": new_uuid(), "createdAt": ecs._iso(), "message": text})
    del events[_MOST:]


def started(service: dict, task: dict) -> None:
    add(service, f"has started 1 tasks: (task {_task_id(task)}).")


def stopped(service: dict, task: dict) -> None:
    add(service, f"has stopped 1 running tasks: (task {_task_id(task)}).")


def unbalanced(service: dict, zones: dict[str, int]) -> None:
    add(service, f"is not AZ balanced with {_by_zone(zones)}. AZ Rebalancing in progress.")


def balanced(service: dict, zones: dict[str, int]) -> None:
    add(service, f"is AZ balanced with {_by_zone(zones)}.")


def started_to_rebalance(service: dict, task: dict) -> None:
    add(service, f"has started 1 tasks in {task['availabilityZone']} to AZ Rebalance: (task {_task_id(task)}).")


def stopped_to_rebalance(service: dict, task: dict) -> None:
    zone = task["availabilityZone"]
    add(service, f"has stopped 1 running tasks in {zone} due to AZ rebalancing: (task {_task_id(task)}).")


def cannot_rebalance(service: dict, zone: str) -> None:
    add(service, f"is unable to place a task in {zone} because no container instance met all of its requirements.")


def _by_zone(zones: dict[str, int]) -> str:
    return ", ".join(f"{count} tasks in {zone}" for zone, count in sorted(zones.items()))


def _task_id(task: dict) -> str:
    return task["taskArn"].rsplit("/", 1)[-1]
