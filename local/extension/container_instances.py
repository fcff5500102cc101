"""Container instances: what an instance's ECS agent registers, and the APIs that show it.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html
"""

import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import (
    AccountRegionScopedDict,
    error_response_json,
    get_account_id,
    get_region,
    json_response,
    new_uuid,
)
from ministack.services import ec2, ecs

from . import cluster_query, clusters, resources
from .patching import add_action, replace, wrap

_records = AccountRegionScopedDict()  # container instance ARN -> record

# Called with a cluster's name whenever an instance joins it, leaves it or changes its status.
_listeners: list[Callable[[str], None]] = []
# Called with (container instance record, reason) for an instance that is gone with everything on it.
_on_lost: list[Callable[[dict, str], None]] = []


def install() -> None:
    replace(ecs, "_list_container_instances", _list, parameters=("data",), actions=("ListContainerInstances",))
    replace(
        ecs, "_describe_container_instances", _describe, parameters=("data",), actions=("DescribeContainerInstances",)
    )
    add_action(ecs, "UpdateContainerInstancesState", _update_state)
    wrap(ecs, "_recount_cluster", _counting_instances, parameters=("cluster_name",))


def _counting_instances(original: Callable[[str], None]) -> Callable[[str], None]:
    def recount(cluster_name: str) -> None:
        original(cluster_name)
        cluster = ecs._clusters.get(cluster_name)
        if cluster:
            cluster["registeredContainerInstancesCount"] = len(in_cluster(cluster_name))

    return recount


def on_change(listener: Callable[[str], None]) -> None:
    _listeners.append(listener)


def on_lost(listener: Callable[[dict, str], None]) -> None:
    _on_lost.append(listener)


def register(instance: dict, cluster_name: str) -> dict:
    """Register an EC2 instance record in a cluster, as its agent would."""
    return add(
        cluster_name, instance["InstanceId"], resources.registered(instance["InstanceType"]), _attributes(instance)
    )


def add(cluster_name: str, instance_id: str, registered_resources: list[dict], attributes: list[dict]) -> dict:
    """A container instance whose agent has just registered it."""
    arn = (
        f"arn:aws:ecs:{get_region()}:{get_account_id()}:container-instance/{cluster_name}/{new_uuid().replace('-', '')}"
    )
    _records[arn] = {
        "containerInstanceArn": arn,
        "ec2InstanceId": instance_id,
        "version": 1,
        "versionInfo": {"agentVersion": "1.99.0", "agentHash": "00000000", "dockerVersion": "DockerVersion: 25.0"},
        "status": "ACTIVE",
        "agentConnected": True,
        "registeredAt": time.time(),
        "registeredResources": registered_resources,
        "attributes": attributes,
        "attachments": [],
        "tags": [],
        "_cluster": cluster_name,
    }
    _notify(cluster_name)
    return _records[arn]


def deregister(instance_id: str) -> None:
    """Forget a terminated instance; its tasks are lost with it."""
    for arn, record in _records.items():
        if record["ec2InstanceId"] != instance_id:
            continue
        record.update(status="INACTIVE", agentConnected=False)
        _records.pop(arn, None)
        for listener in _on_lost:
            listener(record, f"Host EC2 (instance {instance_id}) terminated.")
        _notify(record["_cluster"])


def forget(record: dict) -> None:
    """Deregister an instance on which no task of ours can run."""
    record.update(status="INACTIVE", agentConnected=False)
    _records.pop(record["containerInstanceArn"], None)
    _notify(record["_cluster"])


def in_cluster(cluster_name: str) -> list[dict]:
    return [record for record in _records.values() if record["_cluster"] == cluster_name]


def active(cluster_name: str) -> list[dict]:
    """Instances that take new tasks of the EC2 launch type: ACTIVE (not DRAINING), with a connected agent."""
    ready = [r for r in in_cluster(cluster_name) if r["status"] == "ACTIVE" and r["agentConnected"]]
    return [r for r in ready if not is_foreign(r["containerInstanceArn"])]


def by_arn(arn: str) -> dict | None:
    return _records.get(arn)


def is_foreign(arn: str) -> bool:
    """Whether no task of the EC2 launch type runs on it: a record of EC2 is what external and managed ones lack here."""
    record = by_arn(arn)
    return record is not None and not ec2_record(record)


def find(cluster_name: str, reference: str) -> dict | None:
    """An instance of a cluster by container instance ARN or its last part."""
    for record in in_cluster(cluster_name):
        arn = record["containerInstanceArn"]
        if reference == arn or reference == arn.rsplit("/", 1)[-1]:
            return record
    return None


def ec2_record(record: dict) -> dict:
    return ec2._instances.get(record["ec2InstanceId"]) or {}


def _notify(cluster_name: str) -> None:
    for listener in _listeners:
        listener(cluster_name)


def _attributes(instance: dict) -> list[dict]:
    values = {
        "ecs.availability-zone": instance["Placement"]["AvailabilityZone"],
        "ecs.instance-type": instance["InstanceType"],
        "ecs.ami-id": instance["ImageId"],
        "ecs.subnet-id": instance["SubnetId"],
        "ecs.vpc-id": instance["VpcId"],
        "ecs.os-type": "linux",
        "ecs.cpu-architecture": "x86_64",
    }
    flags = (
        "ecs.capability.task-eni",
        "ecs.capability.execution-role-awslogs",
        "ecs.capability.secrets.asm.environment-variables",
        "com.amazonaws.ecs.capability.logging-driver.awslogs",
        "com.amazonaws.ecs.capability.logging-driver.json-file",
        "com.amazonaws.ecs.capability.task-iam-role",
    )
    return [{"name": name, "value": value} for name, value in values.items()] + [{"name": name} for name in flags]


def _list(data: dict) -> tuple:
    cluster_name, error = clusters.require(data)
    if error:
        return error
    wanted = data.get("status")
    found = [r for r in in_cluster(cluster_name) if not wanted or r["status"] == wanted]
    if data.get("filter"):
        try:
            matches = cluster_query.parse(data["filter"])
        except cluster_query.QueryError as invalid:
            return error_response_json("InvalidParameterException", str(invalid), 400)
        found = [r for r in found if matches(r)]
    return json_response({"containerInstanceArns": [r["containerInstanceArn"] for r in found]})


def _describe(data: dict) -> tuple:
    cluster_name, error = clusters.require(data)
    if error:
        return error
    shown, failures = [], []
    for reference in data.get("containerInstances", []):
        record = find(cluster_name, reference)
        if record:
            shown.append(view(record))
        else:
            failures.append({"arn": reference, "reason": "MISSING"})
    return json_response({"containerInstances": shown, "failures": failures})


def view(record: dict) -> dict[str, Any]:
    tasks = resources.tasks_on(record["containerInstanceArn"])
    return {
        **{key: value for key, value in record.items() if not key.startswith("_")},
        "runningTasksCount": sum(task["lastStatus"] == "RUNNING" for task in tasks),
        "pendingTasksCount": sum(task["lastStatus"] in ("PROVISIONING", "PENDING", "ACTIVATING") for task in tasks),
        "remainingResources": resources.remaining(record),
    }


def _update_state(data: dict) -> tuple:
    """ACTIVE or DRAINING: a draining instance takes no new tasks and its service tasks are moved."""
    cluster_name, error = clusters.require(data)
    if error:
        return error
    if data.get("status") not in ("ACTIVE", "DRAINING"):
        return error_response_json(
            "InvalidParameterException", "Container instance status should be one of [ACTIVE,DRAINING]", 400
        )
    changed, failures = [], []
    for reference in data.get("containerInstances", []):
        record = find(cluster_name, reference)
        if record:
            record["status"] = data["status"]
            record["version"] += 1
            changed.append(view(record))
        else:
            failures.append({"arn": reference, "reason": "MISSING"})
    _notify(cluster_name)
    return json_response({"containerInstances": changed, "failures": failures})
