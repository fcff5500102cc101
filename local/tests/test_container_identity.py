"""Which container a line of a container-log file is from: the agent's labels, and Docker's `attrs`."""

import json
import sys

import pytest
from local_cloud import LOCAL, Cloud, wait_for

sys.path.insert(0, str(LOCAL))

from extension.engine_options import log_options

AGENT = "com.amazonaws.ecs."
LABELS = f"{AGENT}cluster,{AGENT}task-definition-family,{AGENT}container-name"
DAEMON = {"log-driver": "json-file", "log-opts": {"labels": LABELS}}
BOOTHOOK = """#cloud-boothook
#!/bin/bash
[ -e /etc/docker/daemon.json ] || cat > /etc/docker/daemon.json <<'END'
%s
END
echo ECS_CLUSTER=%s >> /etc/ecs/ecs.config
"""


def _line(cloud: Cloud, instances: list[str], text: str) -> dict:
    def look() -> dict | None:
        for instance in instances:
            folder = cloud.folder / "instances" / instance / "var/lib/docker/containers"
            for file in folder.glob("*/*-json.log"):
                found = [json.loads(line) for line in file.read_text().splitlines()]
                if found and found[0]["log"] == f"{text}\n":
                    return found[0]
        return None

    return wait_for(look, message=text)


def test_containers_carry_the_agents_labels_which_win_over_those_of_the_definition(cloud: Cloud, name: str) -> None:
    labels = {"own": "x", f"{AGENT}cluster": "not-this-one"}
    definition = cloud.define("x", family=name, container={"dockerLabels": labels})
    task = cloud.running(cloud.run(definition)["taskArn"])
    found = cloud.container_of(task).labels
    assert {key: value for key, value in found.items() if key.startswith(AGENT)} == {
        f"{AGENT}cluster": cloud.cluster,
        f"{AGENT}container-name": "app",
        f"{AGENT}task-arn": task["taskArn"],
        f"{AGENT}task-definition-family": name,
        f"{AGENT}task-definition-version": "1",
    }
    assert found["own"] == "x"
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])


def test_lines_name_the_labels_that_the_container_or_its_instance_asks_for(cloud: Cloud, name: str) -> None:
    cloud.ecs.create_cluster(clusterName=name)
    reply = cloud.client("ec2").run_instances(
        ImageId="ami-1", InstanceType="m5.large", MinCount=1, MaxCount=1, UserData=BOOTHOOK % (json.dumps(DAEMON), name)
    )
    instance = reply["Instances"][0]["InstanceId"]
    own = {"logConfiguration": {"logDriver": "json-file", "options": {"labels": "color,missing"}}}
    cases = {
        # On an instance whose daemon says nothing of it …
        "plain": (cloud.cluster, {}),
        "own": (cloud.cluster, {**own, "dockerLabels": {"color": "red"}}),
        # … and on one whose daemon.json names the agent's labels; a container's own option wins.
        "default": (name, {}),
        "wins": (name, {**own, "dockerLabels": {"color": "blue"}}),
    }
    for case, (cluster, container) in cases.items():
        definition = cloud.define("-exit", "0", f"{name}-{case}", family=f"{name}-{case}", container=container)
        cloud.run(definition, cluster)
    found = {case: _line(cloud, [*cloud.instances, instance], f"{name}-{case}") for case in cases}
    # In Docker's order, and without `attrs` when there is nothing to say.
    assert list(found["plain"]) == ["log", "stream", "time"]
    assert list(found["own"]) == ["log", "stream", "attrs", "time"]
    assert found["own"]["attrs"] == {"color": "red"}
    assert found["default"]["attrs"] == {
        f"{AGENT}cluster": name,
        f"{AGENT}container-name": "app",
        f"{AGENT}task-definition-family": f"{name}-default",
    }
    assert found["wins"]["attrs"] == {"color": "blue"}
    cloud.terminate(instance)


@pytest.mark.parametrize(
    ("user_data", "found"),
    [
        ("cat > /etc/docker/daemon.json <<EOF\n%s\nEOF", {"labels": LABELS}),
        ("echo '%s' > /etc/docker/daemon.json", {"labels": LABELS}),
        ("mkdir ${X}; cat <<E >/etc/docker/daemon.json\n%s\nE\nY=${Z}", {"labels": LABELS}),
        ("cat > /etc/elsewhere.json <<EOF\n%s\nEOF", {}),
        ("systemctl restart docker # /etc/docker/daemon.json", {}),
    ],
)
def test_the_daemons_options_are_found_in_user_data(user_data: str, found: dict[str, str]) -> None:
    assert log_options(user_data % json.dumps(DAEMON) if "%s" in user_data else user_data) == found


def test_another_default_driver_has_no_options_for_json_files() -> None:
    journald = json.dumps({**DAEMON, "log-driver": "journald"})
    assert log_options(f"echo '{journald}' > /etc/docker/daemon.json") == {}
