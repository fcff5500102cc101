"""AWS::ECS::Service waits for its tasks, and fails, rolls back and drains as on AWS."""

import pytest
from cloudformation_cloud import Cloud, cloud, emulator, outputs, service_template, wait

__all__ = ["cloud"]

BREAKER = "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'."


def running_tasks(cloud: Cloud, stack: str) -> list[dict]:
    arns = cloud.ecs.list_tasks(cluster="c", serviceName=stack)["taskArns"]
    return cloud.ecs.describe_tasks(cluster="c", tasks=arns)["tasks"] if arns else []


def test_a_create_is_complete_only_when_every_task_runs(cloud):
    stack = cloud.name()
    cloud.start(stack, service_template("slow"))
    wait(lambda: cloud.statuses(stack, "Service"), lambda seen: seen == ["CREATE_IN_PROGRESS"] * 2)
    assert cloud.stack(stack)["StackStatus"] == "CREATE_IN_PROGRESS"
    assert cloud.settled(stack)["StackStatus"] == "CREATE_COMPLETE"
    assert [task["lastStatus"] for task in running_tasks(cloud, stack)] == ["RUNNING"] * 2


def test_every_property_of_the_template_reaches_the_service(cloud):
    stack = cloud.name()
    registry = "arn:aws:servicediscovery:eu-west-1:000000000000:service/srv-1"
    template = service_template(
        DesiredCount=3,
        LaunchType="EC2",
        DeploymentConfiguration={
            "MinimumHealthyPercent": "0",
            "MaximumPercent": 100,
            "DeploymentCircuitBreaker": {"Enable": "true", "Rollback": False},
        },
        NetworkConfiguration={
            "AwsvpcConfiguration": {"Subnets": ["subnet-1", "subnet-2"], "SecurityGroups": ["sg-1"]}
        },
        ServiceRegistries=[{"RegistryArn": registry, "ContainerName": "app", "ContainerPort": "4317"}],
        EnableECSManagedTags="true",
        PropagateTags="SERVICE",
        EnableExecuteCommand=True,
        HealthCheckGracePeriodSeconds="30",
        Tags=[{"Key": "team", "Value": "telemetry"}],
    )
    assert cloud.deploy(stack, template)["StackStatus"] == "CREATE_COMPLETE"
    service = cloud.service("c", stack)
    assert service["desiredCount"] == service["runningCount"] == 3
    assert service["deploymentConfiguration"] == {
        "minimumHealthyPercent": 0,
        "maximumPercent": 100,
        "deploymentCircuitBreaker": {"enable": True, "rollback": False},
    }
    vpc = service["networkConfiguration"]["awsvpcConfiguration"]
    assert (vpc["subnets"], vpc["securityGroups"]) == (["subnet-1", "subnet-2"], ["sg-1"])
    assert service["serviceRegistries"] == [
        {"registryArn": registry, "containerName": "app", "containerPort": 4317}
    ]
    assert service["healthCheckGracePeriodSeconds"] == 30
    assert (service["enableECSManagedTags"], service["propagateTags"]) == (True, "SERVICE")
    assert service["enableExecuteCommand"] is True
    tags = cloud.ecs.list_tags_for_resource(resourceArn=service["serviceArn"])["tags"]
    assert {"key": "team", "value": "telemetry"} in tags


def test_ref_is_the_arn_and_a_missing_name_is_generated(cloud):
    stack = cloud.name()
    template = service_template()
    del template["Resources"]["Service"]["Properties"]["ServiceName"]
    template["Outputs"] = {
        "Arn": {"Value": {"Ref": "Service"}},
        "Name": {"Value": {"Fn::GetAtt": ["Service", "Name"]}},
        "Definition": {"Value": {"Ref": "TaskDefinition"}},
    }
    made = outputs(cloud.deploy(stack, template))
    assert made["Name"].startswith(f"{stack}-Service-")
    assert made["Arn"] == f"arn:aws:ecs:eu-west-1:000000000000:service/c/{made['Name']}"
    assert made["Definition"].endswith(f":task-definition/{stack}-app:1")


def test_an_unknown_property_fails_the_resource_by_name(cloud):
    stack = cloud.name()
    cloud.deploy(stack, service_template(DesiredCout=2))
    reasons = [event.get("ResourceStatusReason", "") for event in cloud.events(stack)]
    assert any("extraneous key [DesiredCout] is not permitted" in reason for reason in reasons)


def test_a_new_task_definition_replaces_the_tasks_before_the_update_is_complete(cloud):
    stack = cloud.name()
    cloud.deploy(stack, service_template("app-1"))
    before = cloud.physical_id(stack, "TaskDefinition")
    assert cloud.deploy(stack, service_template("slow-2"), "UPDATE")["StackStatus"] == "UPDATE_COMPLETE"
    after = cloud.physical_id(stack, "TaskDefinition")
    assert after.rsplit(":", 1)[1] == "2"
    assert {task["taskDefinitionArn"] for task in running_tasks(cloud, stack)} == {after}
    old = cloud.ecs.describe_task_definition(taskDefinition=before)["taskDefinition"]
    assert old["status"] == "INACTIVE"
    # What did not change has no event; what was replaced is deleted in the clean-up phase.
    assert cloud.statuses(stack, stack)[-3:] == [
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_COMPLETE",
    ]
    assert cloud.statuses(stack, "TaskDefinition")[-2:] == ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"]


def test_only_a_new_count_keeps_the_tasks_there_are(cloud):
    stack = cloud.name()
    cloud.deploy(stack, service_template("slow", DesiredCount=1))
    [kept] = running_tasks(cloud, stack)
    cloud.deploy(stack, service_template("slow", DesiredCount=3), "UPDATE")
    tasks = running_tasks(cloud, stack)
    assert [task["lastStatus"] for task in tasks] == ["RUNNING"] * 3
    assert kept["taskArn"] in [task["taskArn"] for task in tasks]
    assert cloud.statuses(stack, "TaskDefinition") == ["CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"]


def test_a_create_whose_circuit_breaker_trips_fails_and_leaves_nothing(cloud):
    stack = cloud.name()
    assert cloud.deploy(stack, service_template("crash"))["StackStatus"] == "ROLLBACK_COMPLETE"
    [failed] = [event for event in cloud.events(stack) if event["ResourceStatus"] == "CREATE_FAILED"]
    assert BREAKER in failed["ResourceStatusReason"]
    assert failed["PhysicalResourceId"].endswith(f":service/c/{stack}")
    assert cloud.service("c", stack)["status"] == "INACTIVE"
    assert running_tasks(cloud, stack) == []


def test_an_update_whose_circuit_breaker_trips_goes_back_to_the_old_tasks(cloud):
    stack = cloud.name()
    cloud.deploy(stack, service_template("app-1"))
    good = cloud.physical_id(stack, "TaskDefinition")
    assert cloud.deploy(stack, service_template("crash"), "UPDATE")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    [failed] = [event for event in cloud.events(stack) if event["ResourceStatus"] == "UPDATE_FAILED"]
    assert failed["LogicalResourceId"] == "Service"
    assert BREAKER in failed["ResourceStatusReason"]
    assert cloud.physical_id(stack, "TaskDefinition") == good
    assert {task["taskDefinitionArn"] for task in running_tasks(cloud, stack)} == {good}
    assert cloud.service("c", stack)["taskDefinition"] == good
    bad = cloud.ecs.describe_task_definition(taskDefinition=f"{stack}-app:2")["taskDefinition"]
    assert bad["status"] == "INACTIVE"


def test_the_rollback_deploys_the_old_definition_itself_when_the_breaker_does_not(cloud):
    stack = cloud.name()
    breaker = {"DeploymentCircuitBreaker": {"Enable": True, "Rollback": False}}
    cloud.deploy(stack, service_template("app-1", DeploymentConfiguration=breaker))
    good = cloud.physical_id(stack, "TaskDefinition")
    ended = cloud.deploy(stack, service_template("crash", DeploymentConfiguration=breaker), "UPDATE")
    assert ended["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert {task["taskDefinitionArn"] for task in running_tasks(cloud, stack)} == {good}


def test_a_failure_ends_the_waits_of_the_others(cloud):
    stack = cloud.name()
    template = service_template("crash")
    stuck = {**template["Resources"]["Service"]["Properties"], "Cluster": "full"}
    template["Resources"]["Stuck"] = {"Type": "AWS::ECS::Service", "Properties": stuck}
    assert cloud.deploy(stack, template)["StackStatus"] == "ROLLBACK_COMPLETE"
    reasons = {
        event["LogicalResourceId"]: event["ResourceStatusReason"]
        for event in cloud.events(stack)
        if event["ResourceStatus"] == "CREATE_FAILED"
    }
    assert BREAKER in reasons["Service"]
    assert reasons["Stuck"] == "Resource creation cancelled"
    rollback = next(e for e in cloud.events(stack) if e["ResourceStatus"] == "ROLLBACK_IN_PROGRESS")
    assert "failed to create: [Service, Stuck]" in rollback["ResourceStatusReason"]


def test_services_that_do_not_depend_on_each_other_wait_side_by_side(cloud):
    stack = cloud.name()
    template = service_template("slow")
    other = {**template["Resources"]["Service"]["Properties"], "ServiceName": f"{stack}-other"}
    template["Resources"]["Other"] = {"Type": "AWS::ECS::Service", "Properties": other}
    cloud.deploy(stack, template)
    order = [
        event["ResourceStatus"]
        for event in cloud.events(stack)
        if event["ResourceType"] == "AWS::ECS::Service" and not event.get("ResourceStatusReason")
    ]
    assert order == ["CREATE_IN_PROGRESS"] * 2 + ["CREATE_COMPLETE"] * 2


def test_without_room_for_its_tasks_a_create_waits_until_it_is_deleted(cloud):
    stack = cloud.name()
    arn = cloud.start(stack, service_template(Cluster="full"))
    wait(lambda: cloud.statuses(stack, "Service"), lambda seen: len(seen) == 2)
    assert cloud.stack(stack)["StackStatus"] == "CREATE_IN_PROGRESS"
    cloud.cfn.delete_stack(StackName=stack)
    assert cloud.settled(arn)["StackStatus"] == "DELETE_COMPLETE"
    assert cloud.statuses(arn, "Service")[-3:] == ["CREATE_FAILED", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"]
    assert cloud.service("full", stack)["status"] == "INACTIVE"


def test_cancelling_an_update_that_waits_brings_the_old_tasks_back(cloud):
    stack = cloud.name()
    cloud.deploy(stack, service_template("app-1"))
    good = cloud.physical_id(stack, "TaskDefinition")
    cloud.start(stack, stuck_update(), "UPDATE")
    wait(lambda: cloud.statuses(stack, "Service"), lambda seen: seen[-1] == "UPDATE_IN_PROGRESS")
    cloud.cfn.cancel_update_stack(StackName=stack, ClientRequestToken="cancel-1")
    assert cloud.settled(stack)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    [failed] = [event for event in cloud.events(stack) if event["ResourceStatus"] == "UPDATE_FAILED"]
    assert failed["ResourceStatusReason"] == "Resource update cancelled"
    rollback = next(e for e in cloud.events(stack) if e["ResourceStatus"] == "UPDATE_ROLLBACK_IN_PROGRESS")
    assert rollback["ClientRequestToken"] == "cancel-1"
    assert {task["taskDefinitionArn"] for task in running_tasks(cloud, stack)} == {good}


def stuck_update() -> dict:
    """Without a circuit breaker a crashing task is started again and again."""
    breaker = {"DeploymentCircuitBreaker": {"Enable": False, "Rollback": False}}
    return service_template("crash", DeploymentConfiguration=breaker)


def test_deleting_a_service_drains_it(cloud):
    stack = cloud.name()
    arn = cloud.start(stack, service_template())
    cloud.settled(stack)
    cloud.cfn.delete_stack(StackName=stack)
    assert cloud.settled(arn)["StackStatus"] == "DELETE_COMPLETE"
    service = cloud.service("c", stack)
    assert (service["status"], service["runningCount"], service["desiredCount"]) == ("INACTIVE", 0, 0)
    assert running_tasks(cloud, stack) == []


def test_what_an_update_removes_is_deleted_dependents_first(cloud):
    stack = cloud.name()
    template = service_template()
    template["Resources"]["Kept"] = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "v"}}
    cloud.deploy(stack, template)
    cloud.deploy(stack, {"Resources": {"Kept": template["Resources"]["Kept"]}}, "UPDATE")
    deletes = [e["LogicalResourceId"] for e in cloud.events(stack) if e["ResourceStatus"] == "DELETE_COMPLETE"]
    assert deletes == ["Service", "TaskDefinition"]
    left = cloud.cfn.describe_stack_resources(StackName=stack)["StackResources"]
    assert [resource["LogicalResourceId"] for resource in left] == ["Kept"]


@pytest.mark.parametrize(
    ("changed", "replacement"),
    [
        ({"DesiredCount": 5}, "False"),
        ({"DeploymentConfiguration": {"MaximumPercent": 150}}, "False"),
        ({"Cluster": "full"}, "True"),
        ({"LaunchType": "FARGATE"}, "True"),
        ({"SchedulingStrategy": "DAEMON"}, "True"),
        ({"ServiceName": "another"}, "True"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else value,
)
def test_the_change_set_tells_what_would_be_replaced(cloud, changed, replacement):
    stack = "replacements"
    if not [s for s in cloud.cfn.list_stacks()["StackSummaries"] if s["StackName"] == stack]:
        cloud.deploy(stack, service_template())
    [change] = cloud.change_set(stack, service_template(**changed))["Changes"]
    assert change["ResourceChange"]["LogicalResourceId"] == "Service"
    assert change["ResourceChange"]["Replacement"] == replacement


def test_a_new_definition_replaces_the_definition_and_not_the_service(cloud):
    stack = cloud.name()
    cloud.deploy(stack, service_template("app-1"))
    changes = cloud.change_set(stack, service_template("app-2"))["Changes"]
    assert {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"]["Replacement"] for c in changes} == {
        "TaskDefinition": "True",
        "Service": "False",
    }


def test_a_named_service_that_must_be_replaced_is_refused(cloud):
    stack = cloud.name()
    cloud.deploy(stack, service_template())
    ended = cloud.deploy(stack, service_template(SchedulingStrategy="DAEMON"), "UPDATE")
    assert ended["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    [failed] = [event for event in cloud.events(stack) if event["ResourceStatus"] == "UPDATE_FAILED"]
    assert "cannot update a stack when a custom-named resource requires replacing" in failed["ResourceStatusReason"]


def test_the_emulator_ends_while_a_stack_still_waits(tmp_path):
    with emulator(tmp_path / "log") as cloud:
        cloud.start("stuck", service_template(Cluster="full"))
        wait(lambda: cloud.statuses("stuck", "Service"), lambda seen: len(seen) == 2)
    # Leaving waits for the process, and fails when it lives on.
