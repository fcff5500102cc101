"""One container from its start to its end: waiting for its exit, following its output, stopping it."""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import docker

from . import container_output, containers, engine, health

logger = logging.getLogger("extension.container_run")

# For the engine to deliver what a dead container had written. Its stream ends by itself; this only bounds a fault.
_DRAIN_SECONDS = 30.0


class ContainerRun:
    def __init__(
        self,
        container_id: str,
        definition: dict,
        record: dict,
        output: container_output.Output | None,
        on_health: Callable[[], None],
    ):
        self.container_id = container_id
        self.definition = definition
        # The container's entry in DescribeTasks.
        self.record = record
        self.essential = bool(definition.get("essential", True))
        self.exited = threading.Event()
        self._output = output
        self._on_health = on_health
        self._follower: threading.Thread | None = None
        self._started = False

    def start(self, scope: Callable[[], AbstractContextManager], on_exit: Callable[["ContainerRun"], None]) -> None:
        """Start the container; `on_exit` is called once, after its exit code is known."""
        if self._output:
            self._follower = container_output.follow(self.container_id, self._output, scope)
        engine.client().api.start(self.container_id)
        self._started = True
        self.record.update(lastStatus="RUNNING", runtimeId=self.container_id)
        if self.definition.get("healthCheck"):
            health.watch(self.record, self.container_id, self.exited, self._on_health)

        def wait() -> None:
            self._await_exit()
            on_exit(self)

        threading.Thread(target=wait, name=f"wait-{self.container_id[:12]}", daemon=True).start()

    def stop(self) -> None:
        """SIGTERM, `stopTimeout` later SIGKILL; returns when the container has ended and its output is complete."""
        if self._started and not self.exited.is_set():
            try:
                engine.client().api.stop(self.container_id, timeout=containers.stop_seconds(self.definition))
            except docker.errors.APIError as error:
                logger.warning("cannot stop container %s: %s", self.container_id, error)
                engine.remove(self.container_id)
        if self._started:
            self.exited.wait()
            if self._follower:
                self._follower.join(_DRAIN_SECONDS)
        self.record["lastStatus"] = "STOPPED"

    def _await_exit(self) -> None:
        api = engine.client().api
        try:
            self.record["exitCode"] = api.wait(self.container_id, timeout=None)["StatusCode"]
            if api.inspect_container(self.container_id)["State"].get("OOMKilled"):
                self.record["reason"] = "OutOfMemoryError: Container killed due to memory usage"
        except Exception as error:
            # Removed behind our back, with the instance for one: there is no exit code to report.
            logger.info("container %s is gone: %s", self.container_id, error)
        self.record["lastStatus"] = "STOPPED"
        self.exited.set()


def stop_all(runs: list[ContainerRun]) -> None:
    """Stop a task's containers at the same time, each with its own time-out."""
    threads = [threading.Thread(target=run.stop, daemon=True) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
