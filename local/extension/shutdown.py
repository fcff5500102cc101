"""When the emulator ends, everything it started ends with it, at once."""

import concurrent.futures

from ministack import app

from . import engine, task_run
from .patching import replace
from .settings import SETTINGS


def install() -> None:
    replace(app, "_stop_docker_containers", _remove_containers, parameters=("include_unlabelled",))


def _remove_containers(include_unlabelled: bool = False) -> None:
    """Remove this cloud's instances, tasks and load balancers. Called before the first request and after the last."""
    if not include_unlabelled:
        # MiniStack asks for ownerless containers at its start only: this is the end.
        task_run.close()
    api = engine.client().api
    selectors = [[f"{SETTINGS.label}={SETTINGS.name}", f"ministack={service}"] for service in ("ecs", "ec2", "elbv2")]
    ids = [entry["Id"] for labels in selectors for entry in api.containers(all=True, filters={"label": labels})]
    with concurrent.futures.ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(engine.remove, ids))
