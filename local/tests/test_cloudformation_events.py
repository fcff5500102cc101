"""Operations and their ids: DescribeEvents by stack, LastOperations, and the ids on the events of a stack."""

import json

from cloudformation_cloud import cloud, failure, service_template, topic

__all__ = ["cloud"]

BEGUN = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")


def operation_events(cloud, **request) -> list[dict]:
    pages = cloud.cfn.get_paginator("describe_events").paginate(**request)
    return [event for page in pages for event in page["OperationEvents"]]


def types(cloud, stack: str) -> list[str]:
    return [each["OperationType"] for each in cloud.stack(stack)["LastOperations"]]


def test_describe_events_shows_a_stack_newest_first_under_its_operations(cloud):
    stack = cloud.name()
    cloud.deploy(stack, topic())
    cloud.deploy(stack, topic("two"), "UPDATE")
    events = operation_events(cloud, StackName=stack)
    assert [event["Timestamp"] for event in events] == sorted((e["Timestamp"] for e in events), reverse=True)
    times = [event["Timestamp"] for event in cloud.events(stack)]
    assert len(set(times)) == len(times), "clients put events in order by their times"
    begun = [event for event in cloud.events(stack) if event["ResourceStatus"] in ("REVIEW_IN_PROGRESS", *BEGUN)]
    assert {event.get("ResourceStatusReason") for event in begun if event["LogicalResourceId"] == stack} == {"User Initiated"}
    assert [event["OperationType"] for event in events if "EndTime" in event] == [
        "UPDATE_STACK",
        "CREATE_CHANGESET",
        "CREATE_STACK",
        "CREATE_CHANGESET",
    ]
    # The same events as DescribeStackEvents has, and the same ids.
    shown = {event["EventId"]: event["OperationId"] for event in cloud.events(stack)}
    assert shown == {event["EventId"]: event["OperationId"] for event in events if "ResourceStatus" in event}
    [latest] = cloud.stack(stack)["LastOperations"]
    assert latest["OperationType"] == "UPDATE_STACK"
    mine = operation_events(cloud, OperationId=latest["OperationId"])
    assert mine[0]["OperationStatus"] == "SUCCEEDED"
    assert {event["ResourceStatus"] for event in mine if event.get("LogicalResourceId") == "Parameter"} == {
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE",
    }
    assert all(event["EventType"] in ("STACK_EVENT", "PROGRESS_EVENT") for event in mine)


def test_a_change_set_has_the_events_of_its_execution_too(cloud):
    stack = cloud.name()
    change_set = cloud.change_set(stack, topic(), "CREATE")
    arn = change_set["ChangeSetId"]
    before = operation_events(cloud, ChangeSetName=arn, StackName=stack)
    assert {event["OperationType"] for event in before} == {"CREATE_CHANGESET"}
    cloud.cfn.execute_change_set(ChangeSetName=arn)
    cloud.settled(stack)
    after = operation_events(cloud, ChangeSetName=arn, StackName=stack)
    assert after[0]["OperationType"] == "CREATE_STACK"
    assert after[-len(before) :] == before


def test_a_rollback_is_an_operation_of_its_own(cloud):
    stack = cloud.name()
    cloud.deploy(stack, service_template())
    assert cloud.deploy(stack, service_template("crash"), "UPDATE")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert types(cloud, stack) == ["ROLLBACK", "UPDATE_STACK"]
    _, update = (each["OperationId"] for each in cloud.stack(stack)["LastOperations"])
    assert operation_events(cloud, OperationId=update)[0]["OperationStatus"] == "FAILED"
    [failed] = operation_events(cloud, OperationId=update, Filters={"FailedEvents": True})
    assert (failed["EventType"], failed["LogicalResourceId"]) == ("PROVISIONING_ERROR", "Service")
    assert "Circuit Breaker" in failed["ResourceStatusReason"]


def test_the_answers_name_the_operation_they_began(cloud):
    stack = cloud.name()
    created = cloud.cfn.create_stack(StackName=stack, TemplateBody=json.dumps(topic()))
    cloud.settled(stack)
    updated = cloud.cfn.update_stack(StackName=stack, TemplateBody=json.dumps(topic("two")))
    cloud.settled(stack)
    begun = {event["OperationId"]: event["OperationType"] for event in operation_events(cloud, StackName=stack)}
    assert begun == {created["OperationId"]: "CREATE_STACK", updated["OperationId"]: "UPDATE_STACK"}


def test_deleting_is_an_operation_and_a_deleted_stack_is_asked_for_by_its_arn(cloud):
    stack = cloud.name()
    arn = cloud.start(stack, topic())
    cloud.settled(arn)
    cloud.cfn.delete_stack(StackName=stack)
    cloud.settled(arn)
    assert types(cloud, arn) == ["DELETE_STACK"]
    assert operation_events(cloud, StackName=arn)[0]["OperationType"] == "DELETE_STACK"
    assert failure(cloud.cfn.describe_events, StackName="nobody")[0] == "ValidationError"


def test_events_come_in_pages(cloud):
    stack = cloud.name()
    many = {f"P{number}": topic()["Resources"]["Parameter"] for number in range(40)}
    cloud.deploy(stack, {"Resources": many})
    first = cloud.cfn.describe_events(StackName=stack)
    assert len(first["OperationEvents"]) == 100
    assert first["NextToken"]
    assert len(operation_events(cloud, StackName=stack)) > 120
