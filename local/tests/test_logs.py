"""Container output: CloudWatch Logs events and the instance's json-file logs."""

import json
import time
from pathlib import Path

import pytest
from local_cloud import Cloud, wait_for


def _awslogs(group: str, mode: str = "blocking", **options: str) -> dict:
    named = {"awslogs-group": group, "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "ecs"}
    options = {**named, **({"mode": mode} if mode else {}), **options}
    return {"logConfiguration": {"logDriver": "awslogs", "options": options}}


# What a role needs to write into a group that is there.
_WRITING = ["logs:CreateLogStream", "logs:PutLogEvents"]


def _streams(cloud: Cloud, group: str) -> list[str]:
    found = cloud.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    if not found:
        return []
    streams = cloud.client("logs").describe_log_streams(logGroupName=group)["logStreams"]
    return [stream["logStreamName"] for stream in streams]


def _stream(task: dict) -> str:
    return f"ecs/app/{task['taskArn'].rsplit('/', 1)[-1]}"


def _json_logs(cloud: Cloud) -> dict[str, list[dict]]:
    """Instance id -> the entries of its containers' json-file logs."""
    found = {}
    for instance in cloud.instances:
        folder = cloud.folder / "instances" / instance / "var/lib/docker/containers"
        files: list[Path] = sorted(folder.glob("*/*-json.log"))
        assert all(file.name == f"{file.parent.name}-json.log" for file in files)
        found[instance] = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    return found


def test_a_line_of_200_kb_is_one_event(cloud: Cloud, name: str) -> None:
    cloud.client("logs").create_log_group(logGroupName=name)
    task = cloud.run(cloud.define("-line-bytes", "200000", "-exit", "0", container=_awslogs(name)))
    cloud.stopped(task["taskArn"])
    assert cloud.log_lines(name, _stream(task)) == ["x" * 200_000]


def test_a_long_line_does_not_run_into_the_next(cloud: Cloud, name: str) -> None:
    """16 KiB is where the engine cuts."""
    cloud.client("logs").create_log_group(logGroupName=name)
    for length in (16_383, 16_384, 16_385, 32_768):
        task = cloud.run(cloud.define("-repeat", "2", "-exit", "0", "z" * (length - 2), container=_awslogs(name)))
        cloud.stopped(task["taskArn"])
        assert [len(line) for line in cloud.log_lines(name, _stream(task))] == [length, length]


def test_a_longer_line_is_split_as_the_driver_splits_it(cloud: Cloud, name: str) -> None:
    cloud.client("logs").create_log_group(logGroupName=name)
    task = cloud.run(cloud.define("-line-bytes", "300000", "-exit", "0", container=_awslogs(name)))
    cloud.stopped(task["taskArn"])
    assert [len(line) for line in cloud.log_lines(name, _stream(task))] == [262_118, 300_000 - 262_118]


def test_a_character_on_the_engines_16_kib_cut_stays_whole(cloud: Cloud, name: str) -> None:
    cloud.client("logs").create_log_group(logGroupName=name)
    text = "x" + "ä" * 20_000
    task = cloud.run(cloud.define("-exit", "0", text, container=_awslogs(name)))
    cloud.stopped(task["taskArn"])
    assert cloud.log_lines(name, _stream(task)) == [text]


def test_every_line_before_the_exit_is_there_in_order_when_the_task_is_stopped(cloud: Cloud, name: str) -> None:
    cloud.client("logs").create_log_group(logGroupName=name)
    before = time.time() * 1000
    task = cloud.run(cloud.define("-repeat", "5000", "-exit", "0", "y" * 300, container=_awslogs(name)))
    cloud.stopped(task["taskArn"], seconds=30)
    events = cloud.log_events(name, _stream(task))
    assert [event["message"].split()[1] for event in events] == [str(number) for number in range(1, 5001)]
    times = [event["timestamp"] for event in events]
    assert times == sorted(times)
    assert before - 1000 < times[0] <= times[-1] < time.time() * 1000


def test_a_missing_log_group_keeps_the_container_from_starting(cloud: Cloud, name: str) -> None:
    role = cloud.role({"Effect": "Allow", "Action": "logs:*", "Resource": "*"})
    stopped = cloud.stopped(cloud.run(cloud.define("x", container=_awslogs(name), executionRoleArn=role))["taskArn"])
    assert stopped["stopCode"] == "TaskFailedToStart"
    assert stopped["stoppedReason"].startswith(
        "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to create "
        "Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist"
    )
    assert stopped["containers"][0]["reason"] == stopped["stoppedReason"]


@pytest.mark.parametrize("allowed", [True, False])
def test_a_log_group_is_created_when_asked_for_and_allowed(cloud: Cloud, name: str, allowed: bool) -> None:
    actions = [*_WRITING, *(["logs:CreateLogGroup"] if allowed else [])]
    role = cloud.role({"Effect": "Allow", "Action": actions, "Resource": "*"})
    container = _awslogs(name, **{"awslogs-create-group": "true"})
    task = cloud.run(cloud.define("-exit", "0", "hello", container=container, executionRoleArn=role))
    stopped = cloud.stopped(task["taskArn"])
    if allowed:
        assert cloud.log_lines(name, _stream(task)) == ["hello"]
    else:
        assert "failed to create Cloudwatch log group: AccessDeniedException" in stopped["stoppedReason"]
        assert cloud.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"] == []


def test_a_group_that_is_there_is_not_created_whatever_the_options_ask_for(cloud: Cloud, name: str) -> None:
    cloud.client("logs").create_log_group(logGroupName=name)
    role = cloud.role({"Effect": "Allow", "Action": _WRITING, "Resource": "*"})
    container = _awslogs(name, **{"awslogs-create-group": "true"})
    task = cloud.run(cloud.define("-exit", "0", "hello", container=container, executionRoleArn=role))
    cloud.stopped(task["taskArn"])
    assert cloud.log_lines(name, _stream(task)) == ["hello"]


@pytest.mark.parametrize("mode", ["non-blocking", ""], ids=["asked-for", "by-default"])
def test_without_blocking_a_container_starts_without_a_stream_which_is_made_when_it_can_be(
    cloud: Cloud, name: str, mode: str
) -> None:
    role = cloud.role({"Effect": "Allow", "Action": _WRITING, "Resource": "*"})
    definition = cloud.define("-listen", ":9", "early", container=_awslogs(name, mode=mode), executionRoleArn=role)
    task = cloud.running(cloud.run(definition)["taskArn"])
    cloud.client("logs").create_log_group(logGroupName=name)
    wait_for(lambda: _streams(cloud, name), message="the stream, at the next attempt")
    wait_for(lambda: "early" in cloud.log_lines(name, _stream(task)), message="what was said before")
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])


def test_without_blocking_a_role_that_may_not_make_the_stream_runs_and_its_lines_are_lost(
    cloud: Cloud, name: str
) -> None:
    cloud.client("logs").create_log_group(logGroupName=name)
    role = cloud.role({"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"})
    definition = cloud.define("-exit", "3", "x", container=_awslogs(name, "non-blocking"), executionRoleArn=role)
    stopped = cloud.stopped(cloud.run(definition)["taskArn"])
    assert (stopped["stopCode"], stopped["containers"][0]["exitCode"]) == ("EssentialContainerExited", 3)
    assert _streams(cloud, name) == []


def test_lines_beyond_the_buffer_are_dropped_while_there_is_no_stream(cloud: Cloud, name: str) -> None:
    role = cloud.role({"Effect": "Allow", "Action": _WRITING, "Resource": "*"})
    container = _awslogs(name, "non-blocking", **{"max-buffer-size": "1k"})
    definition = cloud.define("-repeat", "5", "y" * 398, container=container, executionRoleArn=role)
    task = cloud.running(cloud.run(definition)["taskArn"])
    cloud.client("logs").create_log_group(logGroupName=name)
    wait_for(lambda: _streams(cloud, name) and cloud.log_lines(name, _stream(task)), message="the stream")
    assert len(cloud.log_lines(name, _stream(task))) == 2
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])


def test_a_role_that_may_not_put_events_leaves_its_stream_empty(cloud: Cloud, name: str) -> None:
    cloud.client("logs").create_log_group(logGroupName=name)
    role = cloud.role({"Effect": "Allow", "Action": "logs:CreateLogStream", "Resource": "*"})
    task = cloud.run(cloud.define("-exit", "0", "x", container=_awslogs(name), executionRoleArn=role))
    cloud.stopped(task["taskArn"])
    assert _streams(cloud, name) == [_stream(task)]
    assert cloud.log_lines(name, _stream(task)) == []


def test_a_json_file_container_writes_on_its_own_instance_only(cloud: Cloud, name: str) -> None:
    cloud.client("logs").create_log_group(logGroupName=name)
    plain = cloud.running(cloud.run(cloud.define(f"line-{name}"))["taskArn"])
    shipped = cloud.running(cloud.run(cloud.define(f"other-{name}", container=_awslogs(name)))["taskArn"])
    wait_for(lambda: any(name in entry["log"] for entries in _json_logs(cloud).values() for entry in entries))
    found = {
        instance: [entry["log"] for entry in entries if name in entry["log"]]
        for instance, entries in _json_logs(cloud).items()
    }
    assert found.pop(cloud.instance_of(plain)) == [f"line-{name}\n"]
    assert list(found.values()) == [[]]
    for task in (plain, shipped):
        cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])


def test_a_long_line_in_a_json_file_is_cut_where_docker_cuts_it(cloud: Cloud) -> None:
    task = cloud.run(cloud.define("-line-bytes", "40000", "-exit", "0"))
    stopped = cloud.stopped(task["taskArn"])
    folder = cloud.folder / "instances" / cloud.instance_of(task) / "var/lib/docker/containers"
    container_id = stopped["containers"][0]["runtimeId"]
    lines = (folder / container_id / f"{container_id}-json.log").read_text().splitlines()
    assert [len(json.loads(line)["log"]) for line in lines] == [16_384, 16_384, 40_000 - 2 * 16_384 + 1]


def test_a_quiet_stream_read_backwards_begins_with_empty_pages(cloud: Cloud, name: str) -> None:
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="quiet")
    written = [{"timestamp": int(time.time() * 1000) - 60_000 + number, "message": str(number)} for number in range(3)]
    logs.put_log_events(logGroupName=name, logStreamName="quiet", logEvents=written)
    pages, token = [], {}
    while True:
        page = logs.get_log_events(logGroupName=name, logStreamName="quiet", startFromHead=False, limit=2, **token)
        pages.append([event["message"] for event in page["events"]])
        if token.get("nextToken") == page["nextBackwardToken"]:
            break
        token = {"nextToken": page["nextBackwardToken"]}
    assert pages == [[], [], ["1", "2"], ["0"], []]
    assert cloud.log_lines(name, "quiet") == ["0", "1", "2"]


def test_a_stream_that_was_just_written_to_begins_with_its_last_line(cloud: Cloud, name: str) -> None:
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="busy")
    events = [{"timestamp": int(time.time() * 1000), "message": "now"}]
    logs.put_log_events(logGroupName=name, logStreamName="busy", logEvents=events)
    page = logs.get_log_events(logGroupName=name, logStreamName="busy", startFromHead=False, limit=1)
    assert [event["message"] for event in page["events"]] == ["now"]
