"""One namespace for several stacks and clusters: who makes it, who registers in it, who resolves it."""

import pytest
from cloudformation_cloud import Cloud as Stacks
from cloudformation_cloud import outputs
from local_cloud import Cloud


@pytest.fixture
def stacks(cloud: Cloud) -> Stacks:
    """The same emulator, asked for stacks."""
    return Stacks(cloud.port, cloud.folder)


def _namespace(cloud: Cloud, name: str) -> dict:
    vpc = cloud.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    properties = {"Name": name, "Vpc": vpc}
    return {
        "Resources": {"Namespace": {"Type": "AWS::ServiceDiscovery::PrivateDnsNamespace", "Properties": properties}},
        "Outputs": {"NamespaceId": {"Value": {"Ref": "Namespace"}}},
    }


def _discovery(namespace: str, name: str, record: str, policy: str) -> dict:
    dns = {"RoutingPolicy": policy, "DnsRecords": [{"Type": record, "TTL": "10"}]}
    properties = {"Name": name, "NamespaceId": namespace, "DnsConfig": dns}
    return {"Type": "AWS::ServiceDiscovery::Service", "Properties": properties}


def _service(cloud: Cloud, cluster: str, name: str, namespace: str, discovery: str) -> dict:
    """One collector service registered under `discovery` of a namespace that another stack made."""
    container = {"Name": "app", "Image": cloud.image, "Memory": "64", "Command": ["-listen", ":4317"],
                 "StopTimeout": "2"}  # fmt: skip
    subnet = cloud.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    return {
        "Resources": {
            "Discovery": _discovery(namespace, discovery, "A", "MULTIVALUE"),
            "Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": {
                "NetworkMode": "awsvpc", "RequiresCompatibilities": ["EC2"], "ContainerDefinitions": [container]}},
            "Service": {"Type": "AWS::ECS::Service", "Properties": {
                "Cluster": cluster, "ServiceName": f"{name}-{discovery}", "TaskDefinition": {"Ref": "Task"},
                "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": [subnet]}},
                "ServiceRegistries": [{"RegistryArn": {"Fn::GetAtt": ["Discovery", "Arn"]}}]}},
        }
    }  # fmt: skip


def _with_alias(template: dict, namespace: str, name: str) -> dict:
    attributes = {"AWS_INSTANCE_CNAME": f"grpc-gateway.{name}"}
    template["Resources"] |= {
        "Alias": _discovery(namespace, "grpc-sampling", "CNAME", "WEIGHTED"),
        "AliasInstance": {"Type": "AWS::ServiceDiscovery::Instance", "Properties": {
            "InstanceId": "grpc-gateway", "ServiceId": {"Fn::GetAtt": ["Alias", "Id"]},
            "InstanceAttributes": attributes}},
    }  # fmt: skip
    return template


def test_another_cluster_reaches_the_services_of_a_namespace_by_name_and_by_alias(
    cloud: Cloud, stacks: Stacks, name: str
) -> None:
    made = stacks.deploy(f"{name}-namespace", _namespace(cloud, name))
    namespace = outputs(made)["NamespaceId"]
    receiver = _service(cloud, cloud.cluster, name, namespace, "grpc-receiver")
    gateway = _with_alias(_service(cloud, cloud.cluster, name, namespace, "grpc-gateway"), namespace, name)
    started = [stacks.start(f"{name}-receiver", receiver), stacks.start(f"{name}-gateway", gateway)]
    # Meanwhile: instances of another cluster, in the same VPC.
    cloud.ecs.create_cluster(clusterName=name)
    instances = cloud.run_instances(1, name)
    for stack in started:
        assert stacks.settled(stack)["StackStatus"] == "CREATE_COMPLETE", stacks.events(stack)
    services = ("grpc-receiver", "grpc-gateway", "grpc-sampling")
    for mode in ("bridge", "host"):
        questions = [word for service in services for word in ("lookup", f"{service}.{name}")]
        found = cloud.ask(*questions, "dial", f"grpc-receiver.{name}:4317", mode=mode, cluster=name)
        assert not [answer for answer in found if answer.startswith("error")]
        receiver_address, gateway_address, alias_address, dialled = found
        assert receiver_address != gateway_address == alias_address
        assert dialled == "connected"
    for stack in started:
        stacks.cfn.delete_stack(StackName=stack)
    for stack in started:
        assert stacks.settled(stack)["StackStatus"] == "DELETE_COMPLETE"
    cloud.terminate(*instances)
    stacks.cfn.delete_stack(StackName=f"{name}-namespace")
    assert stacks.settled(made["StackId"])["StackStatus"] == "DELETE_COMPLETE"


def test_a_namespace_that_still_has_services_is_not_deleted(cloud: Cloud, stacks: Stacks, name: str) -> None:
    made = stacks.deploy(f"{name}-namespace", _namespace(cloud, name))
    namespace = outputs(made)["NamespaceId"]
    template = {"Resources": {"Discovery": _discovery(namespace, "x", "A", "MULTIVALUE")}}
    user = stacks.deploy(f"{name}-user", template)
    stacks.cfn.delete_stack(StackName=f"{name}-namespace")
    assert stacks.settled(made["StackId"])["StackStatus"] == "DELETE_FAILED"
    for stack in (user, made):
        stacks.cfn.delete_stack(StackName=stack["StackId"])
        assert stacks.settled(stack["StackId"])["StackStatus"] == "DELETE_COMPLETE"
