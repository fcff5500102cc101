"""RunTask and StartTask: validation, placement, and the task's record.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StartTask.html
"""

import copy
import json
import threading
import time
from collections.abc import Callable

from ministack.core.responses import (
    AccountRegionScopedDict,
    error_response_json,
    get_account_id,
    get_region,
    json_response,
    new_uuid,
)
from ministack.services import ecs

from . import clusters, container_instances, placement, resources, task_run
from .patching import add_action, replace, require

# RunTask places at most ten tasks, StartTask at most ten instances, per call.
_MOST = 10

# (cluster, client token) -> the request that used it, and the tasks it got.
_tokens = AccountRegionScopedDict()
_tokens_lock = threading.Lock()


def install() -> None:
    replace(ecs, "_run_task", run_task, parameters=("data",), actions=("RunTask",))
    add_action(ecs, "StartTask", start_task)
    require(
        ecs,
        _build_task_containers=("td", "container_overrides"),
        _requested_subnet=("data",),
        _sanitize=("obj",),
        _launch_choice=("data", "cluster"),
    )


def run_task(data: dict) -> tuple:
    cluster_name, definition, error = _validate(data)
    if error:
        return error
    count = int(data.get("count") or 1)
    if not 1 <= count <= _MOST:
        return _invalid(f"count should be between 1 and {_MOST}.")
    constraints = data.get("placementConstraints") or []
    wrong = placement.check_constraints(constraints)
    if wrong:
        return _invalid(wrong)
    token = data.get("clientToken")
    if token:
        return _once((cluster_name, token), data, lambda: _run(data, cluster_name, definition, constraints, count))
    return _run(data, cluster_name, definition, constraints, count)


def _run(data: dict, cluster_name: str, definition: dict, constraints: list[dict], count: int) -> tuple:
    if not container_instances.in_cluster(cluster_name):
        return _invalid("No Container Instances were found in your cluster.")
    request = {**data, "group": data.get("group") or f"family:{definition['family']}"}

    def place() -> placement.Choice:
        return placement.choose(cluster_name, definition, request["group"], constraints)

    return _launch_each(request, cluster_name, definition, [place] * count)


def start_task(data: dict) -> tuple:
    cluster_name, definition, error = _validate(data)
    if error:
        return error
    references = data.get("containerInstances") or []
    if not 1 <= len(references) <= _MOST:
        return _invalid(f"Container instances should have between 1 and {_MOST} entries.")
    request = {**data, "group": data.get("group") or f"family:{definition['family']}"}

    def place_on(reference: str) -> Callable[[], placement.Choice]:
        return lambda: _choose_named(cluster_name, definition, reference)

    return _launch_each(request, cluster_name, definition, [place_on(reference) for reference in references])


def _once(key: tuple[str, str], data: dict, run: Callable[[], tuple]) -> tuple:
    """The tasks of the first request with a client token, for every repetition of it."""
    with _tokens_lock:
        if key not in _tokens:
            response = run()
            if response[0] < 400 and not json.loads(response[2])["failures"]:
                _tokens[key] = (data, [task["taskArn"] for task in json.loads(response[2])["tasks"]])
            return response
    first, arns = _tokens[key]
    if first != data:
        return error_response_json("ConflictException", "The client token was used with other parameters.", 400)
    return json_response({"tasks": [ecs._sanitize(ecs._tasks[arn]) for arn in arns], "failures": []})


def launch(request: dict, cluster_name: str, definition: dict, instance: dict) -> dict:
    """Record a task on an instance and let its agent start it. Call with the placement lock held."""
    task = _record(request, cluster_name, definition, instance)
    ecs._tasks[task["taskArn"]] = task
    if request.get("tags"):
        ecs._tags[task["taskArn"]] = list(request["tags"])
    overrides = copy.deepcopy((request.get("overrides") or {}).get("containerOverrides") or [])
    task_run.start(task, copy.deepcopy(definition), overrides, instance)
    return task


def _choose_named(cluster_name: str, definition: dict, reference: str) -> placement.Choice:
    instance = container_instances.find(cluster_name, reference)
    if instance is None:
        return placement.Choice(None, [{"arn": reference, "reason": "MISSING"}])
    reason = resources.lacking(instance, definition)
    if reason:
        return placement.Choice(None, [{"arn": instance["containerInstanceArn"], "reason": reason}])
    return placement.Choice(instance)


def _launch_each(
    request: dict, cluster_name: str, definition: dict, places: list[Callable[[], placement.Choice]]
) -> tuple:
    tasks, failures = [], []
    for place in places:
        with placement.lock:
            choice = place()
            if choice.instance:
                tasks.append(ecs._sanitize(launch(request, cluster_name, definition, choice.instance)))
                continue
        # The same instances refuse every further task for the same reasons.
        failures += [failure for failure in choice.failures if failure not in failures]
    ecs._recount_cluster(cluster_name)
    return json_response({"tasks": tasks, "failures": failures})


def _validate(data: dict) -> tuple[str, dict, tuple | None]:
    cluster_name, error = clusters.require(data)
    if error:
        return "", {}, error
    reference = data.get("taskDefinition", "")
    definition = ecs._task_defs.get(ecs._resolve_td_key(reference))
    if not definition:
        return "", {}, error_response_json("ClientException", f"Unable to find task definition: {reference}", 400)
    if definition["status"] != "ACTIVE":
        return "", {}, error_response_json("ClientException", "TaskDefinition is inactive", 400)
    if definition.get("networkMode") == "awsvpc" and not ecs._requested_subnet(data):
        return "", {}, _invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
    _, _, error = ecs._launch_choice(data, ecs._clusters[cluster_name])
    return cluster_name, definition, error


def _record(request: dict, cluster_name: str, definition: dict, instance: dict) -> dict:
    region, account = get_region(), get_account_id()
    task_arn = f"arn:aws:ecs:{region}:{account}:task/{cluster_name}/{new_uuid().replace('-', '')}"
    overrides = request.get("overrides") or {"containerOverrides": [], "inferenceAcceleratorOverrides": []}
    containers = ecs._build_task_containers(definition, overrides.get("containerOverrides") or [])
    for container, declared in zip(containers, definition["containerDefinitions"], strict=True):
        container.update(taskArn=task_arn, lastStatus="PENDING", runtimeId=None)
        container.update(healthStatus="UNKNOWN", _has_check=bool(declared.get("healthCheck")))
    now = ecs._iso()
    return {
        "taskArn": task_arn,
        "clusterArn": ecs._clusters[cluster_name]["clusterArn"],
        "taskDefinitionArn": definition["taskDefinitionArn"],
        "containerInstanceArn": instance["containerInstanceArn"],
        "overrides": overrides,
        "lastStatus": "PROVISIONING",
        "desiredStatus": "RUNNING",
        "launchType": "EC2",
        "cpu": str(resources.needs(definition)[0]),
        "memory": str(resources.needs(definition)[1]),
        "connectivity": "CONNECTED",
        "connectivityAt": now,
        "createdAt": now,
        "group": request["group"],
        "startedBy": request.get("startedBy", ""),
        "version": 1,
        "containers": containers,
        "attachments": [],
        "attributes": [],
        "availabilityZone": container_instances.ec2_record(instance)["Placement"]["AvailabilityZone"],
        "enableExecuteCommand": request.get("enableExecuteCommand", False),
        "tags": request.get("tags", []),
        "healthStatus": "UNKNOWN",
        "_launched_at": time.monotonic(),
        "_network_mode": definition.get("networkMode"),
        "_subnet": ecs._requested_subnet(request),
        "_docker_ids": [],
        "_deployment_id": request.get("_deploymentId"),
        "_startup_stable": False,
        "_reserved": (*resources.needs(definition), resources.host_ports(definition)),
        "_container_essentials": [bool(c.get("essential", True)) for c in definition["containerDefinitions"]],
    }


def _invalid(message: str) -> tuple:
    return error_response_json("InvalidParameterException", message, 400)
