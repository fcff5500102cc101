"""How tasks end: by StopTask, by themselves, by not getting started."""

import time

import pytest
from local_cloud import Cloud, wait_for
from registry import Registry


def test_stop_task_answers_at_once_and_reports_the_programs_own_exit_code(cloud: Cloud) -> None:
    task = cloud.running(cloud.run(cloud.define("x"))["taskArn"])
    started = time.monotonic()
    answer = cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"], reason="enough")["task"]
    assert time.monotonic() - started < 1
    assert (answer["desiredStatus"], answer["stopCode"], answer["stoppedReason"]) == (
        "STOPPED",
        "UserInitiated",
        "enough",
    )
    stopped = cloud.stopped(task["taskArn"])
    assert stopped["containers"][0]["exitCode"] == 0
    assert stopped["stoppingAt"] <= stopped["executionStoppedAt"] <= stopped["stoppedAt"]
    assert cloud.containers(**{"com.amazonaws.ecs.task-arn": task["taskArn"]}) == []


def test_a_program_that_ignores_sigterm_is_killed_after_its_stop_timeout(cloud: Cloud) -> None:
    task = cloud.running(cloud.run(cloud.define("-ignore-term", container={"stopTimeout": 3}))["taskArn"])
    started = time.monotonic()
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])
    seen = set()

    def stopped() -> bool:
        status = cloud.task(task["taskArn"])["lastStatus"]
        seen.add(status)
        return status == "STOPPED"

    wait_for(stopped)
    assert 2.8 < time.monotonic() - started < 6
    assert "STOPPING" in seen
    assert cloud.task(task["taskArn"])["containers"][0]["exitCode"] == 137


def test_an_essential_exit_stops_the_task_with_its_exit_code(cloud: Cloud) -> None:
    stopped = cloud.stopped(cloud.run(cloud.define("-exit", "7", "x"))["taskArn"])
    assert stopped["stopCode"] == "EssentialContainerExited"
    assert stopped["stoppedReason"] == "Essential container in task exited"
    assert stopped["containers"][0]["exitCode"] == 7


def test_a_second_containers_exit_does_not_matter_unless_it_is_essential(cloud: Cloud) -> None:
    registered = cloud.ecs.register_task_definition(
        family="two",
        containerDefinitions=[
            {"name": "app", "image": cloud.image, "memory": 64, "command": ["x"]},
            {"name": "side", "image": cloud.image, "memory": 64, "command": ["-exit", "1"], "essential": False},
        ],
    )["taskDefinition"]["taskDefinitionArn"]
    task = cloud.run(registered)
    cloud.running(task["taskArn"])
    wait_for(lambda: cloud.task(task["taskArn"])["containers"][1]["lastStatus"] == "STOPPED")
    time.sleep(0.5)
    assert cloud.task(task["taskArn"])["lastStatus"] == "RUNNING"
    assert cloud.task(task["taskArn"])["containers"][1]["exitCode"] == 1
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])
    assert cloud.stopped(task["taskArn"])["containers"][0]["exitCode"] == 0


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("{registry}/app@sha256:" + "0" * 64, "manifest unknown"),
        ("{registry}/absent:latest", "manifest unknown"),
        ("127.0.0.1:9/app:latest", "connection refused"),
        ("registry.invalid/app:latest", "registry.invalid"),
    ],
)
def test_an_image_that_cannot_be_pulled_stops_the_task(
    cloud: Cloud, registry: Registry, reference: str, text: str
) -> None:
    image = reference.format(registry=registry.host)
    started = time.monotonic()
    stopped = cloud.stopped(cloud.run(cloud.define("x", container={"image": image}))["taskArn"])
    assert stopped["stopCode"] == "TaskFailedToStart"
    assert stopped["stoppedReason"].startswith("CannotPullContainerError: ")
    assert text in stopped["stoppedReason"].lower()
    assert "exitCode" not in stopped["containers"][0]
    assert time.monotonic() - started < 3


def test_a_local_image_does_not_stand_in_for_one_the_registry_lacks(cloud: Cloud, registry: Registry) -> None:
    name = f"{registry.host}/only-here"
    cloud.docker.images.get(cloud.image).tag(name, "latest")
    stopped = cloud.stopped(cloud.run(cloud.define("x", container={"image": f"{name}:latest"}))["taskArn"])
    cloud.docker.images.remove(f"{name}:latest")
    assert stopped["stoppedReason"].startswith("CannotPullContainerError: ")


def test_a_pulled_image_reports_its_digest(cloud: Cloud) -> None:
    task = cloud.running(cloud.run(cloud.define("x"))["taskArn"])
    assert task["containers"][0]["imageDigest"] == cloud.image.split("@")[1]
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])
