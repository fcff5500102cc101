"""The guard reads requests as botocore writes them, and refuses what AWS's models do not allow, in AWS's words."""

import json
from typing import Any
from urllib.parse import parse_qs, urlencode

import botocore.session
import pytest
from botocore.serialize import create_serializer
from defusedxml.ElementTree import fromstring

from extension.wire import refusal, request
from extension.wire.call import Call, NoModel, NoOperation

SESSION = botocore.session.get_session()


def sent(service: str, operation: str, parameters: dict, **changed: Any) -> request.Request:
    """The request that botocore makes of parameters, right or wrong."""
    model = SESSION.get_service_model(service)
    serializer = create_serializer(model.metadata["protocol"], include_validation=False)
    made = serializer.serialize_to_request(parameters, model.operation_model(operation))
    body = made["body"]
    if isinstance(body, dict):
        made["headers"] = {**made["headers"], "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(body)
    path, _, query = made["url_path"].partition("?")
    values = {name: [str(value)] for name, value in made["query_string"].items()} if made["query_string"] else {}
    return request.Request(**{
        "service": {"elbv2": "elasticloadbalancing"}.get(service, service), "method": made["method"], "path": path,
        "headers": {name.lower(): str(value) for name, value in made["headers"].items()},
        "body": body.encode() if isinstance(body, str) else body,
        "query": {**parse_qs(query, keep_blank_values=True), **values}, **changed,
    })  # fmt: skip


def read(service: str, operation: str, parameters: dict, **changed: Any) -> Call:
    return request.read(sent(service, operation, parameters, **changed))


def error(call: Call) -> tuple[str, str]:
    """The code and the message that the call is refused with."""
    status, _, body = refusal.of(call, "some-id")
    assert status == 400
    if call.protocol == "json":
        answer = json.loads(body)
        return answer["__type"], answer["message"]
    texts = {element.tag.rsplit("}", 1)[-1]: element.text for element in fromstring(body).iter()}
    return texts["Code"], texts["Message"]


VALID = [
    ("ecs", "RunTask", {"taskDefinition": "a:1", "count": 2, "tags": [{"key": "k", "value": "v"}],
                        "overrides": {"containerOverrides": [{"name": "c", "environment": [{"name": "A", "value": ""}]}]}}),
    ("ecs", "RegisterTaskDefinition", {"family": "f", "containerDefinitions": [
        {"name": "c", "dockerLabels": {"a": "b"}, "logConfiguration": {"logDriver": "awslogs", "options": {"mode": "x"}}}]}),
    ("logs", "GetLogEvents", {"logGroupName": "/a/b", "logStreamName": "s", "limit": 1, "startFromHead": False}),
    ("logs", "CreateLogGroup", {"logGroupName": "g", "tags": {"Übung": "ok é"}}),
    ("servicediscovery", "DiscoverInstances", {"NamespaceName": "n", "ServiceName": "s", "QueryParameters": {"a": "b"}}),
    ("secretsmanager", "GetSecretValue", {"SecretId": "s"}),
    ("cloudformation", "CreateChangeSet", {
        "StackName": "s", "ChangeSetName": "c", "Capabilities": ["CAPABILITY_IAM"], "IncludeNestedStacks": True,
        "Parameters": [{"ParameterKey": "A", "ParameterValue": ""}, {"ParameterKey": "B", "UsePreviousValue": True}]}),
    ("iam", "CreateRole", {"RoleName": "r", "AssumeRolePolicyDocument": "{}", "Tags": [{"Key": "k", "Value": ""}]}),
    ("elbv2", "CreateTargetGroup", {"Name": "g", "Port": 80, "Matcher": {"GrpcCode": "0-12"}, "Tags": [{"Key": "k", "Value": ""}]}),
    ("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroupNames": ["g"]}),
    ("sts", "GetCallerIdentity", {}),
    ("ec2", "AuthorizeSecurityGroupIngress", {"GroupId": "sg-1", "IpPermissions": [
        {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "d"}]}]}),
    ("ec2", "DescribeInstances", {"Filters": [{"Name": "tag:a", "Values": ["1", "2"]}], "DryRun": False}),
    ("s3", "PutObject", {"Bucket": "bucket", "Key": "a/b", "IfNoneMatch": "*", "Metadata": {"m": "1"}}),
    ("s3", "ListObjectsV2", {"Bucket": "bucket", "Prefix": "p", "MaxKeys": 3}),
    ("s3", "PutBucketVersioning", {"Bucket": "bucket", "VersioningConfiguration": {"Status": "Enabled"}}),
    ("s3", "DeleteObjects", {"Bucket": "bucket", "Delete": {"Objects": [{"Key": "a"}, {"Key": "b"}], "Quiet": True}}),
    ("s3", "CopyObject", {"Bucket": "bucket", "Key": "k", "CopySource": "bucket/other"}),
    ("cloudwatch", "PutMetricData", {"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": 1.5}]}),
]  # fmt: skip


@pytest.mark.parametrize(("service", "operation", "parameters"), VALID, ids=lambda value: value if isinstance(value, str) else "")
def test_what_botocore_sends_is_read_back_without_a_fault(service, operation, parameters):
    call = read(service, operation, parameters)
    assert not call.faults
    assert (call.operation.name, call.parameters) == (operation, parameters)


@pytest.mark.parametrize(("call", "code", "message"), [
    (("logs", "CreateLogGroup", {"logGroupName": "a b"}), "InvalidParameterException",
     "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: "
     r"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+"),
    (("servicediscovery", "GetService", {}), "InvalidInput",
     "1 validation error detected: Value null at 'id' failed to satisfy constraint: Member must not be null"),
    (("secretsmanager", "CreateSecret", {"Name": "n", "Description": "d" * 2049}), "ValidationException",
     "Member must have length less than or equal to 2048"),
    (("ecs", "RunTask", {"taskDefinition": "a", "launchType": "LAMBDA"}), "InvalidParameterException",
     "Value 'LAMBDA' at 'launchType' failed to satisfy constraint: Member must satisfy enum value set: [EC2, FARGATE,"),
    (("cloudformation", "DescribeStackEvents", {"StackName": "a", "NextToken": ""}), "ValidationError",
     "Value '' at 'nextToken' failed to satisfy constraint: Member must have length greater than or equal to 1"),
    (("cloudformation", "CreateChangeSet", {"StackName": "1"}), "ValidationError", "2 validation errors detected: Value '1' at "),
    (("iam", "CreateRole", {"RoleName": "r", "AssumeRolePolicyDocument": "{}", "Description": "\u2019"}), "ValidationError",
     "Value '\u2019' at 'description' failed to satisfy constraint: Member must satisfy regular expression pattern"),
    (("ec2", "CreateLaunchTemplate", {"LaunchTemplateName": "name"}), "MissingParameter",
     "The request must contain the parameter LaunchTemplateData"),
    (("ec2", "DescribeSubnets", {"MaxResults": 1}), "InvalidParameterValue", "Member must have value greater than or equal to 5"),
    (("s3", "PutBucketVersioning", {"Bucket": "b", "VersioningConfiguration": {"Status": "On"}}), "InvalidArgument",
     "Member must satisfy enum value set: [Enabled, Suspended]"),
])  # fmt: skip
def test_a_request_that_the_model_does_not_allow_is_refused_in_awss_words(call, code, message):
    refused, words = error(read(*call))
    assert refused == code
    assert message in words


UNKNOWN = [
    (sent("ecs", "RunTask", {"taskDefinition": "a"}, body=b'{"taskDefinition": "a", "clusters": "c"}'), "clusters"),
    (sent("ecs", "RegisterTaskDefinition", {}, body=b'{"family": "f", "containerDefinitions": [{"nam": 1}]}'),
     "containerDefinitions.1.member.nam"),
    (sent("cloudformation", "DescribeStacks", {}, body=b"Action=DescribeStacks&Version=2010-05-15&Stack=s"), "stack"),
    (sent("cloudformation", "CreateStack", {}, body=b"Action=CreateStack&Version=2010-05-15&StackName=s&Parameters.member.1.Key=k"),
     "parameters.1.member.key"),
    (sent("ec2", "DescribeVpcs", {}, body=b"Action=DescribeVpcs&Version=2016-11-15&VpcIds.1=vpc-1"), "vpcIds"),
    (sent("s3", "PutObject", {"Bucket": "b", "Key": "k"}, headers={"x-amz-foo": "1"}), "x-amz-foo"),
    (sent("s3", "ListObjectsV2", {"Bucket": "b"}, query={"list-type": ["2"], "prefixes": ["p"]}), "prefixes"),
]  # fmt: skip


@pytest.mark.parametrize(("unknown", "path"), UNKNOWN, ids=lambda value: value if isinstance(value, str) else "")
def test_a_member_that_the_model_does_not_have_is_refused(unknown, path):
    faults = request.read(unknown).faults
    assert ("unknown", path) in [(fault.kind, fault.path) for fault in faults]


def test_a_value_of_another_type_is_refused():
    code, message = error(read("ecs", "RunTask", {"taskDefinition": "a"}, body=b'{"taskDefinition": "a", "count": "2"}'))
    assert (code, "a String can not be converted to an Integer" in message) == ("SerializationException", True)
    form = b"Action=DescribeSubnets&Version=2016-11-15&MaxResults=many"
    assert error(read("ec2", "DescribeSubnets", {}, body=form))[0] == "InvalidParameterValue"


def test_a_body_in_another_protocol_is_refused():
    assert read("ecs", "ListClusters", {}, headers={"x-amz-target": "AmazonEC2ContainerServiceV20141113.ListClusters"}).faults
    assert read("cloudformation", "DescribeStacks", {}, body=b"Action=DescribeStacks&Version=2010-05-16").faults


def test_what_no_model_is_known_for_is_no_call():
    with pytest.raises(NoOperation):
        read("ecs", "ListClusters", {}, headers={"x-amz-target": "AmazonEC2ContainerServiceV20141113.ListEverything"})
    with pytest.raises(NoModel):
        request.read(request.Request("no-such-service", "POST", "/", {}, b"", {}))
    with pytest.raises(NoModel):
        request.read(request.Request("lambda", "GET", "/", {}, b"", {}))


def test_a_sensitive_value_is_not_shown():
    (fault,) = read("secretsmanager", "PutSecretValue", {"SecretId": "s", "SecretString": "x" * 70_000}).faults
    assert fault.value == "****"
