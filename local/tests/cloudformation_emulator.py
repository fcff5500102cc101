"""MiniStack with the CloudFormation part of the extension and the rights it asks for, and tasks that only exist on paper.

Started as a process of its own by `cloudformation_cloud.py`. What a task does is read from its image's name, so a
test decides by its template: `crash…` never starts, `slow…` needs half a second, anything else runs at once. Cluster
`full` has no room for any task. Real containers are the matter of the other test files.

Without an engine MiniStack calls every task RUNNING from birth and every first deployment COMPLETED: both are undone
here, so that a stack that does not wait is caught.
"""

import os
import threading
import time

os.environ["DOCKER_HOST"] = "unix:///nonexistent"

from ministack.core.responses import request_scope
from ministack.services import ecs

original_run_task = ecs._run_task
original_make_deployment = ecs._make_deployment
original_reconcile = ecs._reconcile_service_tasks
START_SECONDS = {"slow": 0.5, "crash": 0.05}

# One change at a time, as the real scheduler does: two tasks that end at once would each count the other as still there,
# and nobody would start their replacement.
scheduling = threading.RLock()


def make_deployment(task_definition, desired_count, status="PRIMARY"):
    deployment = original_make_deployment(task_definition, desired_count, status)
    deployment.update(rolloutState="IN_PROGRESS", rolloutStateReason="")
    return deployment


def run_task(request):
    if request.get("cluster", "").rsplit("/", 1)[-1] == "full":
        return ecs.json_response({"tasks": [], "failures": [{"reason": "RESOURCE:MEMORY"}]})
    known = set(ecs._tasks)
    response = original_run_task(request)
    for arn in set(ecs._tasks) - known:
        task = ecs._tasks[arn]
        task.update(lastStatus="PENDING", _startup_stable=False)
        account, region = arn.split(":")[4], arn.split(":")[3]
        threading.Thread(target=start, args=(task, account, region), daemon=True).start()
    return response


def start(task, account, region):
    with request_scope(account, region):
        definition = ecs._task_defs[ecs._resolve_td_key(task["taskDefinitionArn"])]
        behaviour = definition["containerDefinitions"][0]["image"].split("-")[0]
        time.sleep(START_SECONDS.get(behaviour, 0.05))
        with scheduling:
            if task["lastStatus"] == "STOPPED":
                return
            if behaviour == "crash":
                task.update(lastStatus="STOPPED", desiredStatus="STOPPED")
                ecs._record_service_task_failure(task)
            else:
                task.update(lastStatus="RUNNING", _startup_stable=True)
            reconcile(task)


def reconcile_alone(cluster_name, svc_key):
    with scheduling:
        return original_reconcile(cluster_name, svc_key)


def reconcile(task):
    """What the service's scheduler does when one of its tasks has changed."""
    if task["group"].startswith("service:"):
        cluster, service = ecs._cluster_name_from_arn(task["clusterArn"]), task["group"].split(":", 1)[1]
        ecs._refresh_service_state(cluster, task["group"])
        ecs._complete_service_deployment(cluster, f"{cluster}/{service}")
        ecs._reconcile_service_tasks(cluster, f"{cluster}/{service}")


def main():
    ecs._run_task = ecs._ACTION_MAP["RunTask"] = run_task
    ecs._make_deployment = make_deployment
    ecs._reconcile_service_tasks = reconcile_alone
    if os.environ.get("WITHOUT_EXTENSION") != "1":
        from extension import answers, cloudformation, request_rights, rights, wire

        answers.install()
        request_rights.install()
        rights.install()
        cloudformation.install()
        wire.install()
    from ministack.app import main as serve

    serve()


if __name__ == "__main__":
    main()
