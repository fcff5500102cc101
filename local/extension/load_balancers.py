"""Network Load Balancers that carry traffic: a TCP forwarder in the VPC network, under the load balancer's DNS name.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html
One container for each, which listens on the ports of its TCP listeners (local/images/forwarder). It reads the targets
from a file, which is written here as registrations and health change. What it does not do: UDP, TLS listeners, client
addresses (targets see the forwarder's), one address per zone, and cutting connections of targets that became unhealthy.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import alb

from . import engine, target_health
from .cloudformation import load_balancer
from .patching import wrap
from .settings import SETTINGS

logger = logging.getLogger("extension.load_balancers")

_LOOK_SECONDS = 0.2
# What each running forwarder was last told, by load balancer ARN.
_tables: dict[str, str] = {}


def install() -> None:
    load_balancer.begins_as("provisioning")
    wrap(
        alb,
        "_create_lb",
        lambda original: lambda params: _create(original, params),
        parameters=("params",),
        actions=("CreateLoadBalancer",),
    )
    threading.Thread(target=_run, name="load-balancers", daemon=True).start()


def _create(original: Callable[[dict], tuple], params: dict) -> tuple:
    """CreateLoadBalancer: MiniStack makes every load balancer an application load balancer by name."""
    response = original(params)
    if response[0] >= 400 or alb._p(params, "Type") != "network":
        return response
    made = alb._find_lb_by_name(alb._p(params, "Name"))
    shown = load_balancer.as_network(made["LoadBalancerArn"])
    return alb._xml(200, "CreateLoadBalancer", f"<LoadBalancers>{alb._lb_xml(shown)}</LoadBalancers>")


def _run() -> None:
    while True:
        time.sleep(_LOOK_SECONDS)
        try:
            _look()
        except Exception:
            logger.exception("load balancers could not be looked at")


def _look() -> None:
    target_health.look()
    there = {}
    for (account, region, arn), balancer in alb._lbs.all_items():
        if load_balancer.is_network(arn):
            there[arn] = balancer
            with request_scope(account, region):
                _serve(arn, balancer)
    for arn in set(_tables) - set(there):
        del _tables[arn]
        engine.remove(_container_name(arn))


def _serve(arn: str, balancer: dict) -> None:
    """Let the forwarder listen and forward as the load balancer does now."""
    table = json.dumps(_forwarding(arn), sort_keys=True)
    known = _tables.get(arn)
    if known == table:
        return
    folder = SETTINGS.state_dir / "load-balancers" / _container_name(arn)
    folder.mkdir(parents=True, exist_ok=True)
    # Moved into place: the forwarder never reads half of it.
    (folder / "next.json").write_text(table)
    (folder / "next.json").replace(folder / "targets.json")
    if known is None:
        _start(arn, balancer, str(folder))
        balancer["State"] = "active"
    _tables[arn] = table


def _forwarding(arn: str) -> dict[str, list[str]]:
    """Port of each TCP listener to the targets it forwards to."""
    found: dict[str, list[str]] = {}
    for listener in alb._listeners.values():
        if listener["LoadBalancerArn"] == arn and listener["Protocol"] == "TCP":
            groups = [action.get("TargetGroupArn", "") for action in listener["DefaultActions"]]
            found[str(listener["Port"])] = sorted(
                target for group in groups for target in target_health.forwarded_to(group)
            )
    return found


def _start(arn: str, balancer: dict, folder: str) -> Any:
    api = engine.client().api
    name = _container_name(arn)
    engine.remove(name)
    endpoint = api.create_endpoint_config(aliases=[balancer["DNSName"]])
    created = api.create_container(
        SETTINGS.forwarder_image,
        entrypoint=["/forwarder", "/load-balancer/targets.json"],
        name=name,
        labels=engine.labels("elbv2"),
        host_config=api.create_host_config(binds=[f"{folder}:/load-balancer:ro"], init=True),
        networking_config=api.create_networking_config({SETTINGS.network: endpoint}),
    )
    api.start(created["Id"])
    logger.info("load balancer %s is up", balancer["DNSName"])


def _container_name(arn: str) -> str:
    return f"{SETTINGS.name}-elb-{arn.rsplit('/', 1)[-1]}"
