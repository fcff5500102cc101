"""The table of timings, and what the pace of AWS does to tasks, discovery, names and logs."""

import time
from collections.abc import Iterator

import pytest
from local_cloud import Cloud, wait_for

AWSVPC = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
# AWS's timings divided by this: 40 seconds become five.
DIVISOR = 8


@pytest.fixture(scope="module")
def slow(image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An emulator at a fraction of AWS's pace, with one instance."""
    cloud = Cloud(tmp_path_factory.mktemp("slow"), image, LOCAL_PACE=f"aws/{DIVISOR}")
    try:
        cloud.ecs.create_cluster(clusterName=cloud.cluster)
        cloud.instances = cloud.run_instances(1, cloud.cluster)
        yield cloud
    finally:
        cloud.close()


def test_every_timing_is_as_long_on_aws_or_longer_and_says_where_it_comes_from(table: object) -> None:
    assert all(timing.aws >= timing.local >= 0 and timing.source for timing in table.TIMINGS.values())
    assert table.at("local", "task-counts-as-healthy") == 1
    assert table.at("aws", "task-counts-as-healthy") == 40
    assert table.at("aws/8", "task-counts-as-healthy") == 5
    # How long AWS keeps something is no delay: a divided pace leaves it.
    assert table.at("aws/8", "stopped-task-shown") == 3600


@pytest.mark.parametrize("pace", ["fast", "aws/", "aws/x", "local/2/2", ""])
def test_a_pace_that_there_is_not_is_refused(table: object, pace: str) -> None:
    with pytest.raises(ValueError, match="no such pace"):
        table.at(pace, "log-lag")


def test_a_service_at_aws_pace_is_late_everywhere(slow: Cloud, name: str) -> None:
    discovery, logs = slow.client("servicediscovery"), slow.client("logs")
    namespace = discovery.create_private_dns_namespace(Name=name, Vpc="vpc-1")["OperationId"]
    namespace = discovery.get_operation(OperationId=namespace)["Operation"]["Targets"]["NAMESPACE"]
    registry = discovery.create_service(
        Name="gateway",
        NamespaceId=namespace,
        DnsConfig={"DnsRecords": [{"Type": "A", "TTL": 10}], "RoutingPolicy": "MULTIVALUE"},
    )["Service"]
    logs.create_log_group(logGroupName=f"/{name}")
    options = {"awslogs-group": f"/{name}", "awslogs-stream-prefix": "ecs"}
    container = {"logConfiguration": {"logDriver": "awslogs", "options": options}, "stopTimeout": 2}
    slow.ecs.create_service(
        cluster=slow.cluster,
        serviceName=name,
        desiredCount=1,
        networkConfiguration=AWSVPC,
        taskDefinition=slow.define("a line", mode="awsvpc", container=container),
        serviceRegistries=[{"registryArn": registry["Arn"]}],
    )
    (task,) = wait_for(lambda: [t for t in slow.tasks_of(name) if t["lastStatus"] == "RUNNING"])
    running = time.monotonic()
    listed = discovery.list_instances(ServiceId=registry["Id"])["Instances"]
    assert len(listed) == 1  # the control plane knows it
    assert _discovered(slow, name) == []
    stream = f"ecs/app/{task['taskArn'].rsplit('/', 1)[-1]}"
    assert slow.log_lines(f"/{name}", stream) == []
    slow.steady(name)
    assert time.monotonic() - running >= 40 / DIVISOR - 1  # seen RUNNING up to a second late
    assert _discovered(slow, name) == [listed[0]["Id"]]
    assert slow.log_lines(f"/{name}", stream)[:1] == ["a line"]
    slow.ecs.update_service(cluster=slow.cluster, service=name, desiredCount=0)
    wait_for(lambda: not discovery.list_instances(ServiceId=registry["Id"])["Instances"])
    assert _discovered(slow, name) == [listed[0]["Id"]]  # nobody tells the data plane at once
    wait_for(lambda: not _discovered(slow, name), seconds=3)


def test_a_new_task_is_unknown_for_a_moment(slow: Cloud) -> None:
    arn = slow.run(slow.define("x"))["taskArn"]
    described = slow.ecs.describe_tasks(cluster=slow.cluster, tasks=[arn])
    assert (described["tasks"], described["failures"]) == ([], [{"arn": arn, "reason": "MISSING"}])
    assert arn not in slow.ecs.list_tasks(cluster=slow.cluster)["taskArns"]
    wait_for(lambda: arn in slow.ecs.list_tasks(cluster=slow.cluster)["taskArns"], seconds=2)
    slow.ecs.stop_task(cluster=slow.cluster, task=arn)


def test_a_name_follows_the_registration_later(slow: Cloud, name: str) -> None:
    discovery = slow.client("servicediscovery")
    operation = discovery.create_private_dns_namespace(Name=name, Vpc="vpc-1")["OperationId"]
    namespace = discovery.get_operation(OperationId=operation)["Operation"]["Targets"]["NAMESPACE"]
    dns = {"DnsRecords": [{"Type": "A", "TTL": 10}], "RoutingPolicy": "MULTIVALUE"}
    registry = discovery.create_service(Name="gateway", NamespaceId=namespace, DnsConfig=dns)["Service"]
    slow.ecs.create_service(
        cluster=slow.cluster,
        serviceName=name,
        desiredCount=1,
        networkConfiguration=AWSVPC,
        taskDefinition=slow.define("x", mode="awsvpc", container={"stopTimeout": 2}),
        serviceRegistries=[{"registryArn": registry["Arn"]}],
    )
    (task,) = wait_for(lambda: [t for t in slow.tasks_of(name) if t["lastStatus"] == "RUNNING"])

    def names() -> list[str]:
        network = slow.container_of(task).attrs["NetworkSettings"]["Networks"].get(slow.name) or {}
        return [each for each in network.get("Aliases") or [] if each.endswith(name)]

    assert names() == []
    wait_for(lambda: names() == [f"gateway.{name}"], seconds=5)


def _discovered(cloud: Cloud, namespace: str) -> list[str]:
    """As a collector asks, but by the address that this machine reaches: discovery is at a `data-` host name."""
    found = cloud.discover(NamespaceName=namespace, ServiceName="gateway")
    return [instance["InstanceId"] for instance in found["Instances"]]
