"""AWS::ECS::TaskDefinition: every property reaches RegisterTaskDefinition, every change is a new revision.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-taskdefinition.html
"""

import time

from ministack.services.cloudformation.provisioners import _physical_name

from .. import task_definitions
from . import ecs_api
from .api_shape import InvalidProperties, request_shape, to_request

TYPE = "AWS::ECS::TaskDefinition"

_PATIENCE_SECONDS = 10.0

# Every property but the tags says "Update requires: Replacement".
REPLACING = (
    "ContainerDefinitions",
    "Cpu",
    "EnableFaultInjection",
    "EphemeralStorage",
    "ExecutionRoleArn",
    "Family",
    "InferenceAccelerators",
    "IpcMode",
    "Memory",
    "NetworkMode",
    "PidMode",
    "PlacementConstraints",
    "ProxyConfiguration",
    "RequiresCompatibilities",
    "RuntimePlatform",
    "TaskRoleArn",
    "Volumes",
)


def create(logical_id: str, props: dict, stack_name: str) -> tuple[str, dict]:
    try:
        request = to_request(props, request_shape("ecs", "RegisterTaskDefinition"))
    except InvalidProperties as problem:
        raise ValueError(
            f"Properties validation failed for resource {logical_id} with message:\n[{problem}]"
        ) from problem
    # Without a Family each new version is a family of its own.
    request.setdefault("family", _physical_name(stack_name, logical_id, max_len=255))
    arn = _register(request)["taskDefinition"]["taskDefinitionArn"]
    return arn, {"TaskDefinitionArn": arn}


def _register(request: dict) -> dict:
    """Whether AWS's handler waits for a busy family is not documented; a stack that failed by it would be no test of ours."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return ecs_api.call("RegisterTaskDefinition", **request)
        except ecs_api.EcsError as error:
            if task_definitions.BUSY not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def update(physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str) -> tuple[str, dict]:
    """Only tags come here; anything else is a replacement, which the stack engine makes through `create`."""
    old = {tag["Key"]: tag["Value"] for tag in old_props.get("Tags", [])}
    new = {tag["Key"]: tag["Value"] for tag in new_props.get("Tags", [])}
    dropped = sorted(old.keys() - new.keys())
    if dropped:
        ecs_api.call("UntagResource", resourceArn=physical_id, tagKeys=dropped)
    if new:
        tags = [{"key": key, "value": str(value)} for key, value in new.items()]
        ecs_api.call("TagResource", resourceArn=physical_id, tags=tags)
    return physical_id, {"TaskDefinitionArn": physical_id}


def delete(physical_id: str, props: dict) -> None:
    """CloudFormation deregisters the revision, which stays describable as INACTIVE."""
    ecs_api.call("DeregisterTaskDefinition", taskDefinition=physical_id)
