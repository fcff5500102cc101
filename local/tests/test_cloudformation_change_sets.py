"""Change sets as a deployer meets them."""

import json

from cloudformation_cloud import cloud, failure, outputs, topic, wait

__all__ = ["cloud"]

NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)
SECRET_KEY = "a-key-nobody-may-see"


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


def test_conditions_know_functions_and_pseudo_parameters(cloud):
    stack = cloud.name()
    parameter = topic()["Resources"]["Parameter"]
    equal = {
        "Joined": ["", {"Fn::Join": ["", {"Ref": "List"}]}],
        "Substituted": [f"{cloud.cfn.meta.region_name}-x", {"Fn::Sub": "${AWS::Region}-x"}],
        "Pseudo": ["aws", {"Ref": "AWS::Partition"}],
        "Found": ["value", {"Fn::FindInMap": ["Map", {"Ref": "AWS::Region"}, "Key"]}],
    }
    body = {
        "Parameters": {"List": {"Type": "CommaDelimitedList", "Default": ""}},
        "Mappings": {"Map": {cloud.cfn.meta.region_name: {"Key": "value"}}},
        "Conditions": {name: {"Fn::Equals": operands} for name, operands in equal.items()},
        "Resources": {
            "Always": parameter,
            **{f"If{name}": {**parameter, "Condition": name} for name in equal},
        },
    }
    assert cloud.deploy(stack, body)["StackStatus"] == "CREATE_COMPLETE"
    made = cloud.cfn.describe_stack_resources(StackName=stack)["StackResources"]
    assert {each["LogicalResourceId"] for each in made} == {"Always", *(f"If{name}" for name in equal)}
