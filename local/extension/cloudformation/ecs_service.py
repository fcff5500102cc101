"""AWS::ECS::Service: created, updated and deleted as CloudFormation does, which waits for the tasks.

Property reference: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html
"""

from ministack.services.cloudformation.provisioners import _physical_name

from . import ecs_api, ecs_steady_state
from .api_shape import InvalidProperties, request_shape, to_request
from .interrupt import announce, wait_until

TYPE = "AWS::ECS::Service"

# "Update requires: Replacement" in the property reference.
REPLACING = ("Cluster", "LaunchType", "Role", "SchedulingStrategy", "ServiceName")

# The template's name for a property where the API's is another one.
_API_NAMES = {"PlacementStrategies": "PlacementStrategy"}

# What UpdateService falls back to when the template drops a property, from its API reference.
_WHEN_DROPPED = {
    "deploymentConfiguration": {
        "maximumPercent": 200,
        "minimumHealthyPercent": 100,
        "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    },
    "enableECSManagedTags": False,
    "enableExecuteCommand": False,
    "healthCheckGracePeriodSeconds": 0,
    "loadBalancers": [],
    "placementConstraints": [],
    "placementStrategy": [],
    "propagateTags": "NONE",
    "serviceRegistries": [],
}


def create(logical_id: str, props: dict, stack_name: str) -> tuple[str, dict]:
    request = _request(logical_id, props)
    request.setdefault("serviceName", _physical_name(stack_name, logical_id, max_len=255))
    # A service without a count has one task (AWS: the property's default); a daemon has no count of its own.
    if request.get("schedulingStrategy") == "DAEMON":
        request.pop("desiredCount", None)
    else:
        request.setdefault("desiredCount", 1)
    service = ecs_api.call("CreateService", **request)["service"]
    announce(service["serviceArn"])
    ecs_steady_state.wait_for_deployment(service)
    return _result(service)


def update(physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str) -> tuple[str, dict]:
    old, new = _request(logical_id, old_props), _request(logical_id, new_props)
    updatable = set(request_shape("ecs", "UpdateService").members)
    changes = {
        name: new.get(name, _WHEN_DROPPED.get(name))
        for name in (old.keys() | new.keys()) & updatable
        if old.get(name) != new.get(name)
    }
    if new.get("schedulingStrategy") == "DAEMON":
        changes.pop("desiredCount", None)
    _retag(physical_id, old.get("tags", []), new.get("tags", []))
    given = {name: value for name, value in changes.items() if value is not None}
    service = ecs_api.call("UpdateService", **_address(physical_id), **given)["service"]
    ecs_steady_state.wait_for_deployment(service)
    return _result(service)


def delete(physical_id: str, props: dict) -> None:
    """Drain the service, then wait until its tasks are gone."""
    address = _address(physical_id)
    try:
        if props.get("SchedulingStrategy") != "DAEMON":
            ecs_api.call("UpdateService", **address, desiredCount=0)
        ecs_api.call("DeleteService", **address, force=True)
    except ecs_api.EcsError as error:
        if error.code in ("ServiceNotFoundException", "ServiceNotActiveException", "ClusterNotFoundException"):
            return
        raise
    wait_until(lambda: ecs_steady_state.is_drained(**address), f"{physical_id} to drain")


def _request(logical_id: str, props: dict) -> dict:
    named = {_API_NAMES.get(name, name): value for name, value in props.items()}
    try:
        return to_request(named, request_shape("ecs", "CreateService"))
    except InvalidProperties as problem:
        raise ValueError(
            f"Properties validation failed for resource {logical_id} with message:\n[{problem}]"
        ) from problem


def _address(physical_id: str) -> dict:
    """A service's ARN, `…:service/<cluster>/<name>`, as the members that address it."""
    cluster, name = physical_id.split(":service/", 1)[1].split("/", 1)
    return {"cluster": cluster, "service": name}


def _retag(arn: str, old: list[dict], new: list[dict]) -> None:
    dropped = sorted({tag["key"] for tag in old} - {tag["key"] for tag in new})
    if dropped:
        ecs_api.call("UntagResource", resourceArn=arn, tagKeys=dropped)
    if new != old and new:
        ecs_api.call("TagResource", resourceArn=arn, tags=new)


def _result(service: dict) -> tuple[str, dict]:
    return service["serviceArn"], {"ServiceArn": service["serviceArn"], "Name": service["serviceName"]}
