"""The shipped template, unmodified, through its life: create, no change, a changed config, a failure, delete."""

import pytest
from cloudformation_cloud import HERE, cloud, outputs

__all__ = ["cloud"]

TEMPLATE = (HERE.parent.parent / "templates" / "otel-tail-sampling.yaml").read_text()
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
    made = [r["LogicalResourceId"] for r in cloud.cfn.describe_stack_resources(StackName=stack)["StackResources"]]
    assert not [logical_id for logical_id in made if logical_id.endswith("Role")]
