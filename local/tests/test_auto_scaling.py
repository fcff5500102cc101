"""Capacity from a template: launch template, instance profile and Auto Scaling group, whose size makes instances."""

import pytest
from cloudformation_cloud import Cloud as Stacks
from local_cloud import Cloud, wait_for

USER_DATA = "#!/bin/bash\necho ECS_CLUSTER=${Cluster} >> /etc/ecs/ecs.config\n"


@pytest.fixture
def stacks(cloud: Cloud) -> Stacks:
    """The same emulator, asked for stacks."""
    return Stacks(cloud.port, cloud.folder)


def _subnets(cloud: Cloud, count: int) -> list[str]:
    return [subnet["SubnetId"] for subnet in cloud.client("ec2").describe_subnets()["Subnets"]][:count]


def _template(cloud: Cloud, user_data: object = None, **template_data: object) -> dict:
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    user_data = user_data or {"Fn::Base64": {"Fn::Sub": USER_DATA}}
    version = {"Fn::GetAtt": ["LaunchTemplate", "LatestVersionNumber"]}
    return {
        "Parameters": {"Cluster": {"Type": "String"}, "Count": {"Type": "Number"}},
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"]}},
            "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Role"}]}},
            "LaunchTemplate": {"Type": "AWS::EC2::LaunchTemplate", "Properties": {"LaunchTemplateData": {
                "ImageId": "ami-0123456789abcdef0", "InstanceType": "m5.large", "KeyName": "a-key",
                "IamInstanceProfile": {"Arn": {"Fn::GetAtt": ["Profile", "Arn"]}}, "UserData": user_data,
                **template_data}}},
            "Group": {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": {
                "MinSize": "0", "MaxSize": "4", "DesiredCapacity": {"Ref": "Count"},
                "VPCZoneIdentifier": _subnets(cloud, 2),
                "LaunchTemplate": {"LaunchTemplateId": {"Ref": "LaunchTemplate"}, "Version": version},
                "Tags": [{"Key": "purpose", "Value": "test", "PropagateAtLaunch": True},
                         {"Key": "inner", "Value": "x", "PropagateAtLaunch": False}]}},
        },
        "Outputs": {"Group": {"Value": {"Ref": "Group"}}},
    }  # fmt: skip


def _values(**values: object) -> list[dict]:
    return [{"ParameterKey": key, "ParameterValue": str(value)} for key, value in values.items()]


def _instances(cloud: Cloud, group: str) -> list[dict]:
    """The running instances that carry the group's tag."""
    filters = [
        {"Name": "tag:aws:autoscaling:groupName", "Values": [group]},
        {"Name": "instance-state-name", "Values": ["running"]},
    ]
    reply = cloud.client("ec2").describe_instances(Filters=filters)
    return [record for reservation in reply["Reservations"] for record in reservation["Instances"]]


def _in_cluster(cloud: Cloud, cluster: str) -> set[str]:
    arns = cloud.ecs.list_container_instances(cluster=cluster)["containerInstanceArns"]
    if not arns:
        return set()
    found = cloud.ecs.describe_container_instances(cluster=cluster, containerInstances=arns)["containerInstances"]
    return {entry["ec2InstanceId"] for entry in found}


def test_the_size_of_a_group_makes_instances_that_join_the_cluster(cloud: Cloud, stacks: Stacks, name: str) -> None:
    cloud.ecs.create_cluster(clusterName=name)
    template = _template(cloud)
    stack = stacks.deploy(name, template, Parameters=_values(Cluster=name, Count=2))
    assert stack["StackStatus"] == "CREATE_COMPLETE", stacks.events(name)
    group = stack["Outputs"][0]["OutputValue"]
    made = _instances(cloud, group)
    assert {record["InstanceId"] for record in made} == _in_cluster(cloud, name)
    assert len({record["Placement"]["AvailabilityZone"] for record in made}) == 2
    profile = cloud.client("iam").get_instance_profile(InstanceProfileName=stacks.physical_id(name, "Profile"))
    for record in made:
        assert (record["ImageId"], record["InstanceType"], record["KeyName"]) == (
            "ami-0123456789abcdef0",
            "m5.large",
            "a-key",
        )
        assert record["IamInstanceProfile"]["Arn"] == profile["InstanceProfile"]["Arn"]
        tags = {tag["Key"]: tag["Value"] for tag in record["Tags"]}
        assert (tags["purpose"], tags["aws:cloudformation:stack-name"]) == ("test", name)
        assert "inner" not in tags
        assert cloud.docker.containers.get(record["InstanceId"]).status == "running"
    # It runs tasks like any other instance, and another size is another number of instances.
    cloud.running(cloud.run(cloud.define("x"), name)["taskArn"])
    for count in (3, 1):
        stacks.deploy(name, template, "UPDATE", Parameters=_values(Cluster=name, Count=count))
        assert len(_instances(cloud, group)) == len(_in_cluster(cloud, name)) == count
    stacks.cfn.delete_stack(StackName=stack["StackId"])
    assert stacks.settled(stack["StackId"])["StackStatus"] == "DELETE_COMPLETE"
    assert _in_cluster(cloud, name) == set()
    assert not [c for c in cloud.containers() if c.name in {record["InstanceId"] for record in made}]


def test_a_group_replaces_an_instance_that_was_terminated_and_keeps_those_of_an_older_template(
    cloud: Cloud, stacks: Stacks, name: str
) -> None:
    cloud.ecs.create_cluster(clusterName=name)
    stack = stacks.deploy(name, _template(cloud), Parameters=_values(Cluster=name, Count=2))
    group = stack["Outputs"][0]["OutputValue"]
    first, second = (record["InstanceId"] for record in _instances(cloud, group))
    stacks.deploy(
        name, _template(cloud, InstanceType="m5.xlarge"), "UPDATE", Parameters=_values(Cluster=name, Count=2)
    )
    assert _in_cluster(cloud, name) == {first, second}
    cloud.terminate(first)
    wait_for(lambda: len(_in_cluster(cloud, name) - {first}) == 2, message="a replacement")
    types = {record["InstanceId"]: record["InstanceType"] for record in _instances(cloud, group)}
    assert types.pop(second) == "m5.large"
    assert list(types.values()) == ["m5.xlarge"]
    # Without a stack: the group's own API. The instance of the older template goes first.
    cloud.client("autoscaling").set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=1)
    wait_for(lambda: _in_cluster(cloud, name) == set(types), message="scaled in")
    stacks.cfn.delete_stack(StackName=name)
    stacks.settled(stack["StackId"])


def test_a_group_that_cannot_launch_fails_its_stack(cloud: Cloud, stacks: Stacks, name: str) -> None:
    template = _template(cloud, user_data="ECS_CLUSTER=not-base64")
    stack = stacks.deploy(name, template, Parameters=_values(Cluster=cloud.cluster, Count=1))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    (failed,) = [event for event in stacks.events(name) if event["ResourceStatus"] == "CREATE_FAILED"]
    assert failed["ResourceStatusReason"].startswith(
        "Group did not stabilize. {current/minSize/maxSize} group size = {0/0/4}. "
        "Failed Scaling Activity: Invalid BASE64 encoding of user data."
    )
    assert stacks.stack(stack["StackId"])["StackStatus"] == "ROLLBACK_COMPLETE"
    stacks.cfn.delete_stack(StackName=name)
