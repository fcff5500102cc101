"""Instances in a cluster that its EC2 daemons and tasks do not run on."""

from collections.abc import Iterator
from contextlib import contextmanager

import botocore.exceptions
import pytest
from local_cloud import Cloud

_RESOURCES = [
    {"name": "CPU", "type": "INTEGER", "integerValue": 4096},
    {"name": "MEMORY", "type": "INTEGER", "integerValue": 16_000},
]
_MANAGED = {
    "infrastructureRoleArn": "arn:aws:iam::000000000000:role/infrastructure",
    "instanceLaunchTemplate": {
        "ec2InstanceProfileArn": "arn:aws:iam::000000000000:instance-profile/ecs",
        "networkConfiguration": {"subnets": ["subnet-1"]},
    },
}


@contextmanager
def _registered(cloud: Cloud, cluster: str, *attributes: dict) -> Iterator[dict]:
    made = cloud.ecs.register_container_instance(
        cluster=cluster, totalResources=_RESOURCES, attributes=list(attributes)
    )["containerInstance"]
    yield made
    cloud.ecs.deregister_container_instance(cluster=cluster, containerInstance=made["containerInstanceArn"])
    assert made["containerInstanceArn"] not in _listed(cloud, cluster)


def _listed(cloud: Cloud, cluster: str) -> list[str]:
    return cloud.ecs.list_container_instances(cluster=cluster, status="ACTIVE")["containerInstanceArns"]


def _described(cloud: Cloud, arn: str) -> dict:
    cluster = arn.split("/")[-2]
    return cloud.ecs.describe_container_instances(cluster=cluster, containerInstances=[arn])["containerInstances"][0]


def test_an_external_instance_is_listed_under_the_id_of_systems_manager(cloud: Cloud) -> None:
    with _registered(cloud, cloud.cluster) as made:
        arn = made["containerInstanceArn"]
        assert arn in _listed(cloud, cloud.cluster)
        found = _described(cloud, arn)
        assert found["ec2InstanceId"].startswith("mi-") and len(found["ec2InstanceId"]) == 20
        assert found["attributes"] == [{"name": "ecs.capability.external"}]
        assert (found["status"], found["agentConnected"], found["registeredResources"]) == ("ACTIVE", True, _RESOURCES)


def test_an_instance_of_managed_instances_names_a_capacity_provider_of_that_type(cloud: Cloud, name: str) -> None:
    cloud.ecs.create_capacity_provider(name=name, cluster=cloud.cluster, managedInstancesProvider=_MANAGED)
    with _registered(cloud, cloud.cluster, {"name": "local.capacity-provider", "value": name}) as made:
        found = _described(cloud, made["containerInstanceArn"])
        assert found["ec2InstanceId"].startswith("i-")
        assert (found["capacityProviderName"], found["attributes"]) == (name, [])
    (provider,) = cloud.ecs.describe_capacity_providers(capacityProviders=[name])["capacityProviders"]
    assert (provider["type"], "autoScalingGroupProvider" in provider) == ("MANAGED_INSTANCES", False)
    cloud.ecs.delete_capacity_provider(capacityProvider=name)


def test_no_daemon_and_no_task_of_the_ec2_launch_type_goes_to_one(cloud: Cloud, name: str) -> None:
    with _registered(cloud, cloud.cluster) as made:
        cloud.ecs.create_service(
            cluster=cloud.cluster, serviceName=name, schedulingStrategy="DAEMON", taskDefinition=cloud.define("x")
        )
        assert cloud.steady(name)["desiredCount"] == len(cloud.instances)
        assert {cloud.instance_of(task) for task in cloud.tasks_of(name)} == set(cloud.instances)
        constraint = {"type": "memberOf", "expression": f"ec2InstanceId == {made['ec2InstanceId']}"}
        reply = cloud.ecs.run_task(
            cluster=cloud.cluster, taskDefinition=cloud.define("x"), placementConstraints=[constraint]
        )
        assert (reply["tasks"], bool(reply["failures"])) == ([], True)
    cloud.delete_service(name)


def test_an_instance_with_an_identity_document_is_not_registered_this_way(cloud: Cloud) -> None:
    with pytest.raises(botocore.exceptions.ClientError, match="RunInstances"):
        cloud.ecs.register_container_instance(cluster=cloud.cluster, instanceIdentityDocument="{}")
