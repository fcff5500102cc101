"""The table of timings, and what the pace of AWS does to tasks, discovery, names and logs."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

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


def _late(act: Callable[[], Any], look: Callable[[], Any], seconds: float) -> bool:
    """Whether what was done is not seen at once; on a machine that stood still for longer nothing can be said."""
    since = time.monotonic()
    act()
    seen = look()
    return not seen or time.monotonic() - since > seconds


def test_a_task_counts_as_healthy_late_and_its_lines_are_read_late(slow: Cloud, name: str) -> None:
    logs = slow.client("logs")
    logs.create_log_group(logGroupName=f"/{name}")
    options = {"awslogs-group": f"/{name}", "awslogs-stream-prefix": "ecs"}
    container = {"logConfiguration": {"logDriver": "awslogs", "options": options}, "stopTimeout": 2}
    definition = slow.define("a line", container=container)
    slow.ecs.create_service(cluster=slow.cluster, serviceName=name, desiredCount=1, taskDefinition=definition)
    (task,) = wait_for(lambda: [t for t in slow.tasks_of(name) if t["lastStatus"] == "RUNNING"])
    slow.steady(name)
    assert time.time() - task["startedAt"].timestamp() >= 40 / DIVISOR
    stream = f"ecs/app/{task['taskArn'].rsplit('/', 1)[-1]}"
    assert slow.log_lines(f"/{name}", stream)[:1] == ["a line"]

    def write() -> None:
        event = {"timestamp": int(time.time() * 1000), "message": "another"}
        logs.put_log_events(logGroupName=f"/{name}", logStreamName=stream, logEvents=[event])

    def lines() -> list[str]:
        return [line for line in slow.log_lines(f"/{name}", stream) if line == "another"]

    assert _late(write, lines, 3 / DIVISOR)
    wait_for(lines, seconds=3)
    slow.delete_service(name)


def test_discovery_lags_by_more_than_at_the_quick_pace(slow: Cloud, name: str) -> None:
    discovery = slow.client("servicediscovery")
    operation = discovery.create_private_dns_namespace(Name=name, Vpc="vpc-1")["OperationId"]
    namespace = discovery.get_operation(OperationId=operation)["Operation"]["Targets"]["NAMESPACE"]
    registry = discovery.create_service(Name="gateway", NamespaceId=namespace)["Service"]["Id"]
    instance = {"ServiceId": registry, "InstanceId": "one"}
    attributes = {"AWS_INSTANCE_IPV4": "10.0.0.1"}
    discovered = partial(_discovered, slow, name)
    assert _late(lambda: discovery.register_instance(**instance, Attributes=attributes), discovered, 5 / DIVISOR)
    wait_for(discovered, seconds=3)
    # Nobody tells the data plane at once that it is gone, either.
    assert _late(lambda: discovery.deregister_instance(**instance), lambda: not discovered(), 5 / DIVISOR)
    wait_for(lambda: not discovered(), seconds=3)


def test_a_new_task_is_unknown_for_a_moment(slow: Cloud) -> None:
    definition = slow.define("x")
    started: list[str] = []
    seen: dict[str, Any] = {}

    def look() -> bool:
        seen.update(slow.ecs.describe_tasks(cluster=slow.cluster, tasks=started))
        return bool(seen["tasks"]) or started[0] in slow.ecs.list_tasks(cluster=slow.cluster)["taskArns"]

    assert _late(lambda: started.append(slow.run(definition)["taskArn"]), look, 1 / DIVISOR)
    if not seen["tasks"]:
        assert seen["failures"] == [{"arn": started[0], "reason": "MISSING"}]
    wait_for(lambda: started[0] in slow.ecs.list_tasks(cluster=slow.cluster)["taskArns"], seconds=2)
    slow.ecs.stop_task(cluster=slow.cluster, task=started[0])


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

    assert names() == [] or time.time() - task["startedAt"].timestamp() > 15 / DIVISOR
    wait_for(lambda: names() == [f"gateway.{name}"], seconds=5)


def _discovered(cloud: Cloud, namespace: str) -> list[str]:
    """As a collector asks, but by the address that this machine reaches: discovery is at a `data-` host name."""
    found = cloud.discover(NamespaceName=namespace, ServiceName="gateway")
    return [instance["InstanceId"] for instance in found["Instances"]]
