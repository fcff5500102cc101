"""The guard holds the resources of a stack to their schemas, and to the APIs that they end in."""

import html
import re

import botocore.session
import pytest

from extension.wire import report
from extension.wire.resources import InvalidResource, check, require_valid, schema
from extension.wire.resources.documented import DOCUMENTED
from extension.wire.resources.members import TYPES

ROLE = {"AssumeRolePolicyDocument": {"Version": "2012-10-17"}}
SERVICE = {"Name": "n", "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": "5"}]}}
RULE = {"GroupId": "sg-1", "IpProtocol": "tcp", "FromPort": "1", "ToPort": 1, "CidrIp": "10.0.0.0/8"}


@pytest.mark.parametrize(("resource_type", "properties", "message"), [
    ("AWS::Logs::LogGroup", {"RetentionInDays": "31"}, "#/RetentionInDays: failed validation constraint for keyword [enum]"),
    ("AWS::Logs::LogGroup", {"LogGroupName": "a b"}, "#/LogGroupName: failed validation constraint for keyword [pattern]"),
    ("AWS::Logs::LogGroup", {"Name": "g"}, "#: extraneous key [Name] is not permitted"),
    ("AWS::Logs::LogGroup", {"Arn": "a"}, "Encountered unsupported property Arn"),
    ("AWS::ServiceDiscovery::Service", {"DnsConfig": {}}, "#/DnsConfig: required key [DnsRecords] not found"),
    ("AWS::ServiceDiscovery::Service", {**SERVICE, "DnsConfig": {"DnsRecords": {}}},
     "#/DnsConfig/DnsRecords: expected type: JSONArray, found: JSONObject"),
    ("AWS::EC2::SecurityGroup", {}, "#: required key [GroupDescription] not found"),
    ("AWS::EC2::SecurityGroupIngress", {**RULE, "FromPort": "all"}, "#/FromPort: expected type: Number, found: String"),
    ("AWS::EC2::SecurityGroupIngress", {**RULE, "FromPort": -2}, "#/FromPort: failed validation constraint for keyword [minimum]"),
    ("AWS::EC2::SecurityGroup", {"GroupDescription": "it's"}, "#/GroupDescription: failed validation constraint for keyword [pattern]"),
    ("AWS::IAM::Role", {**ROLE, "Description": "what\u2019s read"}, "#/Description: failed validation constraint for keyword [pattern]"),
    ("AWS::ServiceDiscovery::Service", {**SERVICE, "Description": 1025 * "d"},
     "#/Description: failed validation constraint for keyword [maxLength]"),
    ("AWS::Nothing::Here", {}, "it is no resource type of the registry"),
])  # fmt: skip
def test_a_property_that_the_schema_does_not_allow_fails_the_resource(resource_type, properties, message):
    with pytest.raises(InvalidResource) as refused:
        require_valid(resource_type, "Thing", properties, report.Report(None))
    assert str(refused.value) == f"Properties validation failed for resource Thing with message:\n{message}"


@pytest.mark.parametrize(("resource_type", "properties", "message"), [
    ("AWS::EC2::SecurityGroupIngress", {**RULE, "Description": "the clients' addresses"},
     "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. "
     "_-:/()#,@[]+=&;{}!$* (Service: Ec2, Status Code: 400, Request ID: "),
    ("AWS::EC2::SecurityGroup", {"GroupDescription": "d", "GroupName": "it's"}, "Invalid security group name. Valid names are"),
    ("AWS::EC2::SecurityGroup", {"GroupDescription": "d", "SecurityGroupIngress": [
        {"IpProtocol": "tcp", "SourceSecurityGroupId": "sg-1", "Description": "a & b"}]}, "Invalid rule description"),
    ("AWS::ECS::Service", {"ServiceName": "a.b"}, "Value 'a.b' at 'serviceName' failed to satisfy constraint: Member must satisfy regular"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", {"Name": "a-"}, "at 'name' failed to satisfy constraint"),
])  # fmt: skip
def test_a_property_that_its_api_does_not_allow_fails_the_resource(resource_type, properties, message):
    seen = report.Report(None)
    with pytest.raises(InvalidResource) as refused:
        require_valid(resource_type, "Thing", properties, seen)
    assert str(refused.value).startswith('Resource handler returned message: "')
    assert message in str(refused.value)
    assert str(refused.value).endswith("HandlerErrorCode: InvalidRequest)")
    assert [(it["side"], it["call"]) for it in seen.as_dict()["violations"]] == [("resource", resource_type)]


def test_what_fits_both_passes():
    rule = {**RULE, "Description": "a & b (c), d"}
    of_aws = [{"Key": "aws:cloudformation:stack-name", "Value": "s"}]
    for resource_type, properties in (
        ("AWS::EC2::SecurityGroupIngress", rule),
        ("AWS::EC2::SecurityGroup", {"GroupDescription": "d", "Tags": of_aws}),
        ("AWS::ServiceDiscovery::Service", SERVICE),
        ("AWS::IAM::Role", {**ROLE, "Description": "ok", "MaxSessionDuration": "3600"}),
        ("AWS::ECS::TaskDefinition", {"Family": "f", "ContainerDefinitions": [{"Name": "c", "Image": "i", "Essential": "true"}]}),
        ("Custom::Anything", {"x": 1}),
    ):
        require_valid(resource_type, "Thing", properties, report.Report(None))


def test_every_type_of_the_table_is_one_of_the_registry():
    assert [name for name in TYPES if schema.schema_of(name) is None] == []


def test_every_line_of_the_table_leads_to_a_member():
    """A renamed member that a new botocore does not have would check nothing."""
    for name, api in TYPES.items():
        for path, member in api.renamed.items():
            found = check.target_of(api, path, {})
            assert found is not None, f"{name} {path}: {member}"


def test_every_documented_constraint_is_in_the_documentation():
    session = botocore.session.get_session()
    for (service, shape, member), constraint in DOCUMENTED.items():
        text = session.get_service_model(service).shape_for(shape).members[member].documentation
        assert constraint.sentence in html.unescape(re.sub(r"<[^>]+>", "", text)), (service, shape, member)
