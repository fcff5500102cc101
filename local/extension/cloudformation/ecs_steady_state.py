"""When CloudFormation calls an ECS service steady, and when it gives up.

    CreateService / UpdateService ──► our deployment ──► COMPLETED, all tasks ours ──► the resource is done
                                            └──────────► FAILED (circuit breaker) ───► the resource has failed

Tasks that cannot be placed fail nothing: the wait goes on until somebody stops the stack's operation
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html).
"""

from .. import container_instances
from . import ecs_api
from .interrupt import wait_until

_CIRCUIT_BREAKER = "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'."


class DeploymentFailed(ValueError):
    """The circuit breaker ended the deployment; worded as CloudFormation words it."""

    def __init__(self) -> None:
        super().__init__(ecs_api.handler_message(_CIRCUIT_BREAKER, "GeneralServiceException"))


def wait_for_deployment(service: dict) -> None:
    """Block until the deployment that `service` (an ECS answer) starts has ended, and raise if it failed."""
    ours = _primary(service)
    older = {deployment["id"] for deployment in service["deployments"]} - {ours["id"]}
    wait_until(lambda: _is_steady(service, ours, older), f"{service['serviceName']} to stabilise")


def is_drained(cluster: str, service: str) -> bool:
    """Whether a deleted service has no task left that is not STOPPED."""
    described = ecs_api.call("DescribeServices", cluster=cluster, services=[service])["services"]
    if described and described[0]["status"] == "ACTIVE":
        return False
    # DeleteService asks every task to stop, so those still going have the desired status STOPPED.
    arns = [
        arn
        for status in ("RUNNING", "STOPPED")
        for arn in ecs_api.list_all("ListTasks", "taskArns", cluster=cluster, serviceName=service, desiredStatus=status)
    ]
    return all(task["lastStatus"] == "STOPPED" for task in _tasks(cluster, arns))


def _is_steady(started: dict, ours: dict, older: set[str]) -> bool:
    cluster, name = started["clusterArn"], started["serviceName"]
    answer = ecs_api.call("DescribeServices", cluster=cluster, services=[name])
    if not answer["services"] or answer["services"][0]["status"] != "ACTIVE":
        raise ValueError(ecs_api.handler_message("Service was deleted while it was being deployed.", "NotStabilized"))
    service = answer["services"][0]
    primary = _primary(service)
    _raise_if_failed(service, ours, older)
    others = [deployment for deployment in service["deployments"] if deployment is not primary]
    if any(deployment["runningCount"] or deployment["pendingCount"] for deployment in others):
        return False
    if primary.get("rolloutState", "COMPLETED") != "COMPLETED":
        return False
    if service["schedulingStrategy"] == "DAEMON":
        return _is_on_every_instance(service, primary["taskDefinition"])
    return service["runningCount"] == primary["runningCount"] == service["desiredCount"]


def _raise_if_failed(service: dict, ours: dict, older: set[str]) -> None:
    mine = next((deployment for deployment in service["deployments"] if deployment["id"] == ours["id"]), None)
    if mine is not None and mine.get("rolloutState") == "FAILED":
        raise DeploymentFailed
    # ECS lists a failed deployment only while it has tasks; then an older one in its place is what tells.
    if mine is None and _primary(service)["id"] in older:
        raise DeploymentFailed


def _is_on_every_instance(service: dict, task_definition: str) -> bool:
    """A daemon is steady with one RUNNING task of its revision on each ACTIVE container instance that it may use."""
    cluster = service["clusterArn"]
    listed = ecs_api.list_all("ListContainerInstances", "containerInstanceArns", cluster=cluster, status="ACTIVE")
    instances = [arn for arn in listed if not container_instances.is_foreign(arn)]
    arns = ecs_api.list_all("ListTasks", "taskArns", cluster=cluster, serviceName=service["serviceName"])
    covered = {
        task.get("containerInstanceArn")
        for task in _tasks(cluster, arns)
        if task["lastStatus"] == "RUNNING" and task["taskDefinitionArn"] == task_definition
    }
    return set(instances) <= covered


def _tasks(cluster: str, arns: list[str]) -> list[dict]:
    # DescribeTasks takes at most 100 tasks.
    chunks = [arns[start : start + 100] for start in range(0, len(arns), 100)]
    return [task for chunk in chunks for task in ecs_api.call("DescribeTasks", cluster=cluster, tasks=chunk)["tasks"]]


def _primary(service: dict) -> dict:
    return next(deployment for deployment in service["deployments"] if deployment["status"] == "PRIMARY")
