"""A stack's operation has the rights of whoever started it, or of its service role, and asks for each of them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
"""

import json
import re

import pytest
from cloudformation_cloud import Cloud, cloud, failure, wait  # noqa: F401
from rights_cloud import acting_as, allow, asked, reason, role

GROUP = "arn:aws:logs:eu-west-1:000000000000:log-group:"
STACKS = allow("cloudformation:*")
READING = allow("logs:Describe*")


def _template(name: str, days: int = 1) -> str:
    properties = {"LogGroupName": name, "RetentionInDays": days}
    return json.dumps({"Resources": {"Group": {"Type": "AWS::Logs::LogGroup", "Properties": properties}}})


def _groups(*without: str, name: str = "*") -> dict:
    actions = {
        "CreateLogGroup", "DeleteLogGroup", "PutRetentionPolicy", "DeleteRetentionPolicy", "TagResource", "UntagResource",
        "ListTagsForResource", "GetDataProtectionPolicy", "DeleteDataProtectionPolicy", "PutDataProtectionPolicy",
        "AssociateKmsKey", "DisassociateKmsKey", "PutLogGroupDeletionProtection",
    }  # fmt: skip
    return allow(*(f"logs:{action}" for action in actions - set(without)), resource=f"{GROUP}{name}")


def _made(cloud: Cloud, caller: str, name: str, **request: object) -> str:
    """The state in which a stack made by this caller ends."""
    acting_as(cloud, caller).create_stack(StackName=name, TemplateBody=_template(name), **request)
    return cloud.settled(name)["StackStatus"]


def test_a_caller_with_the_rights_of_the_handlers_makes_changes_and_deletes(cloud: Cloud) -> None:
    name = cloud.name()
    caller = role(cloud, STACKS, READING, _groups(name=name))
    assert _made(cloud, caller, name) == "CREATE_COMPLETE"
    as_caller = acting_as(cloud, caller)
    as_caller.update_stack(StackName=name, TemplateBody=_template(name, 3))
    assert cloud.settled(name)["StackStatus"] == "UPDATE_COMPLETE"
    stack = cloud.stack(name)["StackId"]
    as_caller.delete_stack(StackName=name)
    assert wait(lambda: cloud.stack(stack), lambda it: it["StackStatus"].startswith("DELETE_C"))
    created = asked(cloud, caller, "AWS::Logs::LogGroup create")
    assert ("logs:CreateLogGroup", f"{GROUP}{name}") in created
    assert ("logs:DeleteLogGroup", f"{GROUP}{name}") in asked(cloud, caller, "AWS::Logs::LogGroup delete")


@pytest.mark.parametrize("missing", ["CreateLogGroup", "TagResource", "PutRetentionPolicy"])
def test_a_denial_fails_the_resource_in_awss_words_and_rolls_the_stack_back(cloud: Cloud, missing: str) -> None:
    name = cloud.name()
    caller = role(cloud, STACKS, READING, _groups(missing))
    assert _made(cloud, caller, name) == "ROLLBACK_COMPLETE"
    principal = caller.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/test"
    assert re.fullmatch(
        rf'Resource handler returned message: "User: {principal} is not authorized to perform: logs:{missing} on resource: '
        rf"{GROUP}{name} because no identity-based policy allows the logs:{missing} action \(Service: CloudWatchLogs; Status "
        r'Code: 400; Error Code: AccessDeniedException; Request ID: \S+; Proxy: null\)" '
        r"\(RequestToken: \S+, HandlerErrorCode: AccessDenied\)",
        reason(cloud, name, "Group", "CREATE_FAILED"),
    )


def test_what_is_there_when_a_right_is_denied_is_deleted_by_the_rollback(cloud: Cloud) -> None:
    name = cloud.name()
    caller = role(cloud, STACKS, READING, _groups("PutRetentionPolicy"))
    assert _made(cloud, caller, name) == "ROLLBACK_COMPLETE"
    assert cloud.statuses(name, "Group") == [
        "CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_FAILED", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"
    ]  # fmt: skip


def test_a_rollback_that_may_not_delete_fails(cloud: Cloud) -> None:
    name = cloud.name()
    caller = role(cloud, STACKS, READING, _groups("PutRetentionPolicy", "DeleteLogGroup"))
    assert _made(cloud, caller, name) == "ROLLBACK_FAILED"
    assert "not authorized to perform: logs:DeleteLogGroup" in reason(cloud, name, "Group", "DELETE_FAILED")


def test_an_update_asks_the_one_who_updates(cloud: Cloud) -> None:
    name = cloud.name()
    assert _made(cloud, role(cloud, STACKS, READING, _groups()), name) == "CREATE_COMPLETE"
    other = role(cloud, STACKS, READING, _groups("PutRetentionPolicy"))
    acting_as(cloud, other).update_stack(StackName=name, TemplateBody=_template(name, 3))
    assert cloud.settled(name)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "logs:PutRetentionPolicy" in reason(cloud, name, "Group", "UPDATE_FAILED")


def test_a_change_set_is_executed_with_the_rights_of_who_executes_it(cloud: Cloud) -> None:
    name = cloud.name()
    plan = cloud.change_set(name, _template(name), "CREATE")
    caller = role(cloud, STACKS, READING)
    acting_as(cloud, caller).execute_change_set(ChangeSetName=plan["ChangeSetId"])
    assert cloud.settled(name)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "logs:CreateLogGroup" in reason(cloud, name, "Group", "CREATE_FAILED")


def test_the_accounts_root_is_not_asked(cloud: Cloud) -> None:
    name = cloud.name()
    assert cloud.deploy(name, _template(name))["StackStatus"] == "CREATE_COMPLETE"


def test_a_service_role_acts_instead_of_the_caller_and_from_then_on(cloud: Cloud) -> None:
    name = cloud.name()
    service_role = role(cloud, READING, _groups())
    to_cloudformation = {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}
    caller = role(cloud, STACKS, allow("iam:PassRole", resource=service_role, **to_cloudformation))
    assert _made(cloud, caller, name, RoleARN=service_role) == "CREATE_COMPLETE"
    assert ("logs:CreateLogGroup", f"{GROUP}{name}") in asked(cloud, service_role, "AWS::Logs::LogGroup create")
    stack = cloud.stack(name)["StackId"]
    acting_as(cloud, caller).delete_stack(StackName=name)
    assert wait(lambda: cloud.stack(stack), lambda it: it["StackStatus"].startswith("DELETE_C"))


def test_a_service_role_of_a_change_set_is_asked_when_it_is_executed(cloud: Cloud) -> None:
    name = cloud.name()
    powerless = role(cloud)
    plan = cloud.change_set(name, _template(name), "CREATE", RoleARN=powerless)
    cloud.cfn.execute_change_set(ChangeSetName=plan["ChangeSetId"])
    assert cloud.settled(name)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert f"assumed-role/{powerless.rsplit('/', 1)[-1]}/" in reason(cloud, name, "Group", "CREATE_FAILED")


@pytest.mark.parametrize("action", ["create_stack", "create_change_set"])
def test_handing_cloudformation_a_role_needs_the_right_to_pass_it(cloud: Cloud, action: str) -> None:
    name, service_role = cloud.name(), role(cloud, READING, _groups())
    request = {"ChangeSetName": "plan", "ChangeSetType": "CREATE"} if action == "create_change_set" else {}
    call = getattr(acting_as(cloud, role(cloud, STACKS)), action)
    code, message = failure(call, StackName=name, TemplateBody=_template(name), RoleARN=service_role, **request)
    assert code == "AccessDenied"
    assert f"is not authorized to perform: iam:PassRole on resource: {service_role} because" in message


def test_parameters_of_an_ec2_type_are_looked_up_in_the_callers_name(cloud: Cloud) -> None:
    template = json.loads(_template(cloud.name()))
    subnet = cloud.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    template["Parameters"] = {"Subnets": {"Type": "List<AWS::EC2::Subnet::Id>", "Default": subnet}}
    for rights, status in (((), "ROLLBACK_COMPLETE"), (("ec2:DescribeSubnets",), "CREATE_COMPLETE")):
        name = cloud.name()
        caller = role(cloud, STACKS, READING, _groups(), *([allow(*rights)] if rights else []))
        acting_as(cloud, caller).create_stack(StackName=name, TemplateBody=json.dumps(template))
        assert cloud.settled(name)["StackStatus"] == status
        if not rights:
            refused = "AccessDenied. User doesn't have permission to call ec2:DescribeSubnets"
            assert reason(cloud, name, name, "ROLLBACK_IN_PROGRESS") == refused
            assert cloud.statuses(name, "Group") == []


def test_a_tag_of_the_stack_lets_its_own_resources_be_deleted_and_no_others(cloud: Cloud) -> None:
    name = cloud.name()
    own = {"StringEquals": {"aws:ResourceTag/aws:cloudformation:stack-name": name}}
    create = allow("ec2:CreateSecurityGroup", "ec2:CreateTags", "ec2:Describe*", "ec2:Authorize*", "ec2:Revoke*")
    delete = allow("ec2:DeleteSecurityGroup", **own)
    template = {
        "Resources": {"Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "of a test"}}}
    }
    caller = role(cloud, STACKS, create, delete)
    for stack, expected in ((name, "DELETE_COMPLETE"), (cloud.name(), "DELETE_FAILED")):
        as_caller = acting_as(cloud, caller)
        arn = as_caller.create_stack(StackName=stack, TemplateBody=json.dumps(template))["StackId"]
        assert cloud.settled(stack)["StackStatus"] == "CREATE_COMPLETE", cloud.events(stack)
        as_caller.delete_stack(StackName=stack)
        ended = wait(lambda: cloud.stack(arn), lambda it: it["StackStatus"].startswith(("DELETE_C", "DELETE_F")))
        assert ended["StackStatus"] == expected
