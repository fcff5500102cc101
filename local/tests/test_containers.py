"""What of a container definition reaches the engine, and what a container finds of its instance."""

import urllib.request

from local_cloud import Cloud


def test_limits_entry_point_user_and_ulimits_reach_the_engine(cloud: Cloud) -> None:
    container = {
        "entryPoint": ["/app", "-repeat", "2"],
        "command": ["hello"],
        "cpu": 128,
        "memory": 96,
        "user": "1000",
        "ulimits": [{"name": "nofile", "softLimit": 4096, "hardLimit": 8192}],
        "readonlyRootFilesystem": True,
    }
    task = cloud.running(cloud.run(cloud.define(container=container))["taskArn"])
    attrs = cloud.container_of(task).attrs
    assert (attrs["Path"], attrs["Args"]) == ("/app", ["-repeat", "2", "hello"])
    assert attrs["Config"]["User"] == "1000"
    host = attrs["HostConfig"]
    assert host["CpuShares"] == 128
    assert host["Memory"] == 96 * 1024 * 1024
    assert host["Ulimits"] == [{"Name": "nofile", "Soft": 4096, "Hard": 8192}]
    assert host["ReadonlyRootfs"] is True
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])


def test_overrides_replace_command_and_environment(cloud: Cloud) -> None:
    container = {"environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "1"}]}
    override = {"name": "app", "command": ["other"], "environment": [{"name": "B", "value": "2"}]}
    task = cloud.run(cloud.define("x", container=container), overrides={"containerOverrides": [override]})
    attrs = cloud.container_of(cloud.running(task["taskArn"])).attrs
    assert attrs["Args"] == ["other"]
    assert {"A=1", "B=2"} <= set(attrs["Config"]["Env"])
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])


def test_a_host_path_is_a_path_of_the_tasks_instance(cloud: Cloud) -> None:
    definition = cloud.define(
        "x",
        container={
            "mountPoints": [
                {"sourceVolume": "root", "containerPath": "/hostfs", "readOnly": True},
                {"sourceVolume": "data", "containerPath": "/data"},
                {"sourceVolume": "own", "containerPath": "/own"},
            ]
        },
        volumes=[
            {"name": "root", "host": {"sourcePath": "/"}},
            {"name": "data", "host": {"sourcePath": "/var/data"}},
            {"name": "own"},
        ],
    )
    task = cloud.running(cloud.run(definition)["taskArn"])
    root = cloud.folder / "instances" / cloud.instance_of(task)
    mounts = {mount["Destination"]: mount for mount in cloud.container_of(task).attrs["Mounts"]}
    assert (mounts["/hostfs"]["Source"], mounts["/hostfs"]["RW"]) == (str(root), False)
    assert (mounts["/hostfs/proc"]["Source"], mounts["/hostfs/proc"]["RW"]) == ("/proc", False)
    assert (mounts["/data"]["Source"], mounts["/data"]["RW"]) == (str(root / "var/data"), True)
    volume = mounts["/own"]["Name"]
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])
    cloud.stopped(task["taskArn"])
    assert volume not in {entry.name for entry in cloud.docker.volumes.list()}


def test_containers_of_an_awsvpc_task_share_its_network(cloud: Cloud) -> None:
    containers = [{"name": name, "image": cloud.image, "memory": 64, "command": ["x"]} for name in ("app", "side")]
    definition = cloud.ecs.register_task_definition(
        family="shared", networkMode="awsvpc", containerDefinitions=containers
    )["taskDefinition"]["taskDefinitionArn"]
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
    task = cloud.running(cloud.run(definition, networkConfiguration=network)["taskArn"])
    first = cloud.container_of(task)
    assert cloud.container_of(task, "side").attrs["HostConfig"]["NetworkMode"] == f"container:{first.id}"
    assert len({c["networkInterfaces"][0]["privateIpv4Address"] for c in task["containers"]}) == 1
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])


def test_a_containers_metadata_names_its_task_and_cluster(cloud: Cloud) -> None:
    task = cloud.running(cloud.run(cloud.define("x"))["taskArn"])
    environment = dict(entry.split("=", 1) for entry in cloud.container_of(task).attrs["Config"]["Env"])
    # The machine reaches the gateway's address too.
    with urllib.request.urlopen(f"{environment['ECS_CONTAINER_METADATA_URI_V4']}/task", timeout=5) as answer:
        assert task["taskArn"] in answer.read().decode()
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])
