"""What deployers rely on and MiniStack does by itself: pinned here, so that neither it nor the extension loses it.

These tests pass without the extension too.
"""

import json

from cloudformation_cloud import REGION, cloud, failure

__all__ = ["cloud"]

NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)


def topic(value: str = "one") -> dict:
    properties = {"Type": "String", "Value": value}
    return {"Resources": {"Parameter": {"Type": "AWS::SSM::Parameter", "Properties": properties}}}


def definition(family: str) -> dict:
    container = {"Name": "app", "Image": "app", "Memory": 64}
    properties = {"Family": family, "ContainerDefinitions": [container]}
    return {"Resources": {"TaskDefinition": {"Type": "AWS::ECS::TaskDefinition", "Properties": properties}}}


def test_an_unchanged_stack_gives_the_text_deployers_look_for(cloud):
    stack = cloud.name()
    cloud.deploy(stack, topic())
    unchanged = cloud.change_set(stack, topic())
    assert (unchanged["Status"], unchanged["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert unchanged["StatusReason"] == NO_CHANGES
    # The empty change set can be removed, and the stack is as it was.
    cloud.cfn.delete_change_set(ChangeSetName=unchanged["ChangeSetId"], StackName=stack)
    assert cloud.cfn.list_change_sets(StackName=stack)["Summaries"][0]["ExecutionStatus"] == "EXECUTE_COMPLETE"


def test_an_existing_stack_is_not_created_again(cloud):
    stack = cloud.name()
    cloud.deploy(stack, topic())
    code, _ = failure(
        cloud.cfn.create_change_set,
        StackName=stack, ChangeSetName="c2", ChangeSetType="CREATE", TemplateBody=json.dumps(topic()),
    )  # fmt: skip
    assert code == "AlreadyExistsException"


def test_the_original_template_comes_back_byte_for_byte(cloud):
    stack = cloud.name()
    text = (
        "# a comment, trailing spaces   \nResources:\n  Parameter:\n    Type: AWS::SSM::Parameter\n"
        "    Properties: {Type: String, Value: 'ü <&> \"x\"'}\n\n"
    )
    cloud.deploy(stack, text)
    got = cloud.client("cloudformation").get_template(StackName=stack, TemplateStage="Original")["TemplateBody"]
    assert got == text


def test_iam_resources_need_the_callers_consent(cloud):
    role = {"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}}}}  # fmt: skip
    code, _ = failure(
        cloud.cfn.create_change_set,
        StackName=cloud.name(), ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=json.dumps(role),
    )  # fmt: skip
    assert code == "InsufficientCapabilitiesException"


def test_deleting_the_stack_deregisters_it(cloud):
    stack = cloud.name()
    arn = cloud.start(stack, definition(stack))
    cloud.settled(stack)
    cloud.cfn.delete_stack(StackName=stack)
    cloud.settled(arn)
    assert cloud.ecs.describe_task_definition(taskDefinition=f"{stack}:1")["taskDefinition"]["status"] == "INACTIVE"


def test_the_callers_rights_are_checked_and_the_resources_are_not(cloud):
    stack, user = cloud.name(), cloud.name()
    iam = cloud.client("iam")
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    limited = cloud.session.create_client(
        "cloudformation", region_name=REGION, endpoint_url=cloud.endpoint,
        aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"],
    )  # fmt: skip
    code, message = failure(limited.create_stack, StackName=stack, TemplateBody=json.dumps(topic()))
    assert code == "AccessDenied"
    assert f"user/{user} is not authorized to perform: cloudformation:CreateStack" in message
    allowed = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "cloudformation:*", "Resource": "*"}]}  # fmt: skip
    iam.put_user_policy(UserName=user, PolicyName="deploy", PolicyDocument=json.dumps(allowed))
    limited.create_stack(StackName=stack, TemplateBody=json.dumps(topic()))
    assert cloud.settled(stack)["StackStatus"] == "CREATE_COMPLETE"
