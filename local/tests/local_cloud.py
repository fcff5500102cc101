"""A real emulator process on a network of its own, and what tests ask of it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore.config
import botocore.session
import docker
import wire_report

REGION = "eu-west-1"
LOCAL = Path(__file__).resolve().parent.parent
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


def wait_for(what: Callable[[], Any], seconds: float = 20, message: str = "") -> Any:
    """The first truthy answer of `what`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = what()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {seconds} s: {message or what}"
        time.sleep(0.1)


def policy(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


class Cloud:
    """The emulator, its clients, and one cluster with two instances."""

    def __init__(self, folder: Path, image: str, **environment: str):
        self.name = f"ext-test-{uuid.uuid4().hex[:8]}"
        self.image = image
        self.folder = folder
        self.docker = docker.from_env()
        self.cluster = "app"
        self._clients: dict[str, Any] = {}
        self._network, gateway = _make_network(self.docker, self.name)
        self.port = _free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(LOCAL),
            "PYTHONDONTWRITEBYTECODE": "1",
            "GATEWAY_PORT": str(self.port),
            "AUTH": "true",
            "MINISTACK_REGION": REGION,
            "IOT_MTLS_ENABLED": "0",
            "LOCAL_NAME": self.name,
            "LOCAL_VPC_NETWORK": self.name,
            "LOCAL_VPC_GATEWAY": gateway,
            "LOCAL_STATE_DIR": str(folder),
            "LOCAL_INSTANCE_IMAGE": image,
            "LOCAL_FORWARDER_IMAGE": image,
            "LOCAL_PACE": "local",
            **wire_report.folder(folder),
            **environment,
        }
        try:
            self._process = self._start()
        except BaseException:
            self._network.remove()
            raise

    def _start(self) -> subprocess.Popen:
        self.log = self.folder / "emulator.log"
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "extension"], env=self.environment, stdout=log, stderr=log
            )
        wait_for(lambda: _answers(self.endpoint) or process.poll() is not None, message="the emulator's start")
        assert process.poll() is None, self.log.read_text()
        return process

    def stop(self) -> int:
        """SIGTERM to the emulator; returns its exit code."""
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(20)
        finally:
            self._process.kill()

    def close(self) -> None:
        self.stop()
        for container in self.containers():
            container.remove(force=True)
        self._network.remove()
        assert not wire_report.violations(self.environment, self._process)

    def containers(self, **labels: str) -> list:
        wanted = [f"ecs-tail-sampling.local={self.name}", *(f"{key}={value}" for key, value in labels.items())]
        return self.docker.containers.list(all=True, filters={"label": wanted})

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = botocore.session.get_session().create_client(
                service,
                region_name=REGION,
                endpoint_url=self.endpoint,
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )
        return self._clients[service]

    @property
    def ecs(self) -> Any:
        return self.client("ecs")

    def user(self, name: str, *statements: dict) -> dict[str, str]:
        """A new user with these rights; the credentials to make a client with."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy(*statements))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}

    def discover(self, credentials: dict[str, str] | None = None, **request: str) -> dict:
        """DiscoverInstances, whose `data-` host name only containers can resolve."""
        client = botocore.session.get_session().create_client(
            "servicediscovery",
            region_name=REGION,
            endpoint_url=self.endpoint,
            **(credentials or {"aws_access_key_id": "test", "aws_secret_access_key": "test"}),
            config=botocore.config.Config(inject_host_prefix=False),
        )
        return client.discover_instances(**request)

    def run_instances(
        self, count: int, cluster: str, instance_type: str = "m5.large", subnet: str | None = None
    ) -> list[str]:
        """Start instances that join a cluster, in a subnet's zone; one call each, as MiniStack makes MinCount of them."""
        reply = self.client("ec2").run_instances(
            ImageId="ami-12345678",
            InstanceType=instance_type,
            MinCount=count,
            MaxCount=count,
            UserData=f"#!/bin/bash\necho ECS_CLUSTER={cluster} >> /etc/ecs/ecs.config\n",
            **({"SubnetId": subnet} if subnet else {}),
        )
        return [instance["InstanceId"] for instance in reply["Instances"]]

    def terminate(self, *instances: str) -> None:
        self.client("ec2").terminate_instances(InstanceIds=list(instances))

    def role(self, *statements: dict) -> str:
        """A new role that tasks can have, with these rights."""
        name = f"role-{uuid.uuid4().hex[:8]}"
        arn = self.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
        if statements:
            self.client("iam").put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(*statements))
        return arn

    def define(self, *command: str, mode: str = "bridge", container: dict | None = None, **definition: Any) -> str:
        """Register a task definition with one container of the test image; returns its ARN."""
        family = definition.pop("family", f"family-{uuid.uuid4().hex[:8]}")
        app = {"name": "app", "image": self.image, "memory": 64, "command": list(command), **(container or {})}
        registered = self.ecs.register_task_definition(
            family=family, networkMode=mode, requiresCompatibilities=["EC2"], containerDefinitions=[app], **definition
        )
        return registered["taskDefinition"]["taskDefinitionArn"]

    def run(self, definition: str, cluster: str = "", **request: Any) -> dict:
        """Run one task and return it; it must have been placed."""
        reply = self.ecs.run_task(cluster=cluster or self.cluster, taskDefinition=definition, **request)
        assert not reply["failures"], reply["failures"]
        return reply["tasks"][0]

    def task(self, arn: str) -> dict:
        cluster = arn.split("/")[-2]
        return self.ecs.describe_tasks(cluster=cluster, tasks=[arn])["tasks"][0]

    def running(self, arn: str) -> dict:
        def look() -> dict | None:
            task = self.task(arn)
            assert task["lastStatus"] not in ("STOPPED", "DEPROVISIONING"), task.get("stoppedReason")
            return task if task["lastStatus"] == "RUNNING" else None

        return wait_for(look, message=f"{arn} RUNNING")

    def stopped(self, arn: str, seconds: float = 20) -> dict:
        def look() -> dict | None:
            task = self.task(arn)
            return task if task["lastStatus"] == "STOPPED" else None

        return wait_for(look, seconds, message=f"{arn} STOPPED")

    def container_of(self, task: dict, name: str = "app") -> Any:
        labels = {"com.amazonaws.ecs.task-arn": task["taskArn"], "com.amazonaws.ecs.container-name": name}
        found = self.containers(**labels)
        assert len(found) == 1, found
        return found[0]

    def service(self, name: str, cluster: str = "") -> dict:
        return self.ecs.describe_services(cluster=cluster or self.cluster, services=[name])["services"][0]

    def steady(self, name: str, cluster: str = "", seconds: float = 30) -> dict:
        """Wait until a service has one completed deployment with all its tasks running."""

        def look() -> dict | None:
            service = self.service(name, cluster)
            done = len(service["deployments"]) == 1 and service["deployments"][0]["rolloutState"] == "COMPLETED"
            return service if done and service["runningCount"] == service["desiredCount"] else None

        return wait_for(look, seconds, message=f"{name} steady")

    def tasks_of(self, service: str, cluster: str = "", status: str = "RUNNING") -> list[dict]:
        cluster = cluster or self.cluster
        arns = self.ecs.list_tasks(cluster=cluster, serviceName=service, desiredStatus=status)["taskArns"]
        return self.ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else []

    def delete_service(self, name: str, cluster: str = "") -> None:
        self.ecs.delete_service(cluster=cluster or self.cluster, service=name, force=True)
        wait_for(lambda: self.service(name, cluster)["status"] == "INACTIVE", message=f"{name} INACTIVE")

    def instance_of(self, task: dict) -> str:
        """The EC2 instance id of a task."""
        reply = self.ecs.describe_container_instances(
            cluster=task["clusterArn"], containerInstances=[task["containerInstanceArn"]]
        )
        return reply["containerInstances"][0]["ec2InstanceId"]

    def ask(self, *questions: str, mode: str = "bridge", **request: Any) -> list[str]:
        """Answers of the probe (tests/probe), run as a task: ask("get", url, "lookup", name)."""
        group = "/probe"
        if not self.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            self.client("logs").create_log_group(logGroupName=group)
        options = {"awslogs-group": group, "awslogs-stream-prefix": "ecs"}
        container = {"entryPoint": ["/probe"], "logConfiguration": {"logDriver": "awslogs", "options": options}}
        task = self.run(self.define(*questions, mode=mode, container=container), **request)
        self.stopped(task["taskArn"])
        return self.log_lines(group, f"ecs/app/{task['taskArn'].rsplit('/', 1)[-1]}")

    def log_lines(self, group: str, stream: str) -> list[str]:
        return [event["message"] for event in self.log_events(group, stream)]

    def log_events(self, group: str, stream: str) -> list[dict]:
        logs, events, token = self.client("logs"), [], {}
        while True:
            page = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True, **token)
            events += page["events"]
            if token.get("nextToken") == page["nextForwardToken"]:
                return events
            token = {"nextToken": page["nextForwardToken"]}


def _make_network(client: docker.DockerClient, name: str) -> tuple[Any, str]:
    """A network with a subnet of our own: fixed addresses need one."""
    for third in range(100, 200):
        pool = docker.types.IPAMPool(subnet=f"172.29.{third}.0/24", gateway=f"172.29.{third}.1")
        try:
            made = client.networks.create(
                name, ipam=docker.types.IPAMConfig(pool_configs=[pool]), labels={"ecs-tail-sampling.local": name}
            )
        except docker.errors.APIError as error:
            if "overlap" not in str(error).lower():
                raise
        else:
            return made, f"172.29.{third}.1"
    raise AssertionError("no free network")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("", 0))
        return probe.getsockname()[1]


def _answers(endpoint: str) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=1):
            return True
    except (urllib.error.URLError, OSError):
        return False
