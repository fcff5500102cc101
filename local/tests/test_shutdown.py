"""The emulator's end: everything it started ends with it."""

import time

import docker
import pytest
from local_cloud import Cloud, wait_for


def test_sigterm_removes_every_container_at_once(image: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    cloud = Cloud(tmp_path_factory.mktemp("state"), image)
    try:
        cloud.ecs.create_cluster(clusterName=cloud.cluster)
        cloud.run_instances(1, cloud.cluster)
        definition = cloud.define("-ignore-term", mode="host")
        cloud.ecs.create_service(cluster=cloud.cluster, serviceName="s", taskDefinition=definition, desiredCount=2)
        elb = cloud.client("elbv2")
        made = elb.create_load_balancer(Name="front", Type="network", Subnets=["subnet-1"])["LoadBalancers"][0]
        assert ":loadbalancer/net/front/" in made["LoadBalancerArn"]
        cloud.steady("s")
        shown = lambda: elb.describe_load_balancers(Names=["front"])["LoadBalancers"][0]["State"]["Code"]  # noqa: E731
        wait_for(lambda: shown() == "active", message="the load balancer")
        assert len(cloud.containers()) == 4
        started = time.monotonic()
        assert cloud.stop() == 0
        assert time.monotonic() - started < 8
        time.sleep(1)
        assert cloud.containers() == []
        # Nothing of it keeps its network busy.
        assert docker.from_env().networks.get(cloud.name).attrs["Containers"] == {}
    finally:
        cloud.close()
