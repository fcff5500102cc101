"""What a stack does and takes while it is created, updated, rolled back and deleted."""

import json

from cloudformation_cloud import cloud, failure, service_template, topic

__all__ = ["cloud"]


def service_pair(stack: str) -> dict:
    template = service_template()
    other = {**template["Resources"]["Service"]["Properties"], "ServiceName": f"{stack}-other"}
    template["Resources"]["Other"] = {"Type": "AWS::ECS::Service", "Properties": other}
    return template


def test_a_stack_that_failed_to_create_must_be_deleted_first(cloud):
    stack = cloud.name()
    broken = {"Resources": {"Policy": {"Type": "AWS::IAM::RolePolicy", "Properties": {
        "PolicyName": "p", "RoleName": "nobody", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}}}}}  # fmt: skip
    failed = cloud.deploy(stack, broken)
    assert failed["StackStatus"] == "ROLLBACK_COMPLETE"
    [event] = [e for e in cloud.events(stack) if e["ResourceStatus"] == "CREATE_FAILED"]
    assert event["ResourceStatusReason"] == "The role with name nobody cannot be found."
    for kind in ("CREATE", "UPDATE"):
        code, message = failure(
            cloud.cfn.create_change_set,
            StackName=stack, ChangeSetName="c2", ChangeSetType=kind, TemplateBody=json.dumps(topic()),
        )  # fmt: skip
        assert code == "ValidationError"
        assert message == f"Stack:{failed['StackId']} is in ROLLBACK_COMPLETE state and can not be updated."


def test_a_busy_stack_takes_no_change_set(cloud):
    stack = cloud.name()
    stuck = {"Resources": {"Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"}, "Wait": {
        "Type": "AWS::CloudFormation::WaitCondition",
        "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "3"}}}}  # fmt: skip
    arn = cloud.start(stack, stuck)
    code, message = failure(
        cloud.cfn.create_change_set, StackName=stack, ChangeSetName="c2", TemplateBody=json.dumps(topic())
    )
    assert (code, message) == (
        "ValidationError",
        f"Stack:{arn} is in CREATE_IN_PROGRESS state and can not be updated.",
    )
    cloud.settled(stack)


def test_a_deleted_stack_is_described_by_its_arn_after_the_name_is_used_again(cloud):
    stack = cloud.name()
    old = cloud.start(stack, topic(), token="first-create")
    cloud.settled(stack)
    cloud.cfn.delete_stack(StackName=stack)
    assert cloud.settled(old)["StackStatus"] == "DELETE_COMPLETE"
    assert failure(cloud.cfn.describe_stacks, StackName=stack) == (
        "ValidationError",
        f"Stack with id {stack} does not exist",
    )
    new = cloud.start(stack, topic())
    cloud.settled(stack)
    assert old != new
    assert cloud.stack(old)["StackStatus"] == "DELETE_COMPLETE"
    assert cloud.stack(stack)["StackId"] == new
    assert {event.get("ClientRequestToken") for event in cloud.events(old)} >= {"first-create"}


def test_events_carry_the_token_of_their_operation(cloud):
    stack = cloud.name()
    cloud.start(stack, topic(), token="create-1")
    cloud.settled(stack)
    cloud.start(stack, topic("two"), "UPDATE", token="update-2")
    cloud.settled(stack)
    tokens = [
        (event["ResourceStatus"], event.get("ClientRequestToken"))
        for event in cloud.events(stack)
        if event["LogicalResourceId"] == "Parameter"
    ]
    assert tokens == [
        ("CREATE_IN_PROGRESS", "create-1"),
        ("CREATE_IN_PROGRESS", "create-1"),
        ("CREATE_COMPLETE", "create-1"),
        ("UPDATE_IN_PROGRESS", "update-2"),
        ("UPDATE_COMPLETE", "update-2"),
    ]


def test_a_failed_update_goes_back_and_names_its_cause(cloud):
    stack = cloud.name()
    cloud.deploy(stack, topic("before"))
    broken = topic("after")
    broken["Resources"]["Rule"] = {"Type": "AWS::EC2::SecurityGroupIngress", "DependsOn": "Parameter", "Properties": {
        "GroupId": "sg-none", "IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "CidrIp": "10.0.0.0/8"}}  # fmt: skip
    ended = cloud.deploy(stack, broken, "UPDATE")
    assert ended["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    [failed] = [e for e in cloud.events(stack) if e["ResourceStatus"] == "CREATE_FAILED"]
    assert failed["ResourceStatusReason"] == "The security group 'sg-none' does not exist"
    name = cloud.physical_id(stack, "Parameter")
    assert cloud.client("ssm").get_parameter(Name=name)["Parameter"]["Value"] == "before"
    assert cloud.statuses(stack, stack)[-4:] == [
        "UPDATE_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE",
    ]


def test_without_rollback_a_failed_update_stays_until_it_is_rolled_back(cloud):
    stack = cloud.name()
    cloud.deploy(stack, topic("before"))
    broken = topic("after")
    broken["Resources"]["Rule"] = {"Type": "AWS::EC2::SecurityGroupIngress", "DependsOn": "Parameter", "Properties": {
        "GroupId": "sg-none", "IpProtocol": "tcp", "CidrIp": "10.0.0.0/8"}}  # fmt: skip
    change_set = cloud.change_set(stack, broken)
    cloud.cfn.execute_change_set(ChangeSetName=change_set["ChangeSetId"], DisableRollback=True)
    failed = cloud.settled(stack)
    assert failed["StackStatus"] == "UPDATE_FAILED"
    assert "failed to create: [Rule]" in failed["StackStatusReason"]
    cloud.cfn.rollback_stack(StackName=stack)
    assert cloud.settled(stack)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    name = cloud.physical_id(stack, "Parameter")
    assert cloud.client("ssm").get_parameter(Name=name)["Parameter"]["Value"] == "before"


def test_an_update_that_runs_cannot_be_deleted(cloud):
    stack = cloud.name()
    arn = cloud.start(stack, topic())
    cloud.settled(stack)
    stuck = topic()
    stuck["Resources"].update(
        Handle={"Type": "AWS::CloudFormation::WaitConditionHandle"},
        Wait={"Type": "AWS::CloudFormation::WaitCondition",
              "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "2"}},
    )  # fmt: skip
    cloud.start(stack, stuck, "UPDATE")
    code, message = failure(cloud.cfn.delete_stack, StackName=stack)
    assert code == "ValidationError"
    assert message == f"Stack [{arn}] cannot be deleted while in status UPDATE_IN_PROGRESS"
    cloud.settled(stack)


def test_a_delete_takes_independent_resources_side_by_side_and_what_they_use_afterwards(cloud):
    stack = cloud.name()
    arn = cloud.start(stack, service_pair(stack))
    cloud.settled(stack)
    cloud.cfn.delete_stack(StackName=stack)
    cloud.settled(arn)
    seen = [(e["LogicalResourceId"], e["ResourceStatus"]) for e in cloud.events(arn) if "DELETE" in e["ResourceStatus"]]
    services = [status for name, status in seen if name in ("Service", "Other")]
    assert services == ["DELETE_IN_PROGRESS"] * 2 + ["DELETE_COMPLETE"] * 2
    # What they use goes after both.
    assert seen.index(("TaskDefinition", "DELETE_IN_PROGRESS")) > seen.index(("Service", "DELETE_COMPLETE"))
