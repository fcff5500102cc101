"""ListTasks by container instance, which MiniStack does not filter by.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
"""

import json
from collections.abc import Callable

from ministack.core.responses import json_response
from ministack.services import ecs

from . import clusters, container_instances
from .patching import wrap


def install() -> None:
    wrap(ecs, "_list_tasks", _by_instance, parameters=("data",), actions=("ListTasks",))


def _by_instance(original: Callable[[dict], tuple]) -> Callable[[dict], tuple]:
    def list_tasks(data: dict) -> tuple:
        response = original(data)
        if not data.get("containerInstance") or response[0] >= 400:
            return response
        cluster_name, _ = clusters.require(data)
        instance = container_instances.find(cluster_name, data["containerInstance"])
        arn = instance["containerInstanceArn"] if instance else None
        page = json.loads(response[2])
        page["taskArns"] = [task for task in page["taskArns"] if ecs._tasks[task]["containerInstanceArn"] == arn]
        return json_response(page)

    return list_tasks
