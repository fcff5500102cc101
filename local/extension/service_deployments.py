"""The service deployment APIs, answered from what the deployments of a service went through.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceRevision.html
"""

from typing import Any

from ministack.core.responses import AccountRegionScopedDict, error_response_json, json_response
from ministack.services import ecs

from . import clusters
from .patching import replace

# Service deployment ARN -> record; the newest last.
_records = AccountRegionScopedDict()
_ROLLBACK_REASON = "Service deployment rolled back because the circuit breaker threshold was exceeded."


def install() -> None:
    replace(ecs, "_list_service_deployments", _list, parameters=("data",), actions=("ListServiceDeployments",))
    replace(
        ecs, "_describe_service_deployments", _describe, parameters=("data",), actions=("DescribeServiceDeployments",)
    )
    replace(
        ecs,
        "_describe_service_revisions",
        _describe_revisions,
        parameters=("data",),
        actions=("DescribeServiceRevisions",),
    )


def record(service: dict) -> None:
    """Note the present state of a service's deployments."""
    breaker = (service.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
    for deployment in reversed(service["deployments"]):
        arn = _arn(service, "service-deployment", deployment["id"])
        known = _records.get(arn)
        if known is None:
            known = _records[arn] = _begin(service, deployment, arn)
        if not known.get("finishedAt"):
            _follow(service, deployment, known)
            known["deploymentCircuitBreaker"] = {
                "status": _breaker_status(breaker, deployment),
                "failureCount": int(deployment.get("failedTasks", 0)),
                "threshold": ecs._circuit_breaker_threshold(service),
            }


def _begin(service: dict, deployment: dict, arn: str) -> dict[str, Any]:
    others = [d for d in service["deployments"] if d is not deployment]
    return {
        "serviceDeploymentArn": arn,
        "serviceArn": service["serviceArn"],
        "clusterArn": service["clusterArn"],
        "createdAt": deployment["createdAt"],
        "startedAt": deployment["createdAt"],
        "sourceServiceRevisions": [
            {
                "arn": _arn(service, "service-revision", other["id"]),
                "requestedTaskCount": other["desiredCount"],
                "runningTaskCount": other["runningCount"],
                "pendingTaskCount": other["pendingCount"],
            }
            for other in others
        ],
        "deploymentConfiguration": service.get("deploymentConfiguration") or {},
        "status": "IN_PROGRESS",
        "_task_definition": deployment["taskDefinition"],
        "_launch_type": deployment.get("launchType"),
    }


def _follow(service: dict, deployment: dict, known: dict) -> None:
    revision = _arn(service, "service-revision", deployment["id"])
    known["updatedAt"] = deployment["updatedAt"]
    known["targetServiceRevision"] = {
        "arn": revision,
        "requestedTaskCount": int(deployment["desiredCount"]),
        "runningTaskCount": deployment["runningCount"],
        "pendingTaskCount": deployment["pendingCount"],
    }
    if deployment["rolloutState"] == "COMPLETED":
        known.update(status="SUCCESSFUL", finishedAt=ecs._iso())
    elif deployment["rolloutState"] == "FAILED":
        _follow_rollback(service, deployment, known)


def _follow_rollback(service: dict, deployment: dict, known: dict) -> None:
    target = next((d for d in service["deployments"] if d["id"] == deployment.get("_rolled_back_to")), None)
    if target is None:
        known.update(status="STOPPED", statusReason=deployment["rolloutStateReason"], finishedAt=ecs._iso())
        return
    done = target["rolloutState"] == "COMPLETED"
    known.update(status="ROLLBACK_SUCCESSFUL" if done else "ROLLBACK_IN_PROGRESS", statusReason=_ROLLBACK_REASON)
    known["rollback"] = {
        "reason": _ROLLBACK_REASON,
        "startedAt": deployment["updatedAt"],
        "serviceRevisionArn": _arn(service, "service-revision", target["id"]),
    }
    if done:
        known["finishedAt"] = ecs._iso()


def _breaker_status(breaker: dict, deployment: dict) -> str:
    if not breaker.get("enable"):
        return "DISABLED"
    if deployment["rolloutState"] == "FAILED":
        return "TRIGGERED"
    return "MONITORING_COMPLETE" if deployment["rolloutState"] == "COMPLETED" else "MONITORING"


def _list(data: dict) -> tuple:
    cluster_name, error = clusters.require(data)
    if error:
        return error
    name, _ = ecs._resolve_service_ref(data.get("service", "")) or ("", None)
    service = ecs._services.get(f"{cluster_name}/{name}")
    if not service:
        return error_response_json("ServiceNotFoundException", "Service not found.", 400)
    wanted = data.get("status") or []
    brief = (
        "serviceDeploymentArn",
        "serviceArn",
        "clusterArn",
        "createdAt",
        "startedAt",
        "finishedAt",
        "status",
        "statusReason",
    )
    found = [
        {key: known[key] for key in brief if key in known}
        | {"targetServiceRevisionArn": known["targetServiceRevision"]["arn"]}
        for known in reversed(_records.values())
        if known["serviceArn"] == service["serviceArn"] and (not wanted or known["status"] in wanted)
    ]
    return json_response({"serviceDeployments": found})


def _describe(data: dict) -> tuple:
    found, failures = [], []
    for arn in data.get("serviceDeploymentArns", []):
        known = _records.get(arn)
        if known:
            found.append(ecs._sanitize(known))
        else:
            failures.append({"arn": arn, "reason": "MISSING"})
    return json_response({"serviceDeployments": found, "failures": failures})


def _describe_revisions(data: dict) -> tuple:
    found, failures = [], []
    for arn in data.get("serviceRevisionArns", []):
        known = _records.get(arn.replace(":service-revision/", ":service-deployment/"))
        if known:
            found.append(
                {
                    "serviceRevisionArn": arn,
                    "serviceArn": known["serviceArn"],
                    "clusterArn": known["clusterArn"],
                    "taskDefinition": known["_task_definition"],
                    "launchType": known["_launch_type"] or "EC2",
                    "createdAt": known["createdAt"],
                }
            )
        else:
            failures.append({"arn": arn, "reason": "MISSING"})
    return json_response({"serviceRevisions": found, "failures": failures})


def _arn(service: dict, kind: str, deployment_id: str) -> str:
    return f"{service['serviceArn'].replace(':service/', f':{kind}/')}/{deployment_id.rsplit('/', 1)[-1]}"
