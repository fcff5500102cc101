"""RegisterTaskDefinition: roles by name, and families that others work on."""

import threading

import botocore.exceptions
import pytest
from local_cloud import Cloud

_BUSY = "Too many concurrent attempts to create a new revision of the specified family."


def _refusal(cloud: Cloud, family: str, **definition: str) -> str | None:
    try:
        cloud.define("x", family=family, **definition)
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "ClientException"
        return error.response["Error"]["Message"]
    return None


@pytest.mark.parametrize("field", ["executionRoleArn", "taskRoleArn"])
def test_a_role_may_be_given_by_its_name_which_is_what_is_described(cloud: Cloud, name: str, field: str) -> None:
    role = cloud.role({"Effect": "Allow", "Action": "*", "Resource": "*"}).rsplit("/", 1)[-1]
    cloud.client("logs").create_log_group(logGroupName=name)
    options = {"awslogs-group": name, "awslogs-stream-prefix": "ecs", "mode": "blocking"}
    container = {"logConfiguration": {"logDriver": "awslogs", "options": options}}
    definition = cloud.define("-exit", "0", "-print-env", "AWS_SESSION_TOKEN", container=container, **{field: role})
    described = cloud.ecs.describe_task_definition(taskDefinition=definition)["taskDefinition"]
    assert described[field] == role
    task = cloud.run(definition)
    assert cloud.stopped(task["taskArn"])["containers"][0]["exitCode"] == 0
    (line,) = cloud.log_lines(name, f"ecs/app/{task['taskArn'].rsplit('/', 1)[-1]}")
    assert (line != "AWS_SESSION_TOKEN=") == (field == "taskRoleArn")


def test_a_name_that_no_role_has_is_refused(cloud: Cloud, name: str) -> None:
    assert _refusal(cloud, name, executionRoleArn=f"no-{name}") == "Role is not valid"


def test_registrations_of_one_family_at_once_are_refused_but_for_one(cloud: Cloud, name: str) -> None:
    refusals: list[str | None] = []
    threads = [threading.Thread(target=lambda: refusals.append(_refusal(cloud, name))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(refusals, key=str) == [None, _BUSY, _BUSY]
    assert _refusal(cloud, name) is None


def test_a_family_takes_no_revision_just_after_one_was_deregistered(cloud: Cloud, name: str) -> None:
    made = cloud.define("x", family=name)
    cloud.ecs.deregister_task_definition(taskDefinition=made)
    assert _refusal(cloud, name) == _BUSY
    assert _refusal(cloud, f"{name}-other") is None
