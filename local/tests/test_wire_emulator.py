"""The guard in a running emulator: what is put in on purpose is refused, fails its stack, and stands in the report."""

import json

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from cloudformation_cloud import HERE, emulator

LOAD_BALANCER = HERE.parent.parent / "templates/connect/load-balancer.yaml"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    """Its report is not one of the run's: everything in it is wanted."""
    folder = tmp_path_factory.mktemp("emulator")
    with emulator(folder / "log", reports=folder) as made:
        made.folder = folder
        yield made


def seen(cloud) -> list[tuple]:
    (file,) = cloud.folder.glob("wire-*.json")
    return [(it["side"], it["call"], it["member"], it["value"]) for it in json.loads(file.read_text())["violations"]]


@pytest.mark.parametrize(("service", "call", "parameters", "code", "message", "member"), [
    ("logs", "CreateLogGroup", {"logGroupName": "it's"}, "InvalidParameterException",
     "Value 'it's' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern", "logGroupName"),
    ("cloudformation", "CreateChangeSet", {"StackName": "s"}, "ValidationError",
     "1 validation error detected: Value null at 'changeSetName' failed to satisfy constraint: Member must not be null", "changeSetName"),
    ("ec2", "CreateLaunchTemplate", {"LaunchTemplateName": "name"}, "MissingParameter",
     "The request must contain the parameter LaunchTemplateData", "launchTemplateData"),
])  # fmt: skip
def test_a_wrong_request_is_refused_and_reported(cloud, service, call, parameters, code, message, member):
    client = cloud.client(service, Config(parameter_validation=False))
    with pytest.raises(ClientError) as refused:
        client._make_api_call(call, parameters)
    error = refused.value.response["Error"]
    assert (error["Code"], message in error["Message"]) == (code, True)
    assert ("request", f"{service}.{call}", member) in [row[:3] for row in seen(cloud)]


def test_an_apostrophe_in_a_rules_description_fails_the_shipped_load_balancer(cloud):
    """As the template had it once: it passed here, and no stack of it could be made on AWS."""
    ec2 = cloud.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"] if subnet["VpcId"] == vpc]
    group = ec2.create_security_group(GroupName="instances", Description="instances", VpcId=vpc)["GroupId"]
    given = {"VpcId": vpc, "SubnetIds": ",".join(subnets[:2]), "SecurityGroupId": group, "ClientCidr": "10.0.0.0/8"}
    parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
    template = LOAD_BALANCER.read_text()
    wrong = template.replace("OTLP from the client addresses", "OTLP from the clients' addresses")
    assert wrong != template
    failed = cloud.deploy("wrong", wrong, Parameters=parameters)
    assert failed["StackStatus"] == "ROLLBACK_COMPLETE"
    reasons = [event.get("ResourceStatusReason", "") for event in cloud.events(failed["StackId"])]
    assert [reason for reason in reasons if "Invalid rule description. Valid descriptions are strings less than 256" in reason]
    made = cloud.deploy("right", template, Parameters=parameters)
    assert made["StackStatus"] == "CREATE_COMPLETE", cloud.events(made["StackId"])
    assert ("resource", "AWS::EC2::SecurityGroupIngress", "description", "OTLP from the clients' addresses") in seen(cloud)
