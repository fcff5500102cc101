"""A stack whose tasks are real containers on two instances: what the other CloudFormation tests have on paper."""

import pytest
from cloudformation_cloud import Cloud as Stacks
from cloudformation_cloud import wait
from local_cloud import Cloud


@pytest.fixture
def stacks(cloud: Cloud) -> Stacks:
    """The same emulator, asked for stacks."""
    return Stacks(cloud.port, cloud.folder)


def task_definition(image: str, mode: str, command: list[str], **container: object) -> dict:
    app = {"Name": "app", "Image": image, "Memory": "64", "StopTimeout": "2", "Command": command, **container}
    properties = {"NetworkMode": mode, "RequiresCompatibilities": ["EC2"], "ContainerDefinitions": [app]}
    return {"Type": "AWS::ECS::TaskDefinition", "Properties": properties}


def template(cloud: Cloud, name: str, command: str) -> dict:
    """A daemon on a host port and two replicas in Cloud Map, as the shipped template has them."""
    vpc = cloud.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    subnet = cloud.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    breaker = {"DeploymentCircuitBreaker": {"Enable": True, "Rollback": True}}
    common = {"Cluster": cloud.cluster, "LaunchType": "EC2"}
    return {
        "Resources": {
            "Namespace": {"Type": "AWS::ServiceDiscovery::PrivateDnsNamespace", "Properties": {
                "Name": name, "Vpc": vpc}},
            "Discovery": {"Type": "AWS::ServiceDiscovery::Service", "Properties": {
                "Name": "gateway", "NamespaceId": {"Ref": "Namespace"},
                "DnsConfig": {"RoutingPolicy": "MULTIVALUE", "DnsRecords": [{"Type": "A", "TTL": "5"}]}}},
            "AgentTask": task_definition(cloud.image, "host", ["-listen", ":9700"], PortMappings=[
                {"ContainerPort": "9700", "HostPort": "9700"}]),
            "Agent": {"Type": "AWS::ECS::Service", "Properties": {
                **common, "ServiceName": f"{name}-agent", "TaskDefinition": {"Ref": "AgentTask"},
                "SchedulingStrategy": "DAEMON",
                "DeploymentConfiguration": {"MinimumHealthyPercent": 0, "MaximumPercent": 100, **breaker}}},
            "GatewayTask": task_definition(cloud.image, "awsvpc", command.split()),
            "Gateway": {"Type": "AWS::ECS::Service", "Properties": {
                **common, "ServiceName": f"{name}-gateway", "TaskDefinition": {"Ref": "GatewayTask"},
                "DesiredCount": "2", "DeploymentConfiguration": breaker,
                "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": [subnet]}},
                "ServiceRegistries": [{"RegistryArn": {"Fn::GetAtt": ["Discovery", "Arn"]}}]}},
        }
    }  # fmt: skip


def addresses(cloud: Cloud, stacks: Stacks, stack: str) -> list[str]:
    listed = cloud.client("servicediscovery").list_instances(ServiceId=stacks.physical_id(stack, "Discovery"))
    return sorted(instance["Attributes"]["AWS_INSTANCE_IPV4"] for instance in listed["Instances"])


def gateway_addresses(cloud: Cloud, name: str) -> list[str]:
    tasks = cloud.tasks_of(f"{name}-gateway")
    details = [detail for task in tasks for detail in task["attachments"][0]["details"]]
    return sorted(detail["value"] for detail in details if detail["name"] == "privateIPv4Address")


def assert_drained(cloud: Cloud, name: str) -> None:
    """Every task the services ever had is stopped, not only asked to stop."""
    for service in (f"{name}-gateway", f"{name}-agent"):
        assert cloud.tasks_of(service) == []
        assert {task["lastStatus"] for task in cloud.tasks_of(service, status="STOPPED")} <= {"STOPPED"}


def test_a_stack_of_containers_through_its_life(cloud: Cloud, stacks: Stacks, name: str) -> None:
    arn = stacks.start(name, template(cloud, name, "one"))
    assert stacks.settled(name, 60)["StackStatus"] == "CREATE_COMPLETE", stacks.events(name)
    agents = cloud.tasks_of(f"{name}-agent")
    assert sorted(cloud.instance_of(task) for task in agents) == sorted(cloud.instances)
    assert [task["lastStatus"] for task in agents] == ["RUNNING"] * 2
    assert len(gateway_addresses(cloud, name)) == 2
    assert addresses(cloud, stacks, name) == gateway_addresses(cloud, name)

    stacks.start(name, template(cloud, name, "-ignore-term two"), "UPDATE")
    assert stacks.settled(name, 60)["StackStatus"] == "UPDATE_COMPLETE"
    gateways = cloud.tasks_of(f"{name}-gateway")
    assert {task["taskDefinitionArn"] for task in gateways} == {stacks.physical_id(name, "GatewayTask")}
    assert addresses(cloud, stacks, name) == gateway_addresses(cloud, name)
    assert {task["taskArn"] for task in cloud.tasks_of(f"{name}-agent")} == {task["taskArn"] for task in agents}

    good = {task["taskArn"] for task in gateways}
    stacks.start(name, template(cloud, name, "-exit 3 broken"), "UPDATE")
    assert stacks.settled(name, 60)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    [failed] = [event for event in stacks.events(name) if event["ResourceStatus"] == "UPDATE_FAILED"]
    assert "ECS Deployment Circuit Breaker was triggered" in failed["ResourceStatusReason"]
    assert {task["taskArn"] for task in cloud.tasks_of(f"{name}-gateway")} == good

    stacks.cfn.delete_stack(StackName=name)
    assert stacks.settled(arn, 60)["StackStatus"] == "DELETE_COMPLETE", stacks.events(arn)
    assert_drained(cloud, name)


def test_a_create_that_fails_leaves_no_container(cloud: Cloud, stacks: Stacks, name: str) -> None:
    stacks.start(name, template(cloud, name, "-exit 1"))
    assert stacks.settled(name, 60)["StackStatus"] == "ROLLBACK_COMPLETE"
    [failed] = [e for e in stacks.events(name) if "Circuit Breaker" in e.get("ResourceStatusReason", "")]
    assert failed["LogicalResourceId"] == "Gateway"
    assert_drained(cloud, name)


def test_a_daemon_that_cannot_be_placed_waits_until_the_create_is_deleted_away(
    cloud: Cloud, stacks: Stacks, name: str
) -> None:
    holder = stacks.start(f"{name}-first", template(cloud, f"{name}-first", "one"))
    assert stacks.settled(holder, 60)["StackStatus"] == "CREATE_COMPLETE"
    # The host port is taken on every instance.
    second = stacks.start(name, template(cloud, name, "one"))
    wait(lambda: stacks.statuses(second, "Gateway"), lambda seen: seen[-1:] == ["CREATE_COMPLETE"], 60)
    assert stacks.stack(second)["StackStatus"] == "CREATE_IN_PROGRESS"
    assert stacks.statuses(second, "Agent")[-1] == "CREATE_IN_PROGRESS"
    for stack in (second, holder):
        stacks.cfn.delete_stack(StackName=stack)
        assert stacks.settled(stack, 60)["StackStatus"] == "DELETE_COMPLETE"
    assert_drained(cloud, name)


def test_a_rollback_that_fails_is_continued_without_the_resource_it_failed_on(
    cloud: Cloud, stacks: Stacks, name: str
) -> None:
    stack = stacks.start(name, template(cloud, name, "one"))
    assert stacks.settled(stack, 60)["StackStatus"] == "CREATE_COMPLETE"
    stacks.start(name, template(cloud, name, "-ignore-term two"), "UPDATE")
    wait(lambda: stacks.statuses(name, "Gateway"), lambda seen: seen[-1] == "UPDATE_IN_PROGRESS")
    # Somebody deletes the service while the stack waits for it: it can neither be updated nor sent back.
    cloud.delete_service(f"{name}-gateway")
    failed = stacks.settled(name, 60)
    assert failed["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    assert "failed to update: [Gateway]" in failed["StackStatusReason"]
    stacks.cfn.continue_update_rollback(StackName=name, ResourcesToSkip=["Gateway"])
    assert stacks.settled(name, 60)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    stacks.cfn.delete_stack(StackName=name)
    assert stacks.settled(stack, 60)["StackStatus"] == "DELETE_COMPLETE"
