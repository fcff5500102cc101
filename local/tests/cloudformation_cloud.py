"""The emulator of the CloudFormation tests, its clients, and what several of these tests need."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import wire_report
import botocore.exceptions
import botocore.session
import pytest
from botocore.config import Config

HERE = Path(__file__).parent
REGION = "eu-west-1"


class Cloud:
    """One emulator process."""

    def __init__(self, port: int, folder: Path) -> None:
        self.folder = folder
        self.session = botocore.session.get_session()
        self.endpoint = f"http://127.0.0.1:{port}"
        self.names = 0
        self.cfn = self.client("cloudformation")
        self.ecs = self.client("ecs")

    def client(self, service: str, config: Config | None = None) -> Any:
        return self.session.create_client(
            service, region_name=REGION, endpoint_url=self.endpoint,
            aws_access_key_id="test", aws_secret_access_key="test", config=config,
        )  # fmt: skip

    def name(self) -> str:
        """A name no other test uses."""
        self.names += 1
        return f"t{self.names}"

    def change_set(self, stack: str, template: dict | str, kind: str = "UPDATE", **request: Any) -> dict:
        """Create a change set and wait until it is complete or failed."""
        body = template if isinstance(template, str) else json.dumps(template)
        created = self.cfn.create_change_set(
            StackName=stack, ChangeSetName=f"c{self.name()}", ChangeSetType=kind, TemplateBody=body,
            Capabilities=["CAPABILITY_NAMED_IAM"], **request,
        )  # fmt: skip
        return wait(
            lambda: self.cfn.describe_change_set(ChangeSetName=created["Id"]),
            lambda described: described["Status"] in ("CREATE_COMPLETE", "FAILED"),
        )

    def start(self, stack: str, template: dict | str, kind: str = "CREATE", **request: Any) -> str:
        """Execute a change set without waiting; the stack's ARN."""
        token = {"ClientRequestToken": request.pop("token")} if "token" in request else {}
        change_set = self.change_set(stack, template, kind, **request)
        assert change_set["Status"] == "CREATE_COMPLETE", change_set.get("StatusReason")
        self.cfn.execute_change_set(ChangeSetName=change_set["ChangeSetId"], **token)
        return change_set["StackId"]

    def deploy(self, stack: str, template: dict | str, kind: str = "CREATE", **request: Any) -> dict:
        """Execute a change set and return the stack as it ends."""
        return self.settled(self.start(stack, template, kind, **request))

    def settled(self, stack: str, seconds: float = 20) -> dict:
        return wait(lambda: self.stack(stack), lambda found: not found["StackStatus"].endswith("_PROGRESS"), seconds)

    def stack(self, stack: str) -> dict:
        return self.cfn.describe_stacks(StackName=stack)["Stacks"][0]

    def events(self, stack: str) -> list[dict]:
        """Oldest first."""
        return self.cfn.describe_stack_events(StackName=stack)["StackEvents"][::-1]

    def statuses(self, stack: str, logical_id: str) -> list[str]:
        return [event["ResourceStatus"] for event in self.events(stack) if event["LogicalResourceId"] == logical_id]

    def physical_id(self, stack: str, logical_id: str) -> str:
        found = self.cfn.describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
        return found["StackResourceDetail"]["PhysicalResourceId"]

    def service(self, cluster: str, name: str) -> dict:
        return self.ecs.describe_services(cluster=cluster, services=[name])["services"][0]


def wait(look: Any, done: Any, seconds: float = 20) -> Any:
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if done(found):
            return found
        assert time.monotonic() < deadline, f"still waiting, last seen: {found}"
        time.sleep(0.05)


def outputs(stack: dict) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def failure(call: Any, **request: Any) -> tuple[str, str]:
    """The code and the message a call is refused with."""
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        call(**request)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def topic(value: str = "one", **sections: Any) -> dict:
    """The smallest template: one resource, with a value that can change."""
    parameter = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}
    return {"Resources": {"Parameter": parameter}, **sections}


def service_template(image: str = "app", **properties: Any) -> dict:
    """A cluster's service with a task definition of its own; `properties` go to the service."""
    return {
        "Resources": {
            "TaskDefinition": {
                "Type": "AWS::ECS::TaskDefinition",
                "Properties": {
                    "Family": {"Fn::Sub": "${AWS::StackName}-app"},
                    "ContainerDefinitions": [{"Name": "app", "Image": image, "Memory": "64"}],
                },
            },
            "Service": {
                "Type": "AWS::ECS::Service",
                "Properties": {
                    "Cluster": "c",
                    "ServiceName": {"Ref": "AWS::StackName"},
                    "TaskDefinition": {"Ref": "TaskDefinition"},
                    "DesiredCount": "2",
                    "DeploymentConfiguration": {"DeploymentCircuitBreaker": {"Enable": True, "Rollback": True}},
                    **properties,
                },
            },
        }
    }


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with emulator(tmp_path_factory.mktemp("emulator") / "log") as made:
        yield made


@contextmanager
def emulator(log: Path, reports: Path | None = None) -> Iterator[Cloud]:
    """An emulator with the clusters `c` and `full`, which has no room; it must end when asked to.

    The guard of the wire must have found nothing, unless its report has a folder of its own (`reports`).
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ, "PYTHONPATH": str(HERE.parent), "PYTHONDONTWRITEBYTECODE": "1", "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1", "AUTH": "true", "MINISTACK_REGION": REGION,
        # No engine, no network: only the timings are read of what these are for.
        "LOCAL_VPC_NETWORK": "none", "LOCAL_VPC_GATEWAY": "127.0.0.1", "LOCAL_STATE_DIR": str(log.parent),
        "LOCAL_INSTANCE_IMAGE": "none", "LOCAL_FORWARDER_IMAGE": "none",
        **wire_report.folder(log.parent), **({"LOCAL_WIRE_REPORTS": str(reports)} if reports else {}),
    }  # fmt: skip
    with log.open("w") as sink:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "cloudformation_emulator.py")], env=environment, stdout=sink, stderr=sink
        )
    try:
        _wait_for_port(port, process, log)
        made = Cloud(port, log.parent)
        for cluster in ("c", "full"):
            made.ecs.create_cluster(clusterName=cluster)
        yield made
        process.terminate()
        process.wait(10)
        assert reports or not wire_report.violations(environment, process)
    finally:
        process.kill()


def _wait_for_port(port: int, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the emulator ended: {log.read_text()}"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"the emulator does not answer: {log.read_text()}")
