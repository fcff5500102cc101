"""Services: daemons, rolling deployments, the circuit breaker."""

import time

from local_cloud import Cloud, wait_for


def _daemon(cloud: Cloud, name: str, cluster: str, definition: str) -> None:
    cloud.ecs.create_service(
        cluster=cluster,
        serviceName=name,
        taskDefinition=definition,
        schedulingStrategy="DAEMON",
        deploymentConfiguration={"minimumHealthyPercent": 0, "maximumPercent": 100},
    )


def _host(cloud: Cloud, port: int, *command: str) -> str:
    mappings = {"portMappings": [{"containerPort": port}], "stopTimeout": 2}
    return cloud.define("-listen", f":{port}", *command, mode="host", container=mappings)


def test_a_daemon_has_one_task_on_each_instance_also_on_one_that_joins_later(cloud: Cloud, name: str) -> None:
    cloud.ecs.create_cluster(clusterName=name)
    first = cloud.run_instances(2, name)
    _daemon(cloud, name, name, _host(cloud, 9300))
    service = cloud.steady(name, name)
    assert service["desiredCount"] == 2
    assert sorted(cloud.instance_of(task) for task in cloud.tasks_of(name, name)) == sorted(first)
    late = cloud.run_instances(1, name)
    wait_for(lambda: len([t for t in cloud.tasks_of(name, name) if t["lastStatus"] == "RUNNING"]) == 3)
    assert sorted(cloud.instance_of(task) for task in cloud.tasks_of(name, name)) == sorted(first + late)
    cloud.terminate(late[0])
    wait_for(lambda: cloud.service(name, name)["runningCount"] == 2)
    cloud.delete_service(name, name)
    cloud.terminate(*first)


def test_a_daemons_old_task_stops_before_the_new_one_starts(cloud: Cloud, name: str) -> None:
    _daemon(cloud, name, cloud.cluster, _host(cloud, 9310))
    cloud.steady(name)
    before = {task["taskArn"] for task in cloud.tasks_of(name)}
    cloud.ecs.update_service(cluster=cloud.cluster, service=name, taskDefinition=_host(cloud, 9310, "v2"))
    cloud.steady(name)
    new = cloud.tasks_of(name)
    assert len(new) == 2
    for arn in before:
        old = cloud.task(arn)
        replacement = next(task for task in new if task["containerInstanceArn"] == old["containerInstanceArn"])
        assert old["stoppedAt"] <= replacement["startedAt"]
        assert old["stopCode"] == "ServiceSchedulerInitiated"
        assert old["stoppedReason"].startswith("Scaling activity initiated by (deployment ecs-svc/")
    cloud.delete_service(name)


def test_a_first_deployment_is_complete_only_when_its_tasks_run(cloud: Cloud, name: str) -> None:
    definition = cloud.define("x")
    created = cloud.ecs.create_service(
        cluster=cloud.cluster, serviceName=name, taskDefinition=definition, desiredCount=2
    )["service"]
    assert created["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    service = cloud.steady(name)
    assert service["runningCount"] == 2
    assert service["deployments"][0]["rolloutState"] == "COMPLETED"
    assert service["events"][0]["message"] == f"(service {name}) has reached a steady state."
    cloud.delete_service(name)


def test_a_replica_rollout_starts_new_tasks_before_it_stops_old_ones(cloud: Cloud, name: str) -> None:
    first, second = cloud.define("v1"), cloud.define("v2")
    cloud.ecs.create_service(cluster=cloud.cluster, serviceName=name, taskDefinition=first, desiredCount=2)
    cloud.steady(name)
    cloud.ecs.update_service(cluster=cloud.cluster, service=name, taskDefinition=second)
    fewest = 2
    while len(cloud.service(name)["deployments"]) > 1:
        fewest = min(fewest, cloud.service(name)["runningCount"])
        time.sleep(0.05)
    assert fewest == 2
    assert {task["taskDefinitionArn"] for task in cloud.tasks_of(name)} == {second}
    cloud.steady(name)
    cloud.delete_service(name)


def test_scaling_changes_the_number_of_tasks(cloud: Cloud, name: str) -> None:
    cloud.ecs.create_service(cluster=cloud.cluster, serviceName=name, taskDefinition=cloud.define("x"), desiredCount=1)
    cloud.steady(name)
    for count in (3, 1, 0):
        cloud.ecs.update_service(cluster=cloud.cluster, service=name, desiredCount=count)
        wait_for(lambda count=count: cloud.service(name)["runningCount"] == count, message=f"{count} running")
    cloud.delete_service(name)


def test_the_circuit_breaker_fails_a_rollout_and_rolls_it_back(cloud: Cloud, name: str) -> None:
    good, bad = cloud.define("x"), cloud.define("-exit", "3", "broken")
    cloud.ecs.create_service(
        cluster=cloud.cluster,
        serviceName=name,
        taskDefinition=good,
        desiredCount=1,
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
    )
    cloud.steady(name)
    kept = cloud.tasks_of(name)[0]["taskArn"]
    cloud.ecs.update_service(cluster=cloud.cluster, service=name, taskDefinition=bad)

    def failed() -> list[dict]:
        return [d for d in cloud.service(name)["deployments"] if d["rolloutState"] == "FAILED"]

    deployment = wait_for(failed)[0]
    assert deployment["failedTasks"] == 3
    assert deployment["rolloutStateReason"] == "ECS deployment circuit breaker: tasks failed to start."

    def rolled_back() -> dict | None:
        service = cloud.service(name)
        primary = next(d for d in service["deployments"] if d["status"] == "PRIMARY")
        done = primary["taskDefinition"] == good and primary["rolloutState"] == "COMPLETED"
        return service if done and service["runningCount"] == 1 else None

    service = wait_for(rolled_back)
    assert [task["taskArn"] for task in cloud.tasks_of(name)] == [kept]
    newest, oldest = cloud.ecs.list_service_deployments(cluster=cloud.cluster, service=name)["serviceDeployments"]
    assert (newest["status"], oldest["status"]) == ("ROLLBACK_SUCCESSFUL", "SUCCESSFUL")
    shown = cloud.ecs.describe_service_deployments(serviceDeploymentArns=[newest["serviceDeploymentArn"]])
    circuit = shown["serviceDeployments"][0]["deploymentCircuitBreaker"]
    assert circuit == {"status": "TRIGGERED", "failureCount": 3, "threshold": 3}
    revision = cloud.ecs.describe_service_revisions(serviceRevisionArns=[newest["targetServiceRevisionArn"]])
    assert revision["serviceRevisions"][0]["taskDefinition"] == bad
    assert any("deployment failed: tasks failed to start." in event["message"] for event in service["events"])
    cloud.delete_service(name)


def test_a_draining_instance_gives_its_service_tasks_away(cloud: Cloud, name: str) -> None:
    cloud.ecs.create_cluster(clusterName=name)
    instances = cloud.run_instances(2, name)
    cloud.ecs.create_service(cluster=name, serviceName=name, taskDefinition=cloud.define("x"), desiredCount=2)
    cloud.steady(name, name)
    (leaving,) = cloud.ecs.list_container_instances(cluster=name, filter=f"ec2InstanceId == {instances[0]}")[
        "containerInstanceArns"
    ]
    cloud.ecs.update_container_instances_state(cluster=name, containerInstances=[leaving], status="DRAINING")

    def moved() -> bool:
        tasks = cloud.tasks_of(name, name)
        return len(tasks) == 2 and all(
            t["lastStatus"] == "RUNNING" and cloud.instance_of(t) == instances[1] for t in tasks
        )

    wait_for(moved)
    cloud.delete_service(name, name)
    cloud.terminate(*instances)


def test_a_replica_that_dies_is_replaced(cloud: Cloud, name: str) -> None:
    cloud.ecs.create_service(cluster=cloud.cluster, serviceName=name, taskDefinition=cloud.define("x"), desiredCount=1)
    cloud.steady(name)
    (task,) = cloud.tasks_of(name)
    cloud.container_of(task).kill()
    assert cloud.stopped(task["taskArn"])["containers"][0]["exitCode"] == 137
    wait_for(lambda: [t for t in cloud.tasks_of(name) if t["lastStatus"] == "RUNNING"])
    cloud.delete_service(name)


def _checked(*command: str) -> dict:
    return {"healthCheck": {"command": ["CMD", *command], "interval": 5, "timeout": 2, "retries": 1}}


def test_the_result_of_a_health_check_is_shown_and_leaves_a_task_of_its_own_alone(cloud: Cloud) -> None:
    # Side by side: a check passes or fails after five seconds at the earliest.
    codes = {"HEALTHY": "0", "UNHEALTHY": "1"}
    tasks = {
        status: cloud.run(cloud.define("x", container=_checked("/app", "-exit", code)))["taskArn"]
        for status, code in codes.items()
    }
    for arn in tasks.values():
        task = cloud.running(arn)
        assert (task["healthStatus"], task["containers"][0]["healthStatus"]) == ("UNKNOWN", "UNKNOWN")
    for status, arn in tasks.items():
        wait_for(lambda arn=arn, status=status: cloud.task(arn)["healthStatus"] == status, message=status)
        task = cloud.task(arn)
        assert (task["containers"][0]["healthStatus"], task["lastStatus"]) == (status, "RUNNING")
        cloud.ecs.stop_task(cluster=cloud.cluster, task=arn)


def test_an_unhealthy_task_of_a_service_is_replaced_and_never_makes_it_steady(cloud: Cloud, name: str) -> None:
    definition = cloud.define("x", container=_checked("/app", "-exit", "1"))
    cloud.ecs.create_service(
        cluster=cloud.cluster,
        serviceName=name,
        taskDefinition=definition,
        desiredCount=1,
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": False}},
    )

    def replaced() -> list[str]:
        arns = cloud.ecs.list_tasks(cluster=cloud.cluster, serviceName=name, desiredStatus="STOPPED")["taskArns"]
        return [arn for arn in arns if cloud.task(arn)["lastStatus"] == "STOPPED"]

    first = cloud.task(wait_for(replaced, message="a task is replaced")[0])
    assert (first["stopCode"], first["stoppedReason"]) == (
        "ServiceSchedulerInitiated",
        "Task failed container health checks",
    )
    (deployment,) = cloud.service(name)["deployments"]
    assert deployment["rolloutState"] == "IN_PROGRESS"
    assert deployment["failedTasks"] >= 1
    cloud.delete_service(name)


def test_going_back_to_the_old_revision_is_one_more_deployment_of_it(cloud: Cloud, name: str) -> None:
    old = cloud.define("x")
    cloud.ecs.create_service(cluster=cloud.cluster, serviceName=name, taskDefinition=old, desiredCount=1)
    cloud.steady(name)
    (before,) = cloud.tasks_of(name)
    roomless = cloud.define("x", container={"memory": 200_000})
    cloud.ecs.update_service(cluster=cloud.cluster, service=name, taskDefinition=roomless)
    wait_for(lambda: "unable to place a task" in cloud.service(name)["events"][0]["message"], message="no room")
    cloud.ecs.update_service(cluster=cloud.cluster, service=name, taskDefinition=old)
    service = cloud.steady(name)
    (after,) = cloud.tasks_of(name)
    assert after["taskArn"] != before["taskArn"]
    assert after["taskDefinitionArn"] == before["taskDefinitionArn"] == old
    assert service["deployments"][0]["id"] == after["startedBy"] != before["startedBy"]
    cloud.delete_service(name)


def test_a_daemon_keeps_the_share_of_its_tasks_that_it_must_while_they_are_replaced(cloud: Cloud, name: str) -> None:
    cloud.ecs.create_cluster(clusterName=name)
    instances = cloud.run_instances(2, name)
    cloud.ecs.create_service(
        cluster=name,
        serviceName=name,
        taskDefinition=_host(cloud, 9320),
        schedulingStrategy="DAEMON",
        deploymentConfiguration={"minimumHealthyPercent": 50, "maximumPercent": 100},
    )
    cloud.steady(name, name)
    cloud.ecs.update_service(cluster=name, service=name, taskDefinition=_host(cloud, 9320, "v2"))
    fewest = 2
    while len(cloud.service(name, name)["deployments"]) > 1:
        fewest = min(fewest, cloud.service(name, name)["runningCount"])
        time.sleep(0.05)
    assert fewest == 1  # half of them went, never both
    # With one instance half rounds up to all of them: nothing may go, and nothing fits beside it.
    cloud.terminate(instances[1])
    wait_for(lambda: cloud.service(name, name)["runningCount"] == 1)
    (kept,) = [task["taskArn"] for task in cloud.tasks_of(name, name)]
    cloud.ecs.update_service(cluster=name, service=name, taskDefinition=_host(cloud, 9320, "v3"))

    def blocked() -> bool:
        events = [event["message"] for event in cloud.service(name, name)["events"]]
        return any("because of the service deployment configuration" in event for event in events)

    wait_for(blocked)
    assert [task["taskArn"] for task in cloud.tasks_of(name, name)] == [kept]
    cloud.delete_service(name, name)
    cloud.terminate(instances[0])
