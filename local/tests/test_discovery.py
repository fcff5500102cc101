"""Cloud Map registration of service tasks, and the names they answer to."""

import time

from local_cloud import Cloud, wait_for

AWSVPC = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}


def _namespace(cloud: Cloud, name: str) -> str:
    discovery = cloud.client("servicediscovery")
    operation = discovery.create_private_dns_namespace(Name=name, Vpc="vpc-1")["OperationId"]
    return discovery.get_operation(OperationId=operation)["Operation"]["Targets"]["NAMESPACE"]


def _service(cloud: Cloud, namespace: str, name: str, kind: str = "A") -> dict:
    policy = "WEIGHTED" if kind == "CNAME" else "MULTIVALUE"
    return cloud.client("servicediscovery").create_service(
        Name=name, NamespaceId=namespace, DnsConfig={"DnsRecords": [{"Type": kind, "TTL": 10}], "RoutingPolicy": policy}
    )["Service"]


def _start(cloud: Cloud, name: str, registry: dict, *command: str, count: int = 2, **container: int) -> None:
    cloud.ecs.create_service(
        cluster=cloud.cluster,
        serviceName=name,
        desiredCount=count,
        networkConfiguration=AWSVPC,
        taskDefinition=cloud.define(*command, mode="awsvpc", family=f"family-{name}", container=container),
        serviceRegistries=[{"registryArn": registry["Arn"]}],
    )
    cloud.steady(name)


def _discover(cloud: Cloud, namespace: str, service: str) -> dict[str, dict]:
    # Discovery is at a `data-` host name, which only containers can resolve.
    instances = cloud.client("servicediscovery").list_instances(ServiceId=service)["Instances"]
    return {instance["Id"]: instance["Attributes"] for instance in instances}


def test_running_tasks_are_the_instances_of_their_service(cloud: Cloud, name: str) -> None:
    namespace = _namespace(cloud, name)
    registry = _service(cloud, namespace, "gateway")
    _start(cloud, name, registry, "x")
    found = _discover(cloud, name, registry["Id"])
    tasks = cloud.tasks_of(name)
    assert set(found) == {task["taskArn"].rsplit("/", 1)[-1] for task in tasks}
    for task in tasks:
        details = {entry["name"]: entry["value"] for entry in task["attachments"][0]["details"]}
        assert found[task["taskArn"].rsplit("/", 1)[-1]] == {
            "AWS_INSTANCE_IPV4": details["privateIPv4Address"],
            "ECS_CLUSTER_NAME": cloud.cluster,
            "ECS_SERVICE_NAME": name,
            "ECS_TASK_DEFINITION_FAMILY": f"family-{name}",
            "AVAILABILITY_ZONE": "eu-west-1a",
            "REGION": "eu-west-1",
            "EC2_INSTANCE_ID": cloud.instance_of(task),
        }
    cloud.delete_service(name)
    assert _discover(cloud, name, registry["Id"]) == {}


def test_a_task_leaves_discovery_before_its_program_ends(cloud: Cloud, name: str) -> None:
    registry = _service(cloud, _namespace(cloud, name), "gateway")
    _start(cloud, name, registry, "-ignore-term", count=1, stopTimeout=4)
    (task,) = cloud.tasks_of(name)
    cloud.ecs.update_service(cluster=cloud.cluster, service=name, desiredCount=0)
    wait_for(lambda: not _discover(cloud, name, registry["Id"]), seconds=2)
    assert cloud.container_of(task).status == "running"
    cloud.stopped(task["taskArn"])
    cloud.delete_service(name)


def test_a_service_resolves_by_its_name_and_by_a_cname_made_before_or_after(cloud: Cloud, name: str) -> None:
    namespace = _namespace(cloud, name)
    discovery = cloud.client("servicediscovery")

    def alias(alias_name: str) -> None:
        service = _service(cloud, namespace, alias_name, "CNAME")
        attributes = {"AWS_INSTANCE_CNAME": f"gateway.{name}"}
        discovery.register_instance(ServiceId=service["Id"], InstanceId="alias", Attributes=attributes)

    registry = _service(cloud, namespace, "gateway")
    alias("before")
    _start(cloud, name, registry, "x", count=1)
    (task,) = cloud.tasks_of(name)
    address = _discover(cloud, name, registry["Id"])[task["taskArn"].rsplit("/", 1)[-1]]["AWS_INSTANCE_IPV4"]
    alias("after")

    def names() -> set[str]:
        # None for the moment in which the endpoint is made again.
        network = cloud.container_of(task).attrs["NetworkSettings"]["Networks"].get(cloud.name)
        assert not network or network["IPAddress"] in ("", address)
        return set(network["Aliases"] or []) if network else set()

    wait_for(lambda: {f"gateway.{name}", f"before.{name}", f"after.{name}"} <= names(), seconds=5)
    # From a bridge task, and from a host-network task through the instance's resolver.
    for mode in ("bridge", "host"):
        questions = [
            word for alias_name in ("gateway", "before", "after") for word in ("lookup", f"{alias_name}.{name}")
        ]
        assert cloud.ask(*questions, mode=mode) == [address] * 3
    cloud.delete_service(name)


def test_a_name_has_eight_addresses_at_most_and_another_when_one_of_them_goes(cloud: Cloud, name: str) -> None:
    namespace = _namespace(cloud, name)
    registry = _service(cloud, namespace, "gateway")
    _start(cloud, name, registry, "x", count=9, stopTimeout=2)
    assert len(_discover(cloud, name, registry["Id"])) == 9

    def named() -> set[str]:
        found = set()
        for task in cloud.tasks_of(name):
            # A task that has just been started has no container yet.
            for container in cloud.containers(**{"com.amazonaws.ecs.task-arn": task["taskArn"]}):
                network = container.attrs["NetworkSettings"]["Networks"].get(cloud.name) or {}
                if f"gateway.{name}" in (network.get("Aliases") or []):
                    found.add(task["taskArn"])
        return found

    first = named()
    assert len(first) == 8
    (spare,) = {task["taskArn"] for task in cloud.tasks_of(name)} - first
    going = min(first)
    cloud.ecs.stop_task(cluster=cloud.cluster, task=going)
    wait_for(lambda: spare in named() and len(named() - {going}) == 8)
    cloud.delete_service(name)


def test_discovery_lags_behind_the_registration_and_the_deregistration(cloud: Cloud, name: str) -> None:
    discovery = cloud.client("servicediscovery")
    registry = _service(cloud, _namespace(cloud, name), "gateway")
    instance = {"ServiceId": registry["Id"], "InstanceId": "one"}
    request = {"NamespaceName": name, "ServiceName": "gateway"}

    def discovered() -> list[str]:
        return [found["InstanceId"] for found in cloud.discover(**request)["Instances"]]

    def is_behind(since: float, listed: list[str]) -> bool:
        """Within the second of the lag; a machine that stood still for longer shows nothing."""
        return discovered() != listed or time.monotonic() - since > 1

    since = time.monotonic()
    discovery.register_instance(**instance, Attributes={"AWS_INSTANCE_IPV4": "10.0.0.1"})
    assert list(_discover(cloud, name, registry["Id"])) == ["one"]
    assert is_behind(since, ["one"])
    wait_for(lambda: discovered() == ["one"], seconds=3)
    since = time.monotonic()
    discovery.deregister_instance(**instance)
    assert list(_discover(cloud, name, registry["Id"])) == []
    assert is_behind(since, [])
    wait_for(lambda: discovered() == [], seconds=3)
