"""StopTask: answers at once with a task on its way down; the stopping itself goes on in the background.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html
"""

from ministack.core.responses import error_response_json, json_response
from ministack.services import ecs

from . import clusters, container_instances, resources, task_run
from .patching import replace


def install() -> None:
    replace(ecs, "_stop_task", _stop_task, parameters=("data",), actions=("StopTask",))
    # MiniStack looks for exits whenever a task is described; here each task is watched from its start.
    replace(ecs, "_maybe_mark_stopped", lambda task, docker_client=None: None, parameters=("task", "docker_client"))
    container_instances.on_lost(_lose_tasks)


def _stop_task(data: dict) -> tuple:
    cluster_name, error = clusters.require(data)
    if error:
        return error
    task = ecs._resolve_task(data.get("task", ""), cluster_name)
    if not task:
        return error_response_json("InvalidParameterException", "The referenced task was not found.", 400)
    task_run.stop(task, data.get("reason") or "Task stopped by user", "UserInitiated")
    return json_response({"task": ecs._sanitize(task)})


def _lose_tasks(instance: dict, reason: str) -> None:
    for task in resources.tasks_on(instance["containerInstanceArn"]):
        task_run.lose(task, reason)
