"""Container instances that no task of the EC2 launch type runs on: external ones, and those of ECS Managed Instances.

They are records only: nothing starts for them.

An agent outside EC2 registers without an identity document, as the managed instance of Systems Manager whose credentials
it has (`mi-…`), with the attribute `ecs.capability.external`:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterContainerInstance.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html (ec2InstanceId, capacityProviderName)
https://github.com/aws/amazon-ecs-agent (agent/app/agent_capability.go, ecs-agent/api/ecs/client/ecs_client.go)
An instance of ECS Managed Instances belongs to a capacity provider of that type and is in EC2, but not ours to see:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProvider.html
"""

import json
import secrets
from collections.abc import Callable

from ministack.core.responses import error_response_json, json_response
from ministack.services import ecs

from . import clusters, container_instances
from .patching import add_action, wrap

# Not of AWS, where ECS itself registers these: which managed capacity provider the instance belongs to.
_PROVIDER_ATTRIBUTE = "local.capacity-provider"


def install() -> None:
    add_action(ecs, "RegisterContainerInstance", _register)
    add_action(ecs, "DeregisterContainerInstance", _deregister)
    wrap(ecs, "_create_capacity_provider", _with_type, parameters=("data",), actions=("CreateCapacityProvider",))


def _register(data: dict) -> tuple:
    cluster_name, error = clusters.require(data)
    if error:
        return error
    if data.get("instanceIdentityDocument"):
        return error_response_json("ClientException", "EC2 instances join by RunInstances here", 400)
    attributes = data.get("attributes") or []
    provider = next((each.get("value") for each in attributes if each["name"] == _PROVIDER_ATTRIBUTE), None)
    own = [each for each in attributes if each["name"] != _PROVIDER_ATTRIBUTE]
    external = [] if provider else [{"name": "ecs.capability.external"}]
    instance_id = f"{'i' if provider else 'mi'}-{secrets.token_hex(9)[:17]}"
    total = data.get("totalResources") or []
    if not {"CPU", "MEMORY"} <= {each.get("name") for each in total}:
        return error_response_json("InvalidParameterException", "totalResources must name CPU and MEMORY", 400)
    record = container_instances.add(cluster_name, instance_id, total, own + external)
    if provider:
        record["capacityProviderName"] = provider
    return json_response({"containerInstance": container_instances.view(record)})


def _deregister(data: dict) -> tuple:
    cluster_name, error = clusters.require(data)
    if error:
        return error
    record = container_instances.find(cluster_name, data.get("containerInstance", ""))
    if record is None or container_instances.ec2_record(record):
        return error_response_json("InvalidParameterException", "The referenced container instance is not external", 400)
    shown = container_instances.view(record)
    container_instances.forget(record)
    return json_response({"containerInstance": {**shown, "status": "INACTIVE", "agentConnected": False}})


def _with_type(original: Callable[[dict], tuple]) -> Callable[[dict], tuple]:
    """MiniStack knows capacity providers of Auto Scaling groups only."""

    def create(data: dict) -> tuple:
        response = original(data)
        if response[0] >= 400:
            return response
        made = ecs._capacity_providers[data["name"]]
        made["type"] = "EC2_AUTOSCALING"
        if data.get("managedInstancesProvider"):
            made.update(type="MANAGED_INSTANCES", managedInstancesProvider=data["managedInstancesProvider"])
            made["cluster"] = data.get("cluster", "")
            del made["autoScalingGroupProvider"]
        return json_response({"capacityProvider": json.loads(json.dumps(made))})

    return create
