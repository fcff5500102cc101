"""What a request is asked for beside its own action: the roles it hands over, and its tags; and the record of it all."""

import json

import pytest
from cloudformation_cloud import Cloud, cloud, failure, topic  # noqa: F401
from rights_cloud import ACCOUNT, acting_as, allow, asked, questions, role

ECS = f"arn:aws:ecs:eu-west-1:{ACCOUNT}:"
TO_TASKS = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
CONTAINERS = [{"name": "app", "image": "app", "memory": 64}]
TAGS = [{"key": "team", "value": "a"}]


def _refused(call: object, action: str, resource: str, **request: object) -> None:
    code, message = failure(call, **request)
    assert code in ("AccessDeniedException", "AccessDenied")
    assert f"is not authorized to perform: {action} on resource: {resource} because no identity-based policy" in message


@pytest.mark.parametrize("given", ["executionRoleArn", "taskRoleArn"])
def test_a_task_definition_hands_its_roles_over(cloud: Cloud, given: str) -> None:
    passed, family = role(cloud, path="/made/here/"), cloud.name()
    request = {"family": family, "containerDefinitions": CONTAINERS, given: passed}
    register = allow("ecs:RegisterTaskDefinition", resource=f"{ECS}task-definition/{family}:*")
    elsewhere = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    for rights in ((), (allow("iam:PassRole", resource=passed, **elsewhere),)):
        client = acting_as(cloud, role(cloud, register, *rights), "ecs")
        _refused(client.register_task_definition, "iam:PassRole", passed, **request)
    client = acting_as(cloud, role(cloud, register, allow("iam:PassRole", resource=passed, **TO_TASKS)), "ecs")
    assert client.register_task_definition(**request)["taskDefinition"][given] == passed


def test_a_task_is_started_with_roles_that_the_caller_may_pass(cloud: Cloud) -> None:
    own, other, family = role(cloud), role(cloud), cloud.name()
    cloud.ecs.register_task_definition(family=family, containerDefinitions=CONTAINERS, executionRoleArn=own)
    run, passing = allow("ecs:RunTask"), allow("iam:PassRole", resource=own, **TO_TASKS)
    _refused(acting_as(cloud, role(cloud, run), "ecs").run_task, "iam:PassRole", own, cluster="c", taskDefinition=family)
    client = acting_as(cloud, role(cloud, run, passing), "ecs")
    assert client.run_task(cluster="c", taskDefinition=family)["tasks"]
    _refused(
        client.run_task, "iam:PassRole", other, cluster="c", taskDefinition=family, overrides={"taskRoleArn": other}
    )


def test_tags_need_the_right_to_tag_for_the_action_that_creates(cloud: Cloud) -> None:
    family = cloud.name()
    own = f"{ECS}task-definition/{family}:*"
    request = {"family": family, "containerDefinitions": CONTAINERS, "tags": TAGS}
    register = allow("ecs:RegisterTaskDefinition")
    for created_by in (None, "RunTask"):
        tagging = [allow("ecs:TagResource", StringEquals={"ecs:CreateAction": created_by})] if created_by else []
        client = acting_as(cloud, role(cloud, register, *tagging), "ecs")
        _refused(client.register_task_definition, "ecs:TagResource", own, **request)
    tagging = allow("ecs:TagResource", resource=own, StringEquals={"ecs:CreateAction": "RegisterTaskDefinition"})
    assert acting_as(cloud, role(cloud, register, tagging), "ecs").register_task_definition(**request)
    run = acting_as(cloud, role(cloud, allow("ecs:RunTask")), "ecs").run_task
    _refused(run, "ecs:TagResource", f"{ECS}task/c/*", cluster="c", taskDefinition=family, tags=TAGS)


def test_a_service_with_tags_needs_the_right_to_tag_it(cloud: Cloud) -> None:
    family = cloud.name()
    cloud.ecs.register_task_definition(family=family, containerDefinitions=CONTAINERS)
    client = acting_as(cloud, role(cloud, allow("ecs:CreateService")), "ecs")
    request = {"cluster": "c", "serviceName": family, "taskDefinition": family, "tags": TAGS}
    _refused(client.create_service, "ecs:TagResource", f"{ECS}service/c/{family}", **request)


def test_a_log_group_with_tags_needs_the_right_to_tag_it(cloud: Cloud) -> None:
    name = f"/{cloud.name()}"
    client = acting_as(cloud, role(cloud, allow("logs:CreateLogGroup")), "logs")
    group = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:{name}"
    _refused(client.create_log_group, "logs:TagResource", group, logGroupName=name, tags={"team": "a"})
    client.create_log_group(logGroupName=name)


@pytest.mark.parametrize("kind", ["stack", "change set"])
def test_a_stack_with_tags_needs_the_right_to_tag_it(cloud: Cloud, kind: str) -> None:
    name = cloud.name()
    client = acting_as(cloud, role(cloud, allow("cloudformation:CreateStack", "cloudformation:CreateChangeSet")))
    request = {"StackName": name, "TemplateBody": json.dumps(topic()), "Tags": [{"Key": "team", "Value": "a"}]}
    call = client.create_stack
    if kind == "change set":
        call, request = client.create_change_set, {**request, "ChangeSetName": "plan", "ChangeSetType": "CREATE"}
    stack = f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}:stack/{name}/*"
    _refused(call, "cloudformation:TagResource", stack, **request)


def test_a_denial_of_the_action_itself_names_the_resource(cloud: Cloud) -> None:
    client = acting_as(cloud, role(cloud), "ecs")
    service = f"{ECS}service/c/s"
    _refused(client.describe_services, "ecs:DescribeServices", service, cluster="c", services=["s"])


def test_every_question_is_in_the_record_once(cloud: Cloud) -> None:
    caller = role(cloud, allow("ecs:ListTasks"))
    client = acting_as(cloud, caller, "ecs")
    for _ in range(3):
        client.list_tasks(cluster="c")
        failure(client.list_clusters)
    assert [question for question in questions(cloud) if question["principal"] == caller] == [
        {"action": action, "allowed": allowed, "by": "request", "context": {}, "principal": caller, "resource": "*"}
        for action, allowed in (("ecs:ListTasks", True), ("ecs:ListClusters", False))
    ]


def test_the_record_has_a_placeholder_for_what_is_random(cloud: Cloud) -> None:
    caller = role(cloud, allow("ecs:StopTask"))
    for digit in "ab":
        failure(acting_as(cloud, caller, "ecs").stop_task, cluster="c", task=digit * 32)
    assert asked(cloud, caller) == [("ecs:StopTask", f"{ECS}task/c/ID")]


def test_the_condition_keys_of_a_question_are_in_the_record(cloud: Cloud) -> None:
    passed, caller = role(cloud), role(cloud, allow("ecs:RegisterTaskDefinition"))
    client = acting_as(cloud, caller, "ecs")
    failure(client.register_task_definition, family="f", containerDefinitions=CONTAINERS, taskRoleArn=passed)
    contexts = [it["context"] for it in questions(cloud) if it["principal"] == caller and it["action"] == "iam:PassRole"]
    assert contexts == [{"iam:PassedToService": "ecs-tasks.amazonaws.com"}]
