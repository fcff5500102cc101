"""The environment of a task's container: its own, its secrets, and where this cloud is.

Of what the agent adds by itself there is the address of the metadata and AWS_EXECUTION_ENV, as in agents before 1.104:
no AWS_REGION and no AWS_DEFAULT_REGION, which newer ones inject (CHANGELOG 1.104.0, pull request 4946 of
https://github.com/aws/amazon-ecs-agent; `ApplyRegionToContainer` in agent/api/task/task.go). Not here are
ECS_CONTAINER_METADATA_URI (version 3), ECS_AGENT_URI, ECS_CONTAINER_METADATA_FILE (off by default) and
AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, which a session's keys stand for.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html for the metadata address
"""

from ministack.services import ecs

from . import container_secrets
from .credentials import Session
from .patching import require
from .settings import SETTINGS


def install() -> None:
    require(
        ecs,
        _register_metadata=(
            "task_arn",
            "cluster_arn",
            "td",
            "cdef",
            "launch_type",
            "env",
            "host_mode",
            "ministack_net_ip",
        ),
    )


def build(task: dict, task_definition: dict, definition: dict, override: dict, role: Session | None) -> dict[str, str]:
    """All variables of one container. The secrets stand nowhere but in what is returned here."""
    environment = {entry["name"]: entry["value"] for entry in definition.get("environment") or []}
    environment.update(container_secrets.fetch(task, task_definition, definition))
    environment.update({entry["name"]: entry["value"] for entry in override.get("environment") or []})
    environment.update(_cloud(task, task_definition, definition))
    if role:
        environment.update(role.environment())
    return environment


def _cloud(task: dict, task_definition: dict, definition: dict) -> dict[str, str]:
    found: dict[str, str] = {}
    token = ecs._register_metadata(
        task["taskArn"], task["clusterArn"], task_definition, definition, "EC2", found, False, SETTINGS.gateway
    )
    task.setdefault("_metadata_tokens", []).append(token)
    return {
        "ECS_CONTAINER_METADATA_URI_V4": found["ECS_CONTAINER_METADATA_URI_V4"],
        "AWS_ENDPOINT_URL": SETTINGS.endpoint,
        "AWS_ENDPOINT_URL_SERVICEDISCOVERY": SETTINGS.named_endpoint,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": SETTINGS.endpoint,
        "AWS_EXECUTION_ENV": "AWS_ECS_EC2",
    }
