"""The messages of a service's event log.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
"""

from ministack.core.responses import new_uuid
from ministack.services import ecs

_MOST = 100
CANNOT_PLACE = "was unable to place a task because no container instance met all of its requirements."
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


def _task_id(task: dict) -> str:
    return task["taskArn"].rsplit("/", 1)[-1]
