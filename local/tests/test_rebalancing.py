"""Rebalancing over Availability Zones: the default of new services, and what it does outside a deployment."""

import time

import botocore.exceptions
import pytest
from local_cloud import Cloud, wait_for

ZONES = ("eu-west-1a", "eu-west-1b")
SPREAD = [{"type": "spread", "field": "attribute:ecs.availability-zone"}, {"type": "spread", "field": "instanceId"}]


def _subnet(cloud: Cloud, zone: str) -> str:
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    return ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]


def _create(cloud: Cloud, name: str, **more: object) -> dict:
    request = {"desiredCount": 2, "placementStrategy": SPREAD, **more}
    definition = cloud.define("x", container={"stopTimeout": 2})
    return cloud.ecs.create_service(cluster=name, serviceName=name, taskDefinition=definition, **request)["service"]


def _zones(cloud: Cloud, name: str) -> list[str]:
    return sorted(t["availabilityZone"] for t in cloud.tasks_of(name, name) if t["lastStatus"] == "RUNNING")


def _events(cloud: Cloud, name: str) -> list[str]:
    return [event["message"].removeprefix(f"(service {name}) ") for event in cloud.service(name, name)["events"]]


def test_a_service_that_does_not_say_otherwise_moves_its_tasks_outside_any_deployment(cloud: Cloud, name: str) -> None:
    cloud.ecs.create_cluster(clusterName=name)
    first = cloud.run_instances(1, name, subnet=_subnet(cloud, ZONES[0]))
    assert _create(cloud, name)["availabilityZoneRebalancing"] == "ENABLED"
    deployment = cloud.steady(name, name)["deployments"][0]["id"]
    assert _zones(cloud, name) == [ZONES[0]] * 2
    second = cloud.run_instances(1, name, subnet=_subnet(cloud, ZONES[1]))
    over = f"is AZ balanced with 1 tasks in {ZONES[0]}, 1 tasks in {ZONES[1]}."
    wait_for(lambda: over in _events(cloud, name), message="the end of the rebalancing")
    assert _zones(cloud, name) == list(ZONES)
    shown = cloud.service(name, name)
    assert [each["id"] for each in shown["deployments"]] == [deployment]
    # Of the steady states in between ECS tells as well.
    told = [message for message in reversed(_events(cloud, name)) if "AZ " in message]
    ids = {task["availabilityZone"]: task["taskArn"].rsplit("/", 1)[-1] for task in cloud.tasks_of(name, name)}
    gone = cloud.tasks_of(name, name, "STOPPED")[0]["taskArn"].rsplit("/", 1)[-1]
    assert told == [
        f"is not AZ balanced with 2 tasks in {ZONES[0]}, 0 tasks in {ZONES[1]}. AZ Rebalancing in progress.",
        f"has started 1 tasks in {ZONES[1]} to AZ Rebalance: (task {ids[ZONES[1]]}).",
        f"has stopped 1 running tasks in {ZONES[0]} due to AZ rebalancing: (task {gone}).",
        over,
    ]
    cloud.delete_service(name, name)
    cloud.terminate(*first, *second)


def test_a_service_with_rebalancing_disabled_keeps_its_tasks_where_they_are(cloud: Cloud, name: str) -> None:
    cloud.ecs.create_cluster(clusterName=name)
    first = cloud.run_instances(1, name, subnet=_subnet(cloud, ZONES[0]))
    assert _create(cloud, name, availabilityZoneRebalancing="DISABLED")["availabilityZoneRebalancing"] == "DISABLED"
    cloud.steady(name, name)
    before = {task["taskArn"] for task in cloud.tasks_of(name, name)}
    second = cloud.run_instances(1, name, subnet=_subnet(cloud, ZONES[1]))
    time.sleep(3)  # longer than the other service needs
    assert {task["taskArn"] for task in cloud.tasks_of(name, name)} == before
    # An update that does not speak of it leaves it as it is; one that does starts no deployment.
    cloud.ecs.update_service(cluster=name, service=name, desiredCount=2)
    updated = cloud.ecs.update_service(cluster=name, service=name, availabilityZoneRebalancing="ENABLED")["service"]
    assert (updated["availabilityZoneRebalancing"], len(updated["deployments"])) == ("ENABLED", 1)
    cloud.delete_service(name, name)
    cloud.terminate(*first, *second)


@pytest.mark.parametrize(
    "more",
    [
        {"schedulingStrategy": "DAEMON", "placementStrategy": []},
        {"deploymentConfiguration": {"maximumPercent": 100, "minimumHealthyPercent": 0}},
        {"placementStrategy": [{"type": "binpack", "field": "memory"}]},
        {"placementConstraints": [{"type": "memberOf", "expression": "attribute:ecs.availability-zone == eu-west-1a"}]},
    ],
    ids=["daemon", "maximum of 100 percent", "binpack first", "tied to a zone"],
)
def test_what_cannot_be_rebalanced_is_not_and_cannot_be_asked_to(cloud: Cloud, name: str, more: dict) -> None:
    cloud.ecs.create_cluster(clusterName=name)
    request = {key: value for key, value in more.items() if value}
    if "schedulingStrategy" not in more:
        request["desiredCount"] = 0
    create = {"cluster": name, "serviceName": name, "taskDefinition": cloud.define("x"), **request}
    with pytest.raises(botocore.exceptions.ClientError, match="rebalancing cannot be enabled"):
        cloud.ecs.create_service(**create, availabilityZoneRebalancing="ENABLED")
    assert cloud.ecs.create_service(**create)["service"]["availabilityZoneRebalancing"] == "DISABLED"
    cloud.delete_service(name, name)
