"""Where RunTask puts tasks, and what it says when it cannot."""

import botocore.exceptions
import pytest
from local_cloud import Cloud


def _stop(cloud: Cloud, tasks: list[dict]) -> None:
    for task in tasks:
        cloud.ecs.stop_task(cluster=task["clusterArn"], task=task["taskArn"])
    for task in tasks:
        cloud.stopped(task["taskArn"])


def test_distinct_instance_puts_one_task_on_each(cloud: Cloud) -> None:
    definition = cloud.define("x")
    distinct = [{"type": "distinctInstance"}]
    reply = cloud.ecs.run_task(cluster=cloud.cluster, taskDefinition=definition, count=3, placementConstraints=distinct)
    assert sorted(cloud.instance_of(task) for task in reply["tasks"]) == sorted(cloud.instances)
    assert {f["reason"] for f in reply["failures"]} == {"DistinctInstance placement constraint unsatisfied."}
    _stop(cloud, reply["tasks"])


@pytest.mark.parametrize("form", ["ec2InstanceId == {0}", "ec2InstanceId in ['{0}']", "ec2InstanceId in [{0}, i-0]"])
def test_member_of_names_the_instance(cloud: Cloud, form: str) -> None:
    for instance in cloud.instances:
        constraint = {"type": "memberOf", "expression": form.format(instance)}
        task = cloud.run(cloud.define("x"), placementConstraints=[constraint])
        assert cloud.instance_of(task) == instance
        _stop(cloud, [task])


def test_member_of_that_no_instance_satisfies_is_a_failure(cloud: Cloud) -> None:
    constraint = {"type": "memberOf", "expression": "attribute:ecs.availability-zone == eu-west-1c"}
    reply = cloud.ecs.run_task(
        cluster=cloud.cluster, taskDefinition=cloud.define("x"), placementConstraints=[constraint]
    )
    assert reply["tasks"] == []
    assert {f["reason"] for f in reply["failures"]} == {"MemberOf placement constraint unsatisfied."}


def test_tasks_are_spread_over_the_instances(cloud: Cloud) -> None:
    reply = cloud.ecs.run_task(cluster=cloud.cluster, taskDefinition=cloud.define("x"), count=4)
    placed = [cloud.instance_of(task) for task in reply["tasks"]]
    assert sorted(placed) == sorted(cloud.instances * 2)
    _stop(cloud, reply["tasks"])


def test_a_host_port_is_given_once_per_instance(cloud: Cloud) -> None:
    definition = cloud.define("-listen", ":9200", mode="host", container={"portMappings": [{"containerPort": 9200}]})
    reply = cloud.ecs.run_task(cluster=cloud.cluster, taskDefinition=definition, count=3)
    assert len(reply["tasks"]) == 2
    assert {failure["reason"] for failure in reply["failures"]} == {"RESOURCE:PORTS"}
    arn = reply["tasks"][0]["containerInstanceArn"]
    described = cloud.ecs.describe_container_instances(cluster=cloud.cluster, containerInstances=[arn])
    ports = {r["name"]: r for r in described["containerInstances"][0]["remainingResources"]}["PORTS"]
    assert "9200" in ports["stringSetValue"]
    for task in reply["tasks"]:
        cloud.running(task["taskArn"])
    _stop(cloud, reply["tasks"])
    again = cloud.ecs.run_task(cluster=cloud.cluster, taskDefinition=definition, count=2)
    assert len(again["tasks"]) == 2
    _stop(cloud, again["tasks"])


@pytest.mark.parametrize(
    ("size", "reason"), [({"memory": "9000"}, "RESOURCE:MEMORY"), ({"cpu": "4096"}, "RESOURCE:CPU")]
)
def test_a_task_that_is_too_big_is_a_failure(cloud: Cloud, size: dict, reason: str) -> None:
    reply = cloud.ecs.run_task(cluster=cloud.cluster, taskDefinition=cloud.define("x", **size))
    assert reply["tasks"] == []
    assert {failure["reason"] for failure in reply["failures"]} == {reason}


def test_start_task_puts_a_task_on_the_named_instance(cloud: Cloud) -> None:
    arns = cloud.ecs.list_container_instances(cluster=cloud.cluster)["containerInstanceArns"]
    reply = cloud.ecs.start_task(cluster=cloud.cluster, taskDefinition=cloud.define("x"), containerInstances=[arns[1]])
    assert reply["tasks"][0]["containerInstanceArn"] == arns[1]
    _stop(cloud, reply["tasks"])


def test_list_tasks_filters_by_instance(cloud: Cloud) -> None:
    reply = cloud.ecs.run_task(cluster=cloud.cluster, taskDefinition=cloud.define("x", family="spread"), count=2)
    for task in reply["tasks"]:
        listed = cloud.ecs.list_tasks(
            cluster=cloud.cluster, family="spread", containerInstance=task["containerInstanceArn"]
        )
        assert listed["taskArns"] == [task["taskArn"]]
    _stop(cloud, reply["tasks"])


def test_a_client_token_runs_its_tasks_once(cloud: Cloud, name: str) -> None:
    request = {"cluster": cloud.cluster, "taskDefinition": cloud.define("x"), "clientToken": name}
    first, second = cloud.ecs.run_task(**request), cloud.ecs.run_task(**request)
    assert [task["taskArn"] for task in first["tasks"]] == [task["taskArn"] for task in second["tasks"]]
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        cloud.ecs.run_task(**request, startedBy="somebody")
    assert refused.value.response["Error"]["Code"] == "ConflictException"
    _stop(cloud, first["tasks"])


def test_run_task_in_an_unknown_cluster_is_an_error_and_makes_none(cloud: Cloud) -> None:
    definition = cloud.define("x")
    for call in (
        lambda: cloud.ecs.run_task(cluster="nowhere", taskDefinition=definition),
        lambda: cloud.ecs.create_service(cluster="nowhere", serviceName="s", taskDefinition=definition, desiredCount=1),
    ):
        with pytest.raises(botocore.exceptions.ClientError) as refused:
            call()
        assert refused.value.response["Error"]["Code"] == "ClusterNotFoundException"
    assert cloud.ecs.describe_clusters(clusters=["nowhere"])["failures"][0]["reason"] == "MISSING"


def test_a_cluster_without_instances_runs_nothing(cloud: Cloud, name: str) -> None:
    cloud.ecs.create_cluster(clusterName=name)
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        cloud.ecs.run_task(cluster=name, taskDefinition=cloud.define("x"))
    assert refused.value.response["Error"]["Message"] == "No Container Instances were found in your cluster."
