"""One task's life on its instance, as the ECS agent drives it: start, watch, stop. A thread per task.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

import functools
import logging
import queue
import threading
from collections.abc import Callable

import docker
from ministack.core.concurrency import resource_lock
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import ecs

from . import (
    awslogs,
    cloud_map,
    container_output,
    container_run,
    containers,
    credentials,
    dns_names,
    engine,
    environment,
    images,
    pace,
    target_health,
    task_state,
    volumes,
)
from .errors import TaskStartError

logger = logging.getLogger("extension.task_run")

_runs: dict[str, "TaskRun"] = {}
_closed = threading.Event()


def start(task: dict, task_definition: dict, overrides: list[dict], instance: dict) -> None:
    run = TaskRun(task, task_definition, overrides, instance)
    _runs[task["taskArn"]] = run
    threading.Thread(target=run.live, name=f"task-{task['taskArn'][-12:]}", daemon=True).start()


def stop(task: dict, reason: str, code: str) -> None:
    """Ask for a task's end; it goes on in the background. A task already stopping keeps its reason."""
    if not task_state.want_stopped(task, reason, code):
        return
    run = _runs.get(task["taskArn"])
    if run:
        run.events.put(None)


def lose(task: dict, reason: str) -> None:
    """End a task whose instance is gone: nothing is left that could stop in good order."""
    task_state.want_stopped(task, reason, "TerminationNotice")
    for container_id in list(task["_docker_ids"]):
        engine.remove(container_id)
    run = _runs.get(task["taskArn"])
    if run:
        run.events.put(None)


def close() -> None:
    """Start no more containers: the emulator is ending."""
    _closed.set()


class TaskRun:
    def __init__(self, task: dict, task_definition: dict, overrides: list[dict], instance: dict):
        self.task = task
        self.task_definition = task_definition
        self.instance = instance
        self.overrides = {override["name"]: override for override in overrides}
        self.containers: list[container_run.ContainerRun] = []
        # The container that exited, or None for "stop".
        self.events: queue.Queue[container_run.ContainerRun | None] = queue.Queue()
        self._scope: Callable = functools.partial(request_scope, get_account_id(), get_region())
        self._role: credentials.Session | None = None

    def live(self) -> None:
        with self._scope():
            try:
                self._start()
                self._watch()
            except TaskStartError as error:
                task_state.want_stopped(self.task, str(error), "TaskFailedToStart")
            except docker.errors.APIError as error:
                task_state.want_stopped(self.task, _engine_error(error), "TaskFailedToStart")
            except Exception as error:
                logger.exception("task %s could not be run", self.task["taskArn"])
                task_state.want_stopped(self.task, f"ResourceInitializationError: {error}", "TaskFailedToStart")
            finally:
                self._stop()

    def _start(self) -> None:
        if not (ecs._mark_task_pending(self.task["taskArn"], self.task) and self._go_on()):
            return
        self._wait_for_interface("interface-attaches")
        ecs._mark_task_activating(self.task["taskArn"], self.task)
        role = self.task_definition.get("taskRoleArn")
        if role:
            self._role = credentials.assume(role, self.task["taskArn"].rsplit("/", 1)[-1])
        for index, definition in enumerate(self.task_definition["containerDefinitions"]):
            if not self._go_on():
                return
            self._start_container(index, definition)
        cloud_map.register(self.task)
        dns_names.announce(self.task, self._scope)
        task_state.mark_running(self.task)

    def _start_container(self, index: int, definition: dict) -> None:
        override = self.overrides.get(definition["name"], {})
        effective = {**definition, **{key: override[key] for key in ("command", "cpu", "memory") if key in override}}
        record = self.task["containers"][index]
        digest = images.pull(definition["image"])
        if digest:
            record["imageDigest"] = digest
        variables = environment.build(self.task, self.task_definition, definition, override, self._role)
        stream = awslogs.prepare(self.task, self.task_definition, definition)
        container_id = containers.create(self.task, self.task_definition, effective, self.instance, variables)
        with resource_lock("ecs-task", self.task["taskArn"]):
            self.task["_docker_ids"].append(container_id)
        output = container_output.open_output(self.task, definition, stream, self.instance, container_id)
        run = container_run.ContainerRun(
            container_id, effective, record, output, lambda: task_state.health_changed(self.task)
        )
        self.containers.append(run)
        run.start(self._scope, self.events.put)
        task_state.record_network(self.task, self.task_definition, index, container_id, self.instance)

    def _watch(self) -> None:
        while self.task["desiredStatus"] == "RUNNING":
            exited = self.events.get()
            if exited and (exited.essential or all(run.exited.is_set() for run in self.containers)):
                task_state.want_stopped(self.task, "Essential container in task exited", "EssentialContainerExited")

    def _wait_for_interface(self, timing: str) -> None:
        """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html"""
        if self.task["_network_mode"] == "awsvpc":
            _closed.wait(pace.seconds(timing))

    def _go_on(self) -> bool:
        return self.task["desiredStatus"] == "RUNNING" and not _closed.is_set()

    def _stop(self) -> None:
        """Out of discovery, then SIGTERM, then (stopTimeout later) SIGKILL, then everything is removed."""
        try:
            task_state.move(self.task, "DEACTIVATING")
            cloud_map.deregister(self.task)
            _closed.wait(target_health.seconds_to_drain(self.task, cloud_map.service_of(self.task)))
            task_state.move(self.task, "STOPPING")
            container_run.stop_all(self.containers)
            task_state.move(self.task, "DEPROVISIONING")
            self._remove()
            dns_names.release(self.task)
            self._wait_for_interface("interface-detaches")
        except Exception:
            logger.exception("task %s was not stopped cleanly", self.task["taskArn"])
        finally:
            _runs.pop(self.task["taskArn"], None)
            task_state.mark_stopped(self.task)

    def _remove(self) -> None:
        for run in self.containers:
            engine.remove(run.container_id)
        with resource_lock("ecs-task", self.task["taskArn"]):
            self.task["_docker_ids"] = []
        volumes.remove(self.task, self.task_definition)
        if self._role:
            credentials.end(self._role)


def _engine_error(error: docker.errors.APIError) -> str:
    kind = "CannotCreateContainerError" if "/create" in str(error) else "CannotStartContainerError"
    return f"{kind}: Error response from daemon: {error.explanation or error}"
