"""VPC endpoints: what is made, shown and deleted, and what two stacks in one VPC meet."""

import pytest
from cloudformation_cloud import Cloud, cloud

__all__ = ["cloud"]

SERVICE = "com.amazonaws.eu-west-1."


@pytest.fixture
def vpc(cloud: Cloud) -> dict[str, str]:
    """A VPC of the test's own, with a subnet, a group and a route table."""
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    return {
        "vpc": vpc,
        "subnet": ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"],
        "group": ec2.create_security_group(GroupName=cloud.name(), Description="x", VpcId=vpc)["GroupId"],
        "table": ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"],
    }


def template(vpc: dict[str, str], services: tuple[str, ...], gateway: bool = True, **properties: object) -> dict:
    resources = {
        f"Endpoint{index}": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {
            "VpcEndpointType": "Interface", "ServiceName": {"Fn::Sub": f"com.amazonaws.${{AWS::Region}}.{service}"},
            "VpcId": vpc["vpc"], "SubnetIds": [vpc["subnet"]], "SecurityGroupIds": [vpc["group"]],
            "PrivateDnsEnabled": "true", **properties}}
        for index, service in enumerate(services)
    }  # fmt: skip
    if gateway:
        resources["S3"] = {"Type": "AWS::EC2::VPCEndpoint", "Properties": {
            "ServiceName": f"{SERVICE}s3", "VpcId": vpc["vpc"], "RouteTableIds": [vpc["table"]]}}  # fmt: skip
    return {"Resources": resources}


def shown(cloud: Cloud, vpc: dict[str, str], **filters: str) -> dict[str, dict]:
    wanted = [{"Name": "vpc-id", "Values": [vpc["vpc"]]}]
    wanted += [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]
    found = cloud.client("ec2").describe_vpc_endpoints(Filters=wanted)["VpcEndpoints"]
    return {endpoint["ServiceName"].removeprefix(SERVICE): endpoint for endpoint in found}


def failed_reason(cloud: Cloud, stack: str) -> str:
    return next(e for e in cloud.events(stack) if e["ResourceStatus"] == "CREATE_FAILED")["ResourceStatusReason"]


def test_endpoints_are_made_shown_changed_and_deleted(cloud: Cloud, vpc: dict[str, str]) -> None:
    stack = cloud.name()
    made = cloud.deploy(stack, template(vpc, ("ecs", "ecr.api")))
    assert made["StackStatus"] == "CREATE_COMPLETE", cloud.events(stack)
    found = shown(cloud, vpc)
    assert set(found) == {"ecs", "ecr.api", "s3"}
    ecr = found["ecr.api"]
    assert (ecr["VpcEndpointType"], ecr["State"], ecr["PrivateDnsEnabled"]) == ("Interface", "available", True)
    assert (ecr["SubnetIds"], [group["GroupId"] for group in ecr["Groups"]]) == ([vpc["subnet"]], [vpc["group"]])
    assert "api.ecr.eu-west-1.amazonaws.com" in [entry["DnsName"] for entry in ecr["DnsEntries"]]
    assert len(ecr["NetworkInterfaceIds"]) == 1
    assert (found["s3"]["VpcEndpointType"], found["s3"]["RouteTableIds"]) == ("Gateway", [vpc["table"]])
    assert set(shown(cloud, vpc, vpc_endpoint_type="Gateway")) == {"s3"}
    assert shown(cloud, vpc, service_name="none") == {}

    change = template(vpc, ("ecs", "ecr.api"), PrivateDnsEnabled="false")
    assert cloud.deploy(stack, change, "UPDATE")["StackStatus"] == "UPDATE_COMPLETE"
    updated = shown(cloud, vpc)["ecr.api"]
    assert (updated["VpcEndpointId"], updated["PrivateDnsEnabled"]) == (ecr["VpcEndpointId"], False)

    cloud.cfn.delete_stack(StackName=stack)
    cloud.settled(made["StackId"])
    assert shown(cloud, vpc) == {}


def test_a_vpc_has_a_services_private_name_once(cloud: Cloud, vpc: dict[str, str]) -> None:
    cloud.deploy(cloud.name(), template(vpc, ("logs",)))
    second = cloud.name()
    assert cloud.deploy(second, template(vpc, ("logs",), gateway=False))["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "conflicting DNS domain for logs.eu-west-1.amazonaws.com in the VPC" in failed_reason(cloud, second)
    third = cloud.name()
    assert cloud.deploy(third, template(vpc, ()))["StackStatus"] == "ROLLBACK_COMPLETE"
    assert f"route table {vpc['table']} already has a route" in failed_reason(cloud, third)
    # Without private DNS a second one is fine.
    plain = template(vpc, ("logs",), gateway=False, PrivateDnsEnabled=False)
    assert cloud.deploy(cloud.name(), plain)["StackStatus"] == "CREATE_COMPLETE"
