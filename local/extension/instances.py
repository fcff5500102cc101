"""EC2 instances: RunInstances with ECS_CLUSTER in the user data starts a container that joins that cluster.

The container only sleeps. Its network namespace is the instance's network: host-mode tasks run inside it
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-host.html), so each instance has its
own localhost and nothing binds a port of the real machine. Joining by user data:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bootstrap_container_instance.html
"""

import base64
import binascii
import ipaddress
import logging
import re
import shutil
from collections.abc import Callable
from functools import partial
from typing import Any

import docker
from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2

from . import container_instances, engine, engine_options
from .patching import wrap
from .settings import SETTINGS

logger = logging.getLogger("extension.instances")

_CLUSTER_LINE = re.compile(r"^\s*(?:echo\s+['\"]?)?ECS_CLUSTER=['\"]?([A-Za-z0-9_-]+)", re.MULTILINE)
# Called with the ids of instances that were terminated.
_on_terminated: list[Callable[[list[str]], None]] = []
_ADDRESS_TAKEN = "Address already in use"
_NO_FIXED_ADDRESS = "user configured subnet"


def cluster_from_user_data(user_data: str) -> str | None:
    """The cluster an instance's user data tells its agent to join."""
    found = _CLUSTER_LINE.search(_decoded(user_data))
    return found.group(1) if found else None


def _decoded(user_data: str) -> str:
    try:
        return base64.b64decode(user_data, validate=True).decode("utf-8", errors="replace")
    except (binascii.Error, ValueError):
        return user_data or ""


def on_terminated(listener: Callable[[list[str]], None]) -> None:
    _on_terminated.append(listener)


def install() -> None:
    wrap(
        ec2,
        "_launch_instances_internal",
        lambda original: partial(_launch_instances, original),
        parameters=(
            "image_id",
            "instance_type",
            "subnet_id",
            "count",
            "key_name",
            "user_data",
            "sg_ids",
            "requested_private_ip",
            "iam_profile",
        ),
    )
    wrap(
        ec2,
        "_terminate_instances",
        lambda original: partial(_terminate_instances, original),
        parameters=("p",),
        actions=("TerminateInstances",),
    )
    # Takes the EC2 actions that wait for the engine off MiniStack's event loop.
    ec2._docker_in_use = True


def _launch_instances(original: Callable[..., list[dict]], *args: Any, **kwargs: Any) -> list[dict]:
    created = original(*args, **kwargs)
    started = []
    for record in created:
        # An instance is in the zone of its subnet; MiniStack has them all in the first.
        zone = (ec2._subnets.get(record["SubnetId"]) or {}).get("AvailabilityZone")
        record["Placement"]["AvailabilityZone"] = zone or record["Placement"]["AvailabilityZone"]
    for record in created:
        cluster = cluster_from_user_data(record["UserData"])
        if not cluster:
            continue
        try:
            started.append(record)
            _start(record, cluster)
        except Exception:
            for broken in started:
                _stop_container(broken)
            for unused in created:
                ec2._discard_instance_records(unused)
            raise
        container_instances.register(record, cluster)
    return created


def _terminate_instances(original: Callable[[dict], tuple], p: dict) -> tuple:
    ids = ec2._parse_member_list(p, "InstanceId")
    ours = [
        record
        for record in (ec2._instances.get(instance_id) for instance_id in ids)
        if record and record.get("_cluster") and record["State"]["Name"] != "terminated"
    ]
    for record in ours:
        container_instances.deregister(record["InstanceId"])
    response = original(p)
    for record in ours:
        shutil.rmtree(SETTINGS.instance_dir(record["InstanceId"]), ignore_errors=True)
    if response[0] < 400:
        for listener in _on_terminated:
            listener(ids)
    return response


def _start(record: dict, cluster: str) -> None:
    """Start the container of one instance and write what it is into the EC2 record."""
    instance_id = record["InstanceId"]
    container, address = _run_container(instance_id)
    dashed = address.replace(".", "-")
    record.update(
        PrivateIpAddress=address,
        PrivateDnsName=f"ip-{dashed}.{get_region()}.compute.internal",
        VmManager="docker",
        _container_id=container.id,
        _container_name=instance_id,
        _cluster=cluster,
        _log_options=engine_options.log_options(_decoded(record["UserData"])),
    )
    _write_root(instance_id, f"ip-{dashed}")
    logger.info("instance %s is up at %s, joins cluster %s", instance_id, address, cluster)


def _run_container(instance_id: str) -> tuple[Any, str]:
    """Start at an address of our choice: the hostname, which AWS derives from it, is set before the start."""
    for address in _free_addresses():
        try:
            return _create(instance_id, address), address
        except docker.errors.APIError as error:
            engine.remove(instance_id)
            if _NO_FIXED_ADDRESS in str(error):
                break
            if _ADDRESS_TAKEN not in str(error):
                raise
    container = _create(instance_id, None)
    return container, engine.network_address(container)


def _create(instance_id: str, address: str | None) -> Any:
    hostname = f"ip-{address.replace('.', '-')}" if address else instance_id
    api = engine.client().api
    host_config = api.create_host_config(extra_hosts=SETTINGS.extra_hosts, init=True)
    networking = api.create_networking_config({SETTINGS.network: api.create_endpoint_config(ipv4_address=address)})
    created = api.create_container(
        SETTINGS.instance_image,
        name=instance_id,
        hostname=hostname,
        host_config=host_config,
        networking_config=networking,
        labels=engine.labels("ec2", instance_id=instance_id, account_id=get_account_id(), region=get_region()),
    )
    api.start(created["Id"])
    return engine.client().containers.get(created["Id"])


def _free_addresses() -> list[str]:
    """Addresses in the last quarter of the network: the engine hands out its own from the start."""
    network = engine.client().networks.get(SETTINGS.network)
    subnets = [entry["Subnet"] for entry in network.attrs["IPAM"]["Config"] or [] if "." in entry.get("Subnet", "")]
    if not subnets:
        return []
    taken = {
        entry["IPv4Address"].split("/")[0] for entry in network.attrs["Containers"].values() if entry["IPv4Address"]
    }
    subnet = ipaddress.ip_network(subnets[0])
    first = subnet.num_addresses * 3 // 4 + 11
    candidates = (str(subnet[i]) for i in range(first, min(subnet.num_addresses - 1, first + 50)))
    return [address for address in candidates if address not in taken]


def _write_root(instance_id: str, hostname: str) -> None:
    """The few files of an instance's root that agents look at."""
    root = SETTINGS.instance_dir(instance_id)
    for folder in ("etc", "var/lib/docker/containers", "var/log"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "etc/hostname").write_text(f"{hostname}\n")
    (root / "etc/os-release").write_text('NAME="Amazon Linux"\nVERSION="2023"\nID="amzn"\nVERSION_ID="2023"\n')


def _stop_container(record: dict) -> None:
    engine.remove(record["InstanceId"])
    shutil.rmtree(SETTINGS.instance_dir(record["InstanceId"]), ignore_errors=True)


def by_address(address: str) -> dict | None:
    """The running EC2 instance with this private address, in whichever account and region."""
    for record in ec2._instances.all_values():
        if record.get("PrivateIpAddress") == address and record["State"]["Name"] == "running":
            return record
    return None
