"""When a service counts as steady, state by state, without an emulator."""

import sys

import pytest
from cloudformation_cloud import HERE

sys.path.insert(0, str(HERE.parent))

from extension.cloudformation import ecs_api, ecs_steady_state

OURS = {"id": "ours", "taskDefinition": "app:2"}
OLDER = {"old"}


def deployment(name: str = "ours", status: str = "PRIMARY", rollout: str = "COMPLETED", running: int = 2) -> dict:
    definition = "app:2" if name == "ours" else "app:1"
    return {"id": name, "status": status, "taskDefinition": definition, "rolloutState": rollout,
            "runningCount": running, "pendingCount": 0}  # fmt: skip


def service(*deployments: dict, strategy: str = "REPLICA", running: int = 2, status: str = "ACTIVE") -> dict:
    return {"serviceName": "app", "clusterArn": "c", "status": status, "schedulingStrategy": strategy,
            "desiredCount": 2, "runningCount": running, "deployments": list(deployments)}  # fmt: skip


def task(instance: str, status: str = "RUNNING", definition: str = "app:2") -> dict:
    return {"containerInstanceArn": instance, "lastStatus": status, "taskDefinitionArn": definition}


def is_steady(monkeypatch: pytest.MonkeyPatch, found: dict, tasks: list[dict] = ()) -> bool:
    answers = {
        "DescribeServices": {"services": [found]},
        "ListContainerInstances": {"containerInstanceArns": ["i-1", "i-2"]},
        "ListTasks": {"taskArns": [str(index) for index, _ in enumerate(tasks)]},
        "DescribeTasks": {"tasks": list(tasks)},
    }
    monkeypatch.setattr(ecs_api, "call", lambda action, **request: answers[action])
    return ecs_steady_state._is_steady(found, OURS, OLDER)


@pytest.mark.parametrize(
    ("found", "steady"),
    [
        pytest.param(service(deployment()), True, id="all tasks are ours"),
        pytest.param(service(deployment(rollout="IN_PROGRESS")), False, id="our rollout goes on"),
        pytest.param(service(deployment(running=1), running=1), False, id="a task is missing"),
        pytest.param(service(deployment(), deployment("old", "ACTIVE", running=1), running=3), False, id="an old task"),
        pytest.param(service(deployment(), deployment("old", "ACTIVE", running=0)), True, id="an empty old deployment"),
    ],
)
def test_a_replica_service(monkeypatch, found, steady):
    assert is_steady(monkeypatch, found) is steady


@pytest.mark.parametrize(
    ("tasks", "steady"),
    [
        pytest.param([task("i-1"), task("i-2")], True, id="a task on each instance"),
        pytest.param([task("i-1")], False, id="an instance without a task"),
        pytest.param([task("i-1"), task("i-2", "PENDING")], False, id="a task that only starts"),
        pytest.param([task("i-1"), task("i-2", definition="app:1")], False, id="a task of the old revision"),
    ],
)
def test_a_daemon(monkeypatch, tasks, steady):
    assert is_steady(monkeypatch, service(deployment(), strategy="DAEMON"), tasks) is steady


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(service(deployment("old"), deployment(status="ACTIVE", rollout="FAILED")), id="rolled back"),
        pytest.param(service(deployment(rollout="FAILED")), id="failed without a rollback"),
        pytest.param(service(deployment("old")), id="rolled back and forgotten"),
    ],
)
def test_the_circuit_breaker_fails_the_resource(monkeypatch, found):
    with pytest.raises(ecs_steady_state.DeploymentFailed):
        is_steady(monkeypatch, found)


def test_a_deployment_that_somebody_else_started_is_waited_for(monkeypatch):
    assert is_steady(monkeypatch, service(deployment("newer"))) is True


def test_a_service_that_is_gone_fails_the_resource(monkeypatch):
    with pytest.raises(ValueError, match="was deleted while it was being deployed"):
        is_steady(monkeypatch, service(status="DRAINING"))
