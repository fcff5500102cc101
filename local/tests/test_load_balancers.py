"""A Network Load Balancer in front of a service: targets, their health, and connections through its DNS name."""

import pytest
from cloudformation_cloud import Cloud as Stacks
from cloudformation_cloud import outputs
from local_cloud import Cloud, wait_for

PORT = 4317


@pytest.fixture
def stacks(cloud: Cloud) -> Stacks:
    """The same emulator, asked for stacks."""
    return Stacks(cloud.port, cloud.folder)


def _balancer(cloud: Cloud, kind: str = "network", **group: object) -> dict:
    """Load balancer, listener and target group, as templates/connect/load-balancer.yaml has them."""
    ec2 = cloud.client("ec2")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]][:2]
    forward = [{"Type": "forward", "TargetGroupArn": {"Ref": "TargetGroup"}}]
    protocol = "TCP" if kind == "network" else "HTTP"
    return {
        "Resources": {
            "Balancer": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {
                "Type": kind, "Scheme": "internal", "Subnets": subnets}},
            "TargetGroup": {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": {
                "Protocol": protocol, "Port": str(PORT), "TargetType": "ip", "HealthCheckIntervalSeconds": "5",
                "VpcId": ec2.describe_vpcs()["Vpcs"][0]["VpcId"], **group}},
            "Listener": {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": {
                "LoadBalancerArn": {"Ref": "Balancer"}, "Port": str(PORT), "Protocol": protocol,
                "DefaultActions": forward}},
        },
        "Outputs": {
            "DNSName": {"Value": {"Fn::GetAtt": ["Balancer", "DNSName"]}},
            "FullName": {"Value": {"Fn::GetAtt": ["Balancer", "LoadBalancerFullName"]}},
            "TargetGroup": {"Value": {"Ref": "TargetGroup"}},
        },
    }  # fmt: skip


def _service(cloud: Cloud, name: str, target_group: str, count: int) -> dict:
    """The receivers' stack: it takes the target group's ARN."""
    container = {"Name": "app", "Image": cloud.image, "Memory": "64", "Command": ["-listen", f":{PORT}"],
                 "PortMappings": [{"ContainerPort": str(PORT)}], "StopTimeout": "2"}  # fmt: skip
    subnet = cloud.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    return {
        "Resources": {
            "Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": {
                "NetworkMode": "awsvpc", "RequiresCompatibilities": ["EC2"], "ContainerDefinitions": [container]}},
            "Service": {"Type": "AWS::ECS::Service", "Properties": {
                "Cluster": cloud.cluster, "ServiceName": name, "LaunchType": "EC2",
                "TaskDefinition": {"Ref": "Task"}, "DesiredCount": str(count),
                "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": [subnet]}},
                "LoadBalancers": [{"TargetGroupArn": target_group, "ContainerName": "app",
                                   "ContainerPort": str(PORT)}]}},
        }
    }  # fmt: skip


def _health(cloud: Cloud, target_group: str) -> dict[str, str]:
    """Address of each target to its state."""
    described = cloud.client("elbv2").describe_target_health(TargetGroupArn=target_group)["TargetHealthDescriptions"]
    return {entry["Target"]["Id"]: entry["TargetHealth"]["State"] for entry in described}


def _addresses(cloud: Cloud, service: str) -> set[str]:
    details = [detail for task in cloud.tasks_of(service) for detail in task["attachments"][0]["details"]]
    return {detail["value"] for detail in details if detail["name"] == "privateIPv4Address"}


def _delete(stacks: Stacks, *names: str) -> None:
    for name in names:
        identity = stacks.stack(name)["StackId"]
        stacks.cfn.delete_stack(StackName=name)
        assert stacks.settled(identity, 40)["StackStatus"] == "DELETE_COMPLETE", stacks.events(identity)


def test_connections_reach_the_tasks_of_a_service_through_the_dns_name(
    cloud: Cloud, stacks: Stacks, name: str
) -> None:
    front = stacks.deploy(f"{name}-lb", _balancer(cloud, HealthCheckProtocol="HTTP", HealthCheckPath="/no-such-bucket"))
    assert front["StackStatus"] == "CREATE_COMPLETE", stacks.events(f"{name}-lb")
    made = outputs(front)
    assert made["FullName"].startswith("net/")
    (balancer,) = cloud.client("elbv2").describe_load_balancers(
        LoadBalancerArns=[stacks.physical_id(f"{name}-lb", "Balancer")]
    )["LoadBalancers"]
    assert (balancer["Type"], balancer["State"]["Code"]) == ("network", "active")
    assert balancer["DNSName"] == made["DNSName"]
    # A target that takes connections, but fails the check (the emulator has no such bucket): it gets none.
    failing = cloud.environment["LOCAL_VPC_GATEWAY"]
    registered = [{"Id": failing, "Port": cloud.port}]
    cloud.client("elbv2").register_targets(TargetGroupArn=made["TargetGroup"], Targets=registered)
    service = _service(cloud, name, made["TargetGroup"], 2)
    assert stacks.deploy(name, service)["StackStatus"] == "CREATE_COMPLETE", stacks.events(name)
    # The stack is complete: each task is a healthy target.
    addresses = _addresses(cloud, name)
    assert len(addresses) == 2
    expected = {**dict.fromkeys(addresses, "healthy"), failing: "unhealthy"}
    wait_for(lambda: _health(cloud, made["TargetGroup"])[failing] == "unhealthy", message="the failing target")
    assert _health(cloud, made["TargetGroup"]) == expected
    url = f"http://{made['DNSName']}:{PORT}"
    for mode in ("bridge", "host"):
        address, *answers = cloud.ask("lookup", made["DNSName"], *["get", url] * 4, mode=mode)
        assert address not in addresses and not address.startswith("error")
        assert all(answer.startswith("200 ") for answer in answers) and len(set(answers)) == 2
    # A task that goes is no target any more, before its program ends; nothing is sent to it.
    stacks.deploy(name, _service(cloud, name, made["TargetGroup"], 1), "UPDATE")
    (left,) = _addresses(cloud, name)
    assert _health(cloud, made["TargetGroup"]) == {left: "healthy", failing: "unhealthy"}
    answers = cloud.ask("get", url, "get", url, "get", url)
    assert len(set(answers)) == 1 and answers[0].startswith("200 ")
    _delete(stacks, name, f"{name}-lb")
    wait_for(lambda: not cloud.containers(ministack="elbv2"), message="the forwarder is gone")


def test_a_task_that_fails_the_target_groups_checks_is_never_steady_and_is_replaced(
    cloud: Cloud, stacks: Stacks, name: str
) -> None:
    group = outputs(stacks.deploy(f"{name}-lb", _balancer(cloud, HealthCheckPort="9", UnhealthyThresholdCount="2")))
    target_group = group["TargetGroup"]
    subnet = cloud.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    cloud.ecs.create_service(
        cluster=cloud.cluster,
        serviceName=name,
        desiredCount=1,
        taskDefinition=cloud.define("-listen", f":{PORT}", mode="awsvpc", container={"stopTimeout": 2}),
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
        loadBalancers=[{"targetGroupArn": target_group, "containerName": "app", "containerPort": PORT}],
    )
    wait_for(lambda: list(_health(cloud, target_group).values()) == ["initial"], message="registered")
    stopped = wait_for(lambda: cloud.tasks_of(name, status="STOPPED"), message="a task is replaced")[0]
    assert stopped["stoppedReason"] == f"Task failed ELB health checks in (target-group {target_group})"
    (deployment,) = cloud.service(name)["deployments"]
    assert deployment["rolloutState"] == "IN_PROGRESS" and deployment["failedTasks"] >= 1
    cloud.delete_service(name)
    assert _health(cloud, target_group) == {}
    _delete(stacks, f"{name}-lb")


def test_a_service_refuses_a_target_group_without_a_load_balancer(cloud: Cloud, stacks: Stacks, name: str) -> None:
    template = _balancer(cloud)
    del template["Resources"]["Listener"], template["Resources"]["Balancer"]
    template["Outputs"] = {"TargetGroup": template["Outputs"]["TargetGroup"]}
    lonely = outputs(stacks.deploy(f"{name}-lb", template))["TargetGroup"]
    assert stacks.deploy(name, _service(cloud, name, lonely, 1))["StackStatus"] == "ROLLBACK_COMPLETE"
    (failed,) = [e for e in stacks.events(name) if e["ResourceStatus"] == "CREATE_FAILED"]
    reason = f"The target group with targetGroupArn {lonely} does not have an associated load balancer."
    assert reason in failed["ResourceStatusReason"]
    _delete(stacks, name, f"{name}-lb")


def test_an_application_load_balancer_is_made_and_carries_nothing(cloud: Cloud, stacks: Stacks, name: str) -> None:
    made = stacks.deploy(name, _balancer(cloud, "application"))
    assert made["StackStatus"] == "CREATE_COMPLETE", stacks.events(name)
    assert outputs(made)["FullName"].startswith("app/")
    assert cloud.containers(ministack="elbv2") == []
    _delete(stacks, name)
