"""Mounts: a host path of a task is a path of its instance, not of the machine everything runs on.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
"""

from pathlib import PurePosixPath

import docker

from . import engine
from .settings import SETTINGS

# The kernel's own file systems are the machine's, as on an instance; only readable here.
_KERNEL = ("/proc", "/sys")


def binds(task: dict, task_definition: dict, definition: dict, instance: dict) -> list[str]:
    """Bind strings of a container's mount points."""
    sources = {volume["name"]: volume for volume in task_definition.get("volumes") or []}
    found = []
    for mount in definition.get("mountPoints") or []:
        volume = sources.get(mount.get("sourceVolume"))
        if not volume:
            continue
        mode = "ro" if mount.get("readOnly") else "rw"
        path = (volume.get("host") or {}).get("sourcePath")
        if path:
            found += _host_binds(path, mount["containerPath"], mode, instance)
        else:
            found.append(f"{_volume_name(task, volume['name'])}:{mount['containerPath']}:{mode}")
    return found


def remove(task: dict, task_definition: dict) -> None:
    """Remove the volumes that live as long as their task."""
    for volume in task_definition.get("volumes") or []:
        if not (volume.get("host") or {}).get("sourcePath"):
            try:
                engine.client().api.remove_volume(_volume_name(task, volume["name"]), force=True)
            except docker.errors.NotFound:
                continue


def _host_binds(path: str, target: str, mode: str, instance: dict) -> list[str]:
    if any(path == kernel or path.startswith(f"{kernel}/") for kernel in _KERNEL):
        return [f"{path}:{target}:ro"]
    root = SETTINGS.instance_dir(instance["ec2InstanceId"])
    source = root / PurePosixPath(path).relative_to("/")
    if not source.exists():
        source.mkdir(parents=True)
    found = [f"{source}:{target}:{mode}"]
    if path == "/":
        for kernel in _KERNEL:
            (root / kernel[1:]).mkdir(exist_ok=True)
            found.append(f"{kernel}:{target.rstrip('/')}{kernel}:ro")
    return found


def _volume_name(task: dict, name: str) -> str:
    return f"ecs-{task['taskArn'].rsplit('/', 1)[-1]}-{name}"
