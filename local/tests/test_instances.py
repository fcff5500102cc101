"""EC2 instances, container instances, and the network tasks find on them."""

import json

import botocore.exceptions
import pytest
from local_cloud import Cloud, wait_for


def _container_instances(cloud: Cloud, cluster: str, **request: str) -> list[dict]:
    arns = cloud.ecs.list_container_instances(cluster=cluster, **request)["containerInstanceArns"]
    return cloud.ecs.describe_container_instances(cluster=cluster, containerInstances=arns)["containerInstances"]


def test_an_instance_joins_the_cluster_its_user_data_names(cloud: Cloud) -> None:
    found = _container_instances(cloud, cloud.cluster)
    assert sorted(entry["ec2InstanceId"] for entry in found) == sorted(cloud.instances)
    assert {(entry["status"], entry["agentConnected"]) for entry in found} == {("ACTIVE", True)}
    resources = {entry["name"]: entry for entry in found[0]["registeredResources"]}
    assert resources["CPU"]["integerValue"] == 2048
    assert "22" in resources["PORTS"]["stringSetValue"]
    cluster = cloud.ecs.describe_clusters(clusters=[cloud.cluster])["clusters"][0]
    assert cluster["registeredContainerInstancesCount"] == 2


def test_an_instance_is_a_container_with_a_hostname_and_address_of_its_own(cloud: Cloud) -> None:
    described = cloud.client("ec2").describe_instances(InstanceIds=cloud.instances)
    records = [record for group in described["Reservations"] for record in group["Instances"]]
    assert len({record["PrivateIpAddress"] for record in records}) == 2
    for record in records:
        container = cloud.docker.containers.get(record["InstanceId"])
        dashed = record["PrivateIpAddress"].replace(".", "-")
        assert container.attrs["Config"]["Hostname"] == f"ip-{dashed}"
        assert record["PrivateDnsName"] == f"ip-{dashed}.eu-west-1.compute.internal"
        networks = container.attrs["NetworkSettings"]["Networks"]
        assert networks[cloud.name]["IPAddress"] == record["PrivateIpAddress"]
        assert any(entry.startswith("data-aws.internal:") for entry in container.attrs["HostConfig"]["ExtraHosts"])


def test_a_host_network_task_runs_in_the_network_of_its_instance(cloud: Cloud) -> None:
    definition = cloud.define("-listen", ":9100", mode="host", container={"portMappings": [{"containerPort": 9100}]})
    task = cloud.running(cloud.run(definition)["taskArn"])
    instance = cloud.docker.containers.get(cloud.instance_of(task))
    host_config = cloud.container_of(task).attrs["HostConfig"]
    assert host_config["NetworkMode"] == f"container:{instance.id}"
    assert not host_config["PortBindings"]
    bindings = task["containers"][0]["networkBindings"]
    assert [(b["containerPort"], b["hostPort"]) for b in bindings] == [(9100, 9100)]
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])


def test_host_network_tasks_of_one_instance_share_its_localhost(cloud: Cloud) -> None:
    definition = cloud.define("-listen", ":9110", mode="host", container={"portMappings": [{"containerPort": 9110}]})
    task = cloud.running(cloud.run(definition)["taskArn"])
    here = cloud.instance_of(task)
    answers = {}
    for instance in cloud.instances:
        constraint = {"type": "memberOf", "expression": f"ec2InstanceId == {instance}"}
        answers[instance] = cloud.ask(
            "dial", "localhost:9110", "hostname", "", mode="host", placementConstraints=[constraint]
        )
    for instance, (dialled, hostname) in answers.items():
        assert (dialled == "connected") == (instance == here)
        assert hostname == cloud.docker.containers.get(instance).attrs["Config"]["Hostname"]
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])


@pytest.mark.parametrize("mode", ["bridge", "host"])
def test_instance_metadata_is_that_of_the_instance_below(cloud: Cloud, mode: str) -> None:
    base = f"http://aws.internal:{cloud.port}/latest"
    for instance in cloud.instances:
        constraint = {"type": "memberOf", "expression": f"ec2InstanceId == {instance}"}
        document, instance_id, credentials = cloud.ask(
            "get",
            f"{base}/dynamic/instance-identity/document",
            "get",
            f"{base}/meta-data/instance-id",
            "get",
            f"{base}/meta-data/iam/security-credentials/",
            mode=mode,
            placementConstraints=[constraint],
        )
        assert instance_id == f"200 {instance}"
        identity = json.loads(document.removeprefix("200 "))
        assert (identity["instanceId"], identity["region"]) == (instance, "eu-west-1")
        assert (identity["instanceType"], identity["accountId"]) == ("m5.large", "000000000000")
        assert credentials.startswith("404")


@pytest.mark.parametrize("mode", ["bridge", "awsvpc"])
def test_other_tasks_have_an_address_in_the_vpc_and_find_the_cloud(cloud: Cloud, mode: str) -> None:
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}} if mode == "awsvpc" else None
    request = {"networkConfiguration": network} if network else {}
    task = cloud.running(cloud.run(cloud.define("x", mode=mode), **request)["taskArn"])
    attrs = cloud.container_of(task).attrs
    address = attrs["NetworkSettings"]["Networks"][cloud.name]["IPAddress"]
    environment = dict(entry.split("=", 1) for entry in attrs["Config"]["Env"])
    gateway = cloud.environment["LOCAL_VPC_GATEWAY"]
    assert environment["AWS_ENDPOINT_URL"] == f"http://{gateway}:{cloud.port}"
    assert environment["AWS_ENDPOINT_URL_SERVICEDISCOVERY"] == f"http://aws.internal:{cloud.port}"
    assert sorted(attrs["HostConfig"]["ExtraHosts"]) == [f"aws.internal:{gateway}", f"data-aws.internal:{gateway}"]
    assert not attrs["HostConfig"]["PortBindings"]
    if mode == "awsvpc":
        details = {entry["name"]: entry["value"] for entry in task["attachments"][0]["details"]}
        assert details["privateIPv4Address"] == address
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])


def test_a_terminated_instance_takes_its_tasks_with_it(cloud: Cloud, name: str) -> None:
    cloud.ecs.create_cluster(clusterName=name)
    (instance,) = cloud.run_instances(1, name)
    task = cloud.running(cloud.run(cloud.define("-ignore-term", mode="host"), name)["taskArn"])
    cloud.terminate(instance)
    stopped = cloud.stopped(task["taskArn"], seconds=5)
    assert stopped["stoppedReason"] == f"Host EC2 (instance {instance}) terminated."
    assert _container_instances(cloud, name) == []
    wait_for(lambda: not [c for c in cloud.containers() if c.name == instance])
    assert not (cloud.folder / "instances" / instance).exists()


def test_a_filter_selects_container_instances(cloud: Cloud) -> None:
    first = cloud.instances[0]
    found = _container_instances(cloud, cloud.cluster, filter=f"ec2InstanceId == {first}")
    assert [entry["ec2InstanceId"] for entry in found] == [first]
    zone = _container_instances(cloud, cloud.cluster, filter="attribute:ecs.availability-zone == eu-west-1a")
    assert len(zone) == 2


@pytest.mark.parametrize("call", ["list_container_instances", "list_tasks", "list_services"])
def test_an_unknown_cluster_is_an_error(cloud: Cloud, call: str) -> None:
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        getattr(cloud.ecs, call)(cluster="no-such-cluster")
    assert refused.value.response["Error"]["Code"] == "ClusterNotFoundException"
