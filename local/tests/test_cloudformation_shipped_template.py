"""The shipped templates, unmodified: the first through create, no change, change, failure and delete; the others made
and deleted."""

import pytest
from cloudformation_cloud import HERE, cloud, outputs

__all__ = ["cloud"]

TEMPLATES = HERE.parent.parent / "templates"
TEMPLATE = (TEMPLATES / "otel-tail-sampling.yaml").read_text()
KEY = "cxtp_not-to-be-seen-anywhere"


@pytest.fixture(scope="module")
def values(cloud) -> dict[str, str]:
    ec2 = cloud.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"] if subnet["VpcId"] == vpc]
    group = ec2.create_security_group(GroupName="instances", Description="instances", VpcId=vpc)["GroupId"]
    return {
        "ClusterName": "c",
        "VpcId": vpc,
        "SubnetIds": ",".join(subnets[:2]),
        "SecurityGroupId": group,
        "CoralogixRegion": "EU2",
        "CoralogixApiKey": KEY,
        "Image": "collector",
        "S3ConfigBucket": "bucket",
        "AgentS3ConfigKey": "configs/agent-config.1.yaml",
        "SamplingS3ConfigKey": "configs/sampling-config.1.yaml",
        "SamplingTaskCount": "2",
    }


def parameters(values: dict[str, str], **changed: str) -> list[dict]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in {**values, **changed}.items()]


def test_the_shipped_template_lives_and_dies(cloud, values):
    stack = cloud.name()
    names = {"ServiceNamePrefix": stack, "NamespaceName": stack}
    arn = cloud.start(stack, TEMPLATE, Parameters=parameters(values, **names))
    created = cloud.settled(stack)
    assert created["StackStatus"] == "CREATE_COMPLETE", cloud.events(stack)
    gateway, agent = f"{stack}-sampling", f"{stack}-agent"
    assert outputs(created)["GatewayServiceName"] == gateway
    service = cloud.service("c", gateway)
    assert service["runningCount"] == service["desiredCount"] == 2
    assert service["networkConfiguration"]["awsvpcConfiguration"]["subnets"] == values["SubnetIds"].split(",")
    assert cloud.service("c", agent)["schedulingStrategy"] == "DAEMON"
    definition = cloud.ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    assert KEY not in str(definition)

    unchanged = cloud.change_set(stack, TEMPLATE, Parameters=parameters(values, **names))
    assert unchanged["StatusReason"].startswith("The submitted information didn't contain changes.")

    sampling = {**names, "SamplingS3ConfigKey": "configs/sampling-config.2.yaml"}
    updated = cloud.deploy(stack, TEMPLATE, "UPDATE", Parameters=parameters(values, **sampling))
    assert updated["StackStatus"] == "UPDATE_COMPLETE"
    assert cloud.service("c", gateway)["taskDefinition"].endswith(f"{stack}-sampling:2")
    assert cloud.service("c", agent)["taskDefinition"].endswith(f"{stack}-agent:1")

    broken = {**sampling, "Image": "crash-image"}
    ended = cloud.deploy(stack, TEMPLATE, "UPDATE", Parameters=parameters(values, **broken))
    assert ended["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert cloud.service("c", gateway)["taskDefinition"].endswith(f"{stack}-sampling:2")

    cloud.cfn.delete_stack(StackName=stack)
    assert cloud.settled(arn)["StackStatus"] == "DELETE_COMPLETE"
    assert not cloud.ecs.list_tasks(cluster="c")["taskArns"]
    assert KEY not in str(cloud.events(arn))


def test_a_given_role_is_let_in_by_the_secret(cloud, values):
    stack = cloud.name()
    iam = cloud.client("iam")
    role = iam.create_role(RoleName=stack, AssumeRolePolicyDocument='{"Version":"2012-10-17","Statement":[]}')
    names = {"ServiceNamePrefix": stack, "NamespaceName": stack, "TaskExecutionRoleArn": role["Role"]["Arn"]}
    created = cloud.deploy(stack, TEMPLATE, Parameters=parameters(values, **names))
    assert created["StackStatus"] == "CREATE_COMPLETE", cloud.events(stack)
    secret = cloud.physical_id(stack, "ApiKeySecret")
    policy = cloud.client("secretsmanager").get_resource_policy(SecretId=secret)["ResourcePolicy"]
    assert role["Role"]["Arn"] in policy
    assert not [logical_id for logical_id in resources_of(cloud, created) if logical_id.endswith("Role")]


def resources_of(cloud, stack: dict) -> list[str]:
    described = cloud.cfn.describe_stack_resources(StackName=stack["StackId"])
    return [resource["LogicalResourceId"] for resource in described["StackResources"]]


def made(cloud, path: str, values: dict[str, str]) -> dict:
    """A stack of one shipped template, with those of `values` that it has parameters for."""
    template = (TEMPLATES / path).read_text()
    declared = cloud.cfn.validate_template(TemplateBody=template)["Parameters"]
    known = {parameter["ParameterKey"] for parameter in declared} & set(values)
    stack = cloud.deploy(cloud.name(), template, Parameters=parameters({key: values[key] for key in known}))
    assert stack["StackStatus"] == "CREATE_COMPLETE", [path, cloud.events(stack["StackId"])]
    return stack


def deleted(cloud, *stacks: dict) -> None:
    for stack in stacks:
        cloud.cfn.delete_stack(StackName=stack["StackId"])
        status = cloud.settled(stack["StackId"])["StackStatus"]
        assert status == "DELETE_COMPLETE", cloud.events(stack["StackId"])


def test_the_central_cluster_with_a_load_balancer_and_instances_of_its_own(cloud, values):
    name = cloud.name()
    client = {"ClientCidr": "10.0.0.0/8"}
    certificate = cloud.client("acm").request_certificate(DomainName="otel.example.com")["CertificateArn"]
    secure = made(cloud, "connect/load-balancer.yaml", {**values, **client, "CertificateArn": certificate})
    client["ClientSecurityGroupId"] = values["SecurityGroupId"]
    front = made(cloud, "connect/load-balancer.yaml", {**values, **client})
    rules = {name for name in resources_of(cloud, front) if name.startswith("OtlpFrom")}
    assert rules == {"OtlpFromClientGroup", "OtlpFromClientAddresses"}
    assert outputs(front)["Endpoint"].endswith(".elb.eu-west-1.amazonaws.com:4317")
    assert outputs(secure)["Endpoint"].endswith(".elb.amazonaws.com:443")
    central = {
        **values,
        "ServiceNamePrefix": name,
        "NamespaceName": name,
        "ReceiverS3ConfigKey": "configs/receiver-config.1.yaml",
        "GatewayS3ConfigKey": "configs/gateway-config.1.yaml",
        "ReceiverTargetGroupArn": outputs(front)["ReceiverTargetGroupArn"],
        "ECSAMI": "ami-0123456789abcdef0",
        "KeyName": "a-key",
        "InstanceCount": "2",
    }
    stack = made(cloud, "otel-complete-cluster.yaml", central)
    receiver = cloud.service("c", f"{name}-receiver")
    assert (receiver["runningCount"], receiver["loadBalancers"][0]["containerPort"]) == (2, 4317)
    (group,) = cloud.client("autoscaling").describe_auto_scaling_groups(
        AutoScalingGroupNames=[outputs(stack)["AutoScalingGroupName"]]
    )["AutoScalingGroups"]
    assert len(group["Instances"]) == 2
    other = {**values, "NamespaceId": outputs(stack)["NamespaceId"], "SenderCidr": "10.1.0.0/16"}
    other["ReceiverSecurityGroupId"] = cloud.physical_id(stack["StackName"], "CollectorSecurityGroup")
    shared = made(cloud, "connect/shared-namespace.yaml", other)
    deleted(cloud, shared, stack, front, secure)


def test_the_individual_templates_feed_each_other(cloud, values):
    name = cloud.name()
    given = {
        **values,
        "ServiceNamePrefix": name,
        "NamespaceName": name,
        "Subnets": values["SubnetIds"],
        "S3ConfigKey": "configs/agent-config-to-receiver.1.yaml",
        "ReceiverS3ConfigKey": "configs/receiver-config.1.yaml",
        "GatewayS3ConfigKey": "configs/gateway-config.1.yaml",
    }
    namespace = made(cloud, "individual-templates/cloudmap-namespace.yaml", given)
    given["NamespaceId"] = outputs(namespace)["NamespaceId"]
    stacks = [
        made(cloud, f"individual-templates/{component}.yaml", given)
        for component in ("otel-daemon-template", "load-balancer-agents", "sampling-agents")
    ]
    assert {outputs(stack)["NamespaceName"] for stack in stacks} == {name}
    deleted(cloud, *stacks, namespace)


def test_the_endpoints_of_a_vpc_are_made(cloud, values):
    ec2 = cloud.client("ec2")
    table = ec2.create_route_table(VpcId=values["VpcId"])["RouteTable"]["RouteTableId"]
    stack = made(cloud, "connect/vpc-endpoints.yaml", {**values, "RouteTableIds": table})
    found = {endpoint["ServiceName"].split(".", 3)[3] for endpoint in ec2.describe_vpc_endpoints()["VpcEndpoints"]}
    assert found == {
        "ecs", "ecs-agent", "ecs-telemetry", "servicediscovery", "data-servicediscovery", "logs", "secretsmanager",
        "ecr.api", "ecr.dkr", "s3",
    }  # fmt: skip
    deleted(cloud, stack)
    assert not ec2.describe_vpc_endpoints()["VpcEndpoints"]
