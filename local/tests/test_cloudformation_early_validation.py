"""What CreateChangeSet and CreateStack find before anything is made, and DescribeEvents telling it."""

import json

import pytest
from cloudformation_cloud import cloud, failure, service_template, topic, wait

__all__ = ["cloud"]

TEXT = (
    "The following hook(s)/validation failed: [{}]. To troubleshoot Early Validation errors, use the DescribeEvents API "
    "for detailed failure information."
)
TAKEN = TEXT.format("AWS::EarlyValidation::ResourceExistenceCheck")
TRUST = {"Version": "2012-10-17", "Statement": []}


def group(name: str) -> dict:
    return {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}}


def failed_events(cloud, **request) -> list[dict]:
    return cloud.cfn.describe_events(Filters={"FailedEvents": True}, **request)["OperationEvents"]


def test_a_taken_name_fails_the_change_set_and_describe_events_tells_whose(cloud):
    first, second = cloud.name(), cloud.name()
    cloud.deploy(first, {"Resources": {"Group": group(f"/ecs/{first}")}})
    wanted = {"Resources": {"Group": group(f"/ecs/{first}"), "Other": group(f"/ecs/{second}")}}
    change_set = cloud.change_set(second, wanted, "CREATE")
    assert (change_set["Status"], change_set["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert change_set["StatusReason"] == TAKEN
    assert cloud.stack(second)["StackStatus"] == "REVIEW_IN_PROGRESS"
    arn = change_set["ChangeSetId"]
    [found] = failed_events(cloud, ChangeSetName=arn)
    ended = cloud.cfn.describe_events(ChangeSetName=arn)["OperationEvents"][0]
    assert (ended["EventType"], ended["OperationStatus"], ended["OperationType"]) == (
        "STACK_EVENT",
        "FAILED",
        "CREATE_CHANGESET",
    )
    assert ended["StartTime"] <= found["Timestamp"] <= ended["EndTime"]
    assert {key: found[key] for key in found if key not in ("EventId", "Timestamp", "PhysicalResourceId")} == {
        "StackId": change_set["StackId"],
        "OperationId": ended["OperationId"],
        "OperationType": "CREATE_CHANGESET",
        "EventType": "VALIDATION_ERROR",
        "LogicalResourceId": "Group",
        "ResourceType": "AWS::Logs::LogGroup",
        "ValidationFailureMode": "FAIL",
        "ValidationName": "NAME_CONFLICT_VALIDATION",
        "ValidationStatus": "FAILED",
        "ValidationStatusReason": f"Resource of type 'AWS::Logs::LogGroup' with identifier '/ecs/{first}' already exists.",
        "ValidationPath": "/Resources/Group",
    }
    for request in (
        {"ChangeSetName": arn, "StackName": second},
        {"ChangeSetName": change_set["ChangeSetName"], "StackName": second},
        {"OperationId": found["OperationId"]},
        {"StackName": change_set["StackId"]},
    ):
        assert [event["EventId"] for event in failed_events(cloud, **request)] == [found["EventId"]]
    # Deleted, as CDK does before it asks, it is still known by its ARN.
    cloud.cfn.delete_change_set(ChangeSetName=arn)
    assert len(failed_events(cloud, ChangeSetName=arn)) == 1


@pytest.mark.parametrize("given", [{}, {"ChangeSetName": "by-name"}])
def test_what_names_no_operation_is_refused(cloud, given):
    assert failure(cloud.cfn.describe_events, **given) == (
        "ValidationError",
        "One of ChangeSetName, OperationId or StackName must be specified",
    )


def test_names_of_services_roles_and_secrets_are_looked_at_where_they_are_unique(cloud):
    first, second = cloud.name(), cloud.name()
    template = service_template(ServiceName=first)
    template["Resources"]["Role"] = {
        "Type": "AWS::IAM::Role",
        "Properties": {"RoleName": first, "AssumeRolePolicyDocument": TRUST},
    }
    template["Resources"]["Secret"] = {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": first}}
    assert cloud.deploy(first, template)["StackStatus"] == "CREATE_COMPLETE"
    change_set = cloud.change_set(second, template, "CREATE")
    assert change_set["StatusReason"] == TAKEN
    events = failed_events(cloud, ChangeSetName=change_set["ChangeSetId"])
    assert {event.get("LogicalResourceId") for event in events} == {"Service", "Role", "Secret"}
    elsewhere = service_template(ServiceName=first, Cluster="full")
    assert cloud.change_set(second, elsewhere, "CREATE")["Status"] == "CREATE_COMPLETE"


def test_a_stack_keeps_its_own_names_and_may_not_take_another_ones(cloud):
    first, second = cloud.name(), cloud.name()
    cloud.deploy(first, {"Resources": {"Group": group(f"/ecs/{first}")}})
    own = {"Group": group(f"/ecs/{second}"), **topic()["Resources"]}
    cloud.deploy(second, {"Resources": own})
    kept = {"Resources": {**own, **topic("two")["Resources"]}}
    assert cloud.change_set(second, kept)["Status"] == "CREATE_COMPLETE"
    renamed = {"Resources": {**own, "Group": group(f"/ecs/{first}")}}
    assert cloud.change_set(second, renamed)["StatusReason"] == TAKEN
    # The same name under another logical id: CloudFormation makes the new one before it deletes the old one.
    moved = {"Resources": {"Moved": group(f"/ecs/{second}"), **topic()["Resources"]}}
    assert cloud.change_set(second, moved)["StatusReason"] == TAKEN


def test_a_property_outside_its_schema_fails_the_change_set(cloud):
    stack = cloud.name()
    rule = {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": {"Transforms": [{"Type": "none"}]}}
    change_set = cloud.change_set(stack, {"Resources": {"Rule": rule}}, "CREATE")
    assert change_set["StatusReason"] == TEXT.format("AWS::EarlyValidation::PropertyValidation")
    found = failed_events(cloud, ChangeSetName=change_set["ChangeSetId"])[-1]
    assert found["ValidationName"] == "PROPERTY_VALIDATION"
    assert found["ValidationPath"].startswith("/Resources/Rule/Properties/Transforms")


def test_a_name_taken_after_the_change_set_fails_the_resource_itself(cloud):
    stack = cloud.name()
    change_set = cloud.change_set(stack, {"Resources": {"Group": group(f"/ecs/{stack}")}}, "CREATE")
    cloud.client("logs").create_log_group(logGroupName=f"/ecs/{stack}")
    cloud.cfn.execute_change_set(ChangeSetName=change_set["ChangeSetId"])
    assert cloud.settled(stack)["StackStatus"] == "ROLLBACK_COMPLETE"
    [failed] = [event for event in cloud.events(stack) if event["ResourceStatus"] == "CREATE_FAILED"]
    assert failed["LogicalResourceId"] == "Group"


def test_create_stack_stops_before_anything_is_made(cloud):
    first, second = cloud.name(), cloud.name()
    cloud.deploy(first, {"Resources": {"Group": group(f"/ecs/{first}")}})
    wanted = {"Resources": {"Group": group(f"/ecs/{first}"), **topic()["Resources"]}}
    created = cloud.cfn.create_stack(StackName=second, TemplateBody=json.dumps(wanted))
    assert cloud.settled(second)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert {event["LogicalResourceId"] for event in cloud.events(second)} == {second}
    events = failed_events(cloud, OperationId=created["OperationId"])
    assert [event["ValidationStatusReason"] for event in events if event["EventType"] == "VALIDATION_ERROR"] == [
        f"Resource of type 'AWS::Logs::LogGroup' with identifier '/ecs/{first}' already exists."
    ]


def test_a_parameter_that_names_nothing_rolls_back_at_once(cloud):
    stack = cloud.name()
    ec2 = cloud.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    kinds = {
        "Vpc": ("AWS::EC2::VPC::Id", vpc),
        "Subnets": ("List<AWS::EC2::Subnet::Id>", f"{subnet}, subnet-0none"),
        "Group": ("AWS::EC2::SecurityGroup::Id", "sg-0none"),
        "Key": ("AWS::EC2::KeyPair::KeyName", "none"),
        "Image": ("AWS::EC2::Image::Id", "ami-0none"),
    }
    template = topic(Parameters={name: {"Type": kind} for name, (kind, _) in kinds.items()})
    parameters = [{"ParameterKey": name, "ParameterValue": value} for name, (_, value) in kinds.items()]
    change_set = cloud.change_set(stack, template, "CREATE", Parameters=parameters)
    assert change_set["Status"] == "CREATE_COMPLETE"
    cloud.cfn.execute_change_set(ChangeSetName=change_set["ChangeSetId"])
    cloud.settled(stack)
    assert [(event["ResourceStatus"], event.get("ResourceStatusReason", "")) for event in cloud.events(stack)][-2:] == [
        (
            "ROLLBACK_IN_PROGRESS",
            "Parameter validation failed: parameter value subnet-0none for parameter name Subnets does not exist, "
            "parameter value sg-0none for parameter name Group does not exist, parameter value none for parameter "
            "name Key does not exist, parameter value ami-0none for parameter name Image does not exist. Rollback "
            "requested by user.",
        ),
        ("ROLLBACK_COMPLETE", ""),
    ]
    assert not [event for event in cloud.events(stack) if event["LogicalResourceId"] == "Parameter"]


BRANCHES = {
    "Fn::Select": ({"Fn::Select": ["6", {"Fn::Split": [":", {"Ref": "Arn"}]}]}, "Fn::Select cannot select nonexistent"),
    "Fn::FindInMap": ({"Fn::FindInMap": ["Map", {"Ref": "Arn"}, "Key"]}, "Unable to get mapping for Map::::Key"),
}


@pytest.mark.parametrize("where", ["branch", "resource", "output"])
@pytest.mark.parametrize("function", BRANCHES)
def test_a_branch_that_is_not_taken_must_work_too(cloud, function, where):
    call, reason = BRANCHES[function]
    value = {"Fn::If": ["Given", call, "none"]} if where == "branch" else call
    body = topic(
        Parameters={"Arn": {"Type": "String", "Default": ""}},
        Conditions={"Given": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Arn"}, ""]}]}},
        Mappings={"Map": {"there": {"Key": "value"}}},
    )
    sometimes = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}
    if where == "output":
        body["Outputs"] = {"Value": {"Value": value, "Condition": "Given"}}
    else:
        body["Resources"]["Sometimes"] = {**sometimes, **({"Condition": "Given"} if where == "resource" else {})}
    request = {"StackName": cloud.name(), "ChangeSetName": "c", "ChangeSetType": "CREATE"}
    code, message = failure(cloud.cfn.create_change_set, TemplateBody=json.dumps(body), **request)
    assert code == "ValidationError"
    assert reason in message


def test_a_branch_that_is_not_taken_may_refer_to_what_is_left_out(cloud):
    stack = cloud.name()
    never = {**topic()["Resources"]["Parameter"], "Condition": "Never"}
    body = topic(
        {"Fn::If": ["Never", {"Fn::Select": ["0", {"Fn::Split": [":", {"Ref": "Other"}]}]}, "one"]},
        Conditions={"Never": {"Fn::Equals": ["a", "b"]}},
    )
    body["Resources"]["Other"] = never
    assert cloud.deploy(stack, body)["StackStatus"] == "CREATE_COMPLETE"
    assert wait(lambda: cloud.stack(stack), lambda found: found)["StackName"] == stack
