"""Instance metadata: a container that asks is told about the instance it runs on.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
Who asks is known by address: a host-network task has its instance's, any other task its own.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable

from ministack.core.responses import get_request_client_ip, request_scope
from ministack.services import ec2, ecs, imds

from . import container_instances, instances
from .patching import wrap
from .settings import SETTINGS

_TRIES = 20
_PAUSE_SECONDS = 0.05


def install() -> None:
    wrap(imds, "handle_request", _by_caller, parameters=("method", "path", "headers", "body", "query_params"))


def _by_caller(original: Callable[..., Awaitable[tuple]]) -> Callable[..., Awaitable[tuple]]:
    async def handle_request(method: str, path: str, headers: dict, body: bytes, query_params: dict) -> tuple:
        address = get_request_client_ip()
        if address in ("127.0.0.1", SETTINGS.gateway) or method.upper() != "GET":
            return await original(method, path, headers, body, query_params)
        if not imds._check_token(headers):
            return imds._unauthorized()
        instance = await _instance_of(address)
        return _answer(path.rstrip("/"), instance) if instance else imds._not_found()

    return handle_request


async def _instance_of(address: str) -> dict | None:
    """A container may ask before its address has been noted: that takes a moment after its start."""
    for _ in range(_TRIES):
        found = _look_up(address)
        if found:
            return found
        await asyncio.sleep(_PAUSE_SECONDS)
    return None


def _look_up(address: str) -> dict | None:
    instance = instances.by_address(address)
    if instance:
        return instance
    for (account, region, _), task in ecs._tasks.all_items():
        if task["lastStatus"] != "STOPPED" and task.get("_container_ip") == address:
            with request_scope(account, region):
                record = container_instances.by_arn(task["containerInstanceArn"])
                return container_instances.ec2_record(record) if record else None
    return None


def _answer(path: str, instance: dict) -> tuple:
    if path == "/latest/dynamic/instance-identity/document":
        return _reply(json.dumps(_identity(instance)), "application/json")
    if not path.startswith("/latest/meta-data"):
        return imds._not_found()
    leaf = path.removeprefix("/latest/meta-data").strip("/")
    values = _values(instance)
    if leaf in values:
        return _reply(values[leaf])
    below = {name.removeprefix(f"{leaf}/") for name in values if not leaf or name.startswith(f"{leaf}/")}
    if below:
        tops = {name.split("/")[0] + ("/" if "/" in name else "") for name in below}
        return _reply("\n".join(sorted(tops)))
    # Above all the credentials: these instances have no instance profile.
    return imds._not_found()


def _values(instance: dict) -> dict[str, str]:
    zone = instance["Placement"]["AvailabilityZone"]
    return {
        "ami-id": instance["ImageId"],
        "hostname": instance["PrivateDnsName"],
        "instance-id": instance["InstanceId"],
        "instance-life-cycle": "on-demand",
        "instance-type": instance["InstanceType"],
        "local-hostname": instance["PrivateDnsName"],
        "local-ipv4": instance["PrivateIpAddress"],
        "placement/availability-zone": zone,
        "placement/region": zone[:-1],
    }


def _identity(instance: dict) -> dict:
    """https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html"""
    zone = instance["Placement"]["AvailabilityZone"]
    return {
        "accountId": _account(instance),
        "architecture": instance["Architecture"],
        "availabilityZone": zone,
        "imageId": instance["ImageId"],
        "instanceId": instance["InstanceId"],
        "instanceType": instance["InstanceType"],
        "pendingTime": instance["LaunchTime"],
        "privateIp": instance["PrivateIpAddress"],
        "region": zone[:-1],
        "version": "2017-09-30",
    }


def _account(instance: dict) -> str:
    found = (account for (account, _, key), _ in ec2._instances.all_items() if key == instance["InstanceId"])
    return next(found, "000000000000")


def _reply(body: str, kind: str = "text/plain") -> tuple:
    return 200, {"Content-Type": kind}, body.encode()
