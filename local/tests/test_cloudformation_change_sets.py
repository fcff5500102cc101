"""Change sets and stacks as a deployer meets them."""

import json

from cloudformation_cloud import cloud, failure, outputs, service_template, wait

__all__ = ["cloud"]

NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)
SECRET_KEY = "a-key-nobody-may-see"


def topic(value: str = "one", **sections) -> dict:
    parameter = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}
    return {"Resources": {"Parameter": parameter}, **sections}


def secret_template() -> dict:
    return {
        "Parameters": {
            "Key": {"Type": "String", "NoEcho": True},
            "Retention": {"Type": "Number", "Default": 7},
        },
        "Resources": {
            "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": {"Ref": "Key"}}},
            "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": {"Ref": "Retention"}}},
        },
    }


def test_a_change_set_passes_through_its_states(cloud):
    stack = cloud.name()
    created = cloud.cfn.create_change_set(
        StackName=stack, ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=json.dumps(topic())
    )
    seen = []
    while not seen or seen[-1][0] != "CREATE_COMPLETE":
        found = cloud.cfn.describe_change_set(ChangeSetName=created["Id"])
        state = found["Status"], found["ExecutionStatus"], len(found["Changes"])
        if state not in seen:
            seen.append(state)
    assert seen == [
        ("CREATE_PENDING", "UNAVAILABLE", 0),
        ("CREATE_IN_PROGRESS", "UNAVAILABLE", 0),
        ("CREATE_COMPLETE", "AVAILABLE", 1),
    ]
    assert cloud.stack(stack)["StackStatus"] == "REVIEW_IN_PROGRESS"


def test_a_change_set_that_is_not_complete_cannot_be_executed(cloud):
    stack = cloud.name()
    created = cloud.cfn.create_change_set(
        StackName=stack, ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=json.dumps(topic())
    )
    code, message = failure(cloud.cfn.execute_change_set, ChangeSetName=created["Id"])
    assert code == "InvalidChangeSetStatus"
    assert message == (
        f"ChangeSet [{created['Id']}] cannot be executed in its current status of [CREATE_PENDING]"
    )


def test_an_executed_change_set_keeps_its_status_and_cannot_be_executed_again(cloud):
    stack = cloud.name()
    change_set = cloud.change_set(stack, topic(), "CREATE")
    cloud.cfn.execute_change_set(ChangeSetName=change_set["ChangeSetId"])
    cloud.settled(stack)
    executed = cloud.cfn.describe_change_set(ChangeSetName=change_set["ChangeSetId"])
    assert (executed["Status"], executed["ExecutionStatus"]) == ("CREATE_COMPLETE", "EXECUTE_COMPLETE")
    code, message = failure(cloud.cfn.execute_change_set, ChangeSetName=change_set["ChangeSetId"])
    assert code == "InvalidChangeSetStatus"
    assert message.endswith("cannot be executed in its current execution status of [EXECUTE_COMPLETE]")


def test_a_change_of_outputs_alone_lists_nothing_and_is_executable(cloud):
    stack = cloud.name()
    cloud.deploy(stack, topic())
    changed = topic(Outputs={"Name": {"Value": {"Ref": "Parameter"}}})
    change_set = cloud.change_set(stack, changed)
    assert (change_set["Status"], change_set["ExecutionStatus"], change_set["Changes"]) == (
        "CREATE_COMPLETE",
        "AVAILABLE",
        [],
    )
    cloud.cfn.execute_change_set(ChangeSetName=change_set["ChangeSetId"])
    assert outputs(cloud.settled(stack))["Name"] == cloud.physical_id(stack, "Parameter")
    assert cloud.change_set(stack, changed)["StatusReason"] == NO_CHANGES


def test_a_second_create_change_set_uses_the_shell_of_the_first(cloud):
    stack = cloud.name()
    first = cloud.change_set(stack, topic(), "CREATE")
    second = cloud.change_set(stack, topic("two"), "CREATE")
    assert first["StackId"] == second["StackId"] == cloud.stack(stack)["StackId"]
    cloud.cfn.execute_change_set(ChangeSetName=second["ChangeSetId"])
    cloud.settled(stack)
    # Executing one deletes the others of its stack.
    code, _ = failure(cloud.cfn.describe_change_set, ChangeSetName=first["ChangeSetId"])
    assert code in ("ChangeSetNotFound", "ChangeSetNotFoundException")


def test_a_shell_takes_no_update_and_goes_with_its_delete(cloud):
    stack = cloud.name()
    arn = cloud.change_set(stack, topic(), "CREATE")["StackId"]
    code, message = failure(
        cloud.cfn.create_change_set,
        StackName=stack, ChangeSetName="u", ChangeSetType="UPDATE", TemplateBody=json.dumps(topic()),
    )  # fmt: skip
    assert code == "ValidationError"
    assert message == f"Stack:{arn} is in REVIEW_IN_PROGRESS state and can not be updated."
    cloud.cfn.delete_stack(StackName=stack)
    assert cloud.settled(arn)["StackStatus"] == "DELETE_COMPLETE"


def test_change_sets_are_found_by_the_arn_of_the_stack(cloud):
    stack = cloud.name()
    arn = cloud.start(stack, topic())
    cloud.settled(stack)
    cloud.cfn.create_change_set(StackName=arn, ChangeSetName="by-arn", TemplateBody=json.dumps(topic("two")))
    found = wait(
        lambda: cloud.cfn.describe_change_set(StackName=arn, ChangeSetName="by-arn"),
        lambda described: described["Status"] == "CREATE_COMPLETE",
    )
    assert found["StackName"] == stack
    assert "by-arn" in [s["ChangeSetName"] for s in cloud.cfn.list_change_sets(StackName=arn)["Summaries"]]
    cloud.cfn.execute_change_set(StackName=arn, ChangeSetName="by-arn")
    assert cloud.settled(arn)["StackStatus"] == "UPDATE_COMPLETE"


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


def test_a_no_echo_value_appears_nowhere(cloud):
    stack = cloud.name()
    key = [{"ParameterKey": "Key", "ParameterValue": SECRET_KEY}]
    change_set = cloud.change_set(stack, secret_template(), "CREATE", Parameters=key)
    assert {p["ParameterKey"]: p["ParameterValue"] for p in change_set["Parameters"]} == {
        "Key": "****",
        "Retention": "7",
    }
    cloud.cfn.execute_change_set(ChangeSetName=change_set["ChangeSetId"])
    cloud.settled(stack)
    described = [
        cloud.stack(stack),
        cloud.events(stack),
        cloud.cfn.describe_change_set(ChangeSetName=change_set["ChangeSetId"], IncludePropertyValues=True),
        cloud.cfn.get_template(StackName=stack),
        cloud.cfn.get_template_summary(StackName=stack),
        cloud.cfn.describe_stack_resources(StackName=stack),
    ]
    assert SECRET_KEY not in json.dumps(described, default=str)


def test_the_previous_value_of_a_no_echo_parameter_is_used(cloud):
    stack = cloud.name()
    key = [{"ParameterKey": "Key", "ParameterValue": SECRET_KEY}]
    cloud.deploy(stack, secret_template(), Parameters=key)
    arn = cloud.physical_id(stack, "Secret")
    same = [
        {"ParameterKey": "Key", "UsePreviousValue": True},
        {"ParameterKey": "Retention", "ParameterValue": "14"},
    ]
    created = cloud.cfn.create_change_set(
        StackName=stack, ChangeSetName="scale", UsePreviousTemplate=True, Parameters=same
    )
    change_set = wait(
        lambda: cloud.cfn.describe_change_set(ChangeSetName=created["Id"]),
        lambda found: found["Status"] == "CREATE_COMPLETE",
    )
    assert SECRET_KEY not in json.dumps(change_set, default=str)
    assert [c["ResourceChange"]["LogicalResourceId"] for c in change_set["Changes"]] == ["Group"]
    cloud.cfn.execute_change_set(ChangeSetName=created["Id"])
    cloud.settled(stack)
    assert cloud.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"] == SECRET_KEY


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


def test_parameters_must_be_those_of_the_template(cloud):
    stack = cloud.name()
    request = {"StackName": stack, "ChangeSetName": "c", "ChangeSetType": "CREATE"}
    template = json.dumps(secret_template())
    assert failure(cloud.cfn.create_change_set, TemplateBody=template, **request) == (
        "ValidationError",
        "Parameters: [Key] must have values",
    )
    given = [{"ParameterKey": name, "ParameterValue": "1"} for name in ("Key", "Kay", "Retention")]
    assert failure(cloud.cfn.create_change_set, TemplateBody=template, Parameters=given, **request) == (
        "ValidationError",
        "Parameters: [Kay] do not exist in the template",
    )
    # A refused request leaves no shell behind.
    assert failure(cloud.cfn.describe_stacks, StackName=stack)[1] == f"Stack with id {stack} does not exist"


def test_a_template_is_read_from_the_bucket_by_its_url(cloud):
    stack, bucket = cloud.name(), "templates.of-this-test"
    s3 = cloud.session.create_client(
        "s3", region_name="eu-west-1", endpoint_url=cloud.endpoint,
        aws_access_key_id="test", aws_secret_access_key="test",
    )  # fmt: skip
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=bucket, Key="re leases/t.yaml", Body=json.dumps(topic()))
    url = f"https://{bucket}.s3.eu-west-1.amazonaws.com/re%20leases/t.yaml"
    cloud.cfn.create_stack(StackName=stack, TemplateURL=url)
    assert cloud.settled(stack)["StackStatus"] == "CREATE_COMPLETE"
    assert json.loads(json.dumps(cloud.cfn.get_template(StackName=stack)["TemplateBody"])) == topic()


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


def service_pair(stack: str) -> dict:
    template = service_template()
    other = {**template["Resources"]["Service"]["Properties"], "ServiceName": f"{stack}-other"}
    template["Resources"]["Other"] = {"Type": "AWS::ECS::Service", "Properties": other}
    return template


def conditional() -> dict:
    parameter = topic()["Resources"]["Parameter"]
    return {
        "Parameters": {"Wanted": {"Type": "String", "Default": "no"}},
        "Conditions": {"IsWanted": {"Fn::Equals": [{"Ref": "Wanted"}, "yes"]}},
        "Resources": {"Always": parameter, "Sometimes": {**parameter, "Condition": "IsWanted"}},
    }


def test_a_resource_whose_condition_is_false_is_not_listed(cloud):
    stack = cloud.name()

    def changes(kind: str, wanted: str) -> dict[str, str]:
        parameters = [{"ParameterKey": "Wanted", "ParameterValue": wanted}]
        found = cloud.change_set(stack, conditional(), kind, Parameters=parameters)
        listed = [change["ResourceChange"] for change in found["Changes"]]
        if found["ExecutionStatus"] == "AVAILABLE":
            cloud.cfn.execute_change_set(ChangeSetName=found["ChangeSetId"])
            cloud.settled(stack)
        return {change["LogicalResourceId"]: change["Action"] for change in listed}

    assert changes("CREATE", "no") == {"Always": "Add"}
    assert changes("UPDATE", "no") == {}
    assert changes("UPDATE", "yes") == {"Sometimes": "Add"}
    assert changes("UPDATE", "no") == {"Sometimes": "Remove"}
