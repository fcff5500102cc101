"""ListTasks by container instance, which MiniStack does not filter by; and new tasks that are not known at once.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
"The Amazon ECS API follows an eventual consistency model": https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
"""

import json
import time
from collections.abc import Callable

from ministack.core.responses import json_response
from ministack.services import ecs

from . import clusters, container_instances, pace
from .patching import wrap


def install() -> None:
    wrap(ecs, "_list_tasks", _by_instance, parameters=("data",), actions=("ListTasks",))
    wrap(ecs, "_list_tasks", _without_new_ones, parameters=("data",), actions=("ListTasks",))
    wrap(ecs, "_describe_tasks", _missing_at_first, parameters=("data",), actions=("DescribeTasks",))


def _is_new(arn: str) -> bool:
    task = ecs._tasks.get(arn)
    return task is not None and time.monotonic() - task["_launched_at"] < pace.seconds("task-becomes-visible")


def _without_new_ones(original: Callable[[dict], tuple]) -> Callable[[dict], tuple]:
    def list_tasks(data: dict) -> tuple:
        response = original(data)
        if response[0] >= 400:
            return response
        page = json.loads(response[2])
        page["taskArns"] = [arn for arn in page["taskArns"] if not _is_new(arn)]
        return json_response(page)

    return list_tasks


def _missing_at_first(original: Callable[[dict], tuple]) -> Callable[[dict], tuple]:
    def describe_tasks(data: dict) -> tuple:
        response = original(data)
        if response[0] >= 400:
            return response
        answer = json.loads(response[2])
        new = [task["taskArn"] for task in answer["tasks"] if _is_new(task["taskArn"])]
        answer["tasks"] = [task for task in answer["tasks"] if task["taskArn"] not in new]
        answer["failures"] += [{"arn": arn, "reason": "MISSING"} for arn in new]
        return json_response(answer)

    return describe_tasks


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
