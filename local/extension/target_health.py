"""Health of a load balancer's targets: checked as the target group says, and what ECS makes of it.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
States and reasons: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
At the quick pace the first success is looked for often, which AWS has no setting for: a target is `unhealthy` no sooner,
only `healthy` earlier than there; and nobody waits for the deregistration delay. A target that is deregistered is gone at
once; it is not shown as `draining`.
"""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from ministack.core.responses import request_scope
from ministack.services import alb, ecs

from . import pace
from .patching import replace

_Key = tuple[str, str, int]  # target group ARN, address, port
_listeners: list[Callable[[], None]] = []


@dataclass
class _Target:
    since: float
    state: str = "initial"
    next_look: float = 0.0
    # Consecutive results of the other kind than the state.
    against: int = 0
    looking: bool = False


_known: dict[_Key, _Target] = {}


def install() -> None:
    replace(alb, "_describe_target_health", _describe, parameters=("params",), actions=("DescribeTargetHealth",))


def on_change(listener: Callable[[], None]) -> None:
    """Called after a target's state has changed."""
    _listeners.append(listener)


def look() -> None:
    """Start the checks that are due now; forget targets that are registered no more."""
    registered = {}
    for (account, region, arn), group in alb._tgs.all_items():
        with request_scope(account, region):
            if is_used(group):
                registered |= {key: group for key in _keys(arn)}
    for key in set(_known) - set(registered):
        del _known[key]
    now = time.monotonic()
    for key, group in registered.items():
        target = _known.setdefault(key, _Target(since=now))
        if not target.looking and target.next_look <= now:
            target.looking = True
            arguments = (key, target, dict(group), _is_network(group))
            threading.Thread(target=_look_at, args=arguments, name=f"target-health-{key[1]}", daemon=True).start()


def forwarded_to(group_arn: str) -> list[str]:
    """The addresses new connections go to: healthy targets, or all when not one of them is (the group fails open)."""
    states = {key: _known[key].state for key in _keys(group_arn) if key in _known}
    healthy = [key for key, state in states.items() if state == "healthy"]
    all_unhealthy = states and set(states.values()) == {"unhealthy"}
    return [f"{address}:{port}" for _, address, port in (states if all_unhealthy else healthy)]


def are_healthy(task: dict, service: dict | None) -> bool:
    """Whether a task is healthy in every target group of its service."""
    return all(target is not None and target.state == "healthy" for _, target in _targets_of(task, service))


def failing_group(task: dict, service: dict | None) -> str | None:
    """The target group whose checks a running task fails, its service's grace period over."""
    if service is None or _is_in_grace(task, service):
        return None
    failing = (arn for arn, target in _targets_of(task, service) if target is not None and target.state == "unhealthy")
    return next(failing, None)


def seconds_to_drain(task: dict, service: dict | None) -> float:
    """How long a task that leaves its target groups still serves connections: the longest of their delays.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
    """
    share = pace.seconds("deregistration-share")
    return max((share * _deregistration_delay(arn) for arn, _ in _targets_of(task, service)), default=0.0)


def _deregistration_delay(group_arn: str) -> float:
    attributes = {entry["Key"]: entry["Value"] for entry in alb._tg_attrs.get(group_arn) or []}
    return float(attributes.get("deregistration_delay.timeout_seconds", 300))


def is_used(group: dict) -> bool:
    return any(arn in alb._lbs for arn in group.get("LoadBalancerArns") or [])


def _is_network(group: dict) -> bool:
    return any(alb._lbs[arn]["Type"] == "network" for arn in group["LoadBalancerArns"] if arn in alb._lbs)


def _keys(group_arn: str) -> Iterator[_Key]:
    default = int((alb._tgs.get(group_arn) or {}).get("Port", 80))
    for target in alb._targets.get(group_arn) or []:
        yield group_arn, target["Id"], int(target.get("Port") or default)


def _targets_of(task: dict, service: dict | None) -> Iterator[tuple[str, _Target | None]]:
    for balancer in (service or {}).get("loadBalancers") or []:
        arn = balancer.get("targetGroupArn")
        if arn:
            yield arn, _known.get((arn, ecs._task_ip(task) or "", int(balancer.get("containerPort", 80))))


def _is_in_grace(task: dict, service: dict) -> bool:
    """`healthCheckGracePeriodSeconds`: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html"""
    since = task.get("_running_since")
    return since is None or time.monotonic() - since < int(service.get("healthCheckGracePeriodSeconds") or 0)


def _look_at(key: _Key, target: _Target, group: dict, network: bool) -> None:
    passed = _passes(key, group, network)
    now = time.monotonic()
    interval = float(group["HealthCheckIntervalSeconds"])
    was = target.state
    if was == "initial":
        target.next_look = now + interval * pace.seconds("first-check-share")
        if passed:
            target.state, target.next_look = "healthy", now + interval
        elif now - target.since >= interval * int(group["UnhealthyThresholdCount"]):
            target.state = "unhealthy"
    else:
        target.next_look = now + interval
        target.against = target.against + 1 if passed != (was == "healthy") else 0
        threshold = "UnhealthyThresholdCount" if was == "healthy" else "HealthyThresholdCount"
        if target.against >= int(group[threshold]):
            target.state, target.against = ("unhealthy" if was == "healthy" else "healthy"), 0
    target.looking = False
    if target.state != was:
        for listener in _listeners:
            listener()


def _passes(key: _Key, group: dict, network: bool) -> bool:
    """One check. The target of an application load balancer, which forwards nothing here, only has to listen."""
    _, address, traffic_port = key
    wanted = str(group.get("HealthCheckPort") or "traffic-port")
    port = traffic_port if wanted == "traffic-port" else int(wanted)
    seconds = float(group["HealthCheckTimeoutSeconds"])
    if network and group["HealthCheckProtocol"] == "HTTP":
        connection = http.client.HTTPConnection(address, port, timeout=seconds)
        try:
            connection.request("GET", group.get("HealthCheckPath") or "/")
            return _matches(connection.getresponse().status, group)
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
    try:
        socket.create_connection((address, port), seconds).close()
    except OSError:
        return False
    return True


def _matches(status: int, group: dict) -> bool:
    """Whether a status is among the matcher's, written like `200,202` or `200-399`."""
    for part in str((group.get("Matcher") or {}).get("HttpCode") or "200-399").split(","):
        first, _, last = part.partition("-")
        if int(first) <= status <= int(last or first):
            return True
    return False


_REASONS = {
    "initial": ("Elb.InitialHealthChecking", "Initial health checks in progress"),
    "unhealthy": ("Target.FailedHealthChecks", "Health checks failed"),
    "unused": ("Target.NotInUse", "Target group is not configured to receive traffic from the load balancer"),
}


def _describe(params: dict) -> tuple:
    arn = alb._p(params, "TargetGroupArn")
    group = alb._tgs.get(arn)
    if not group:
        return alb._error("TargetGroupNotFound", f"Target group '{arn}' not found.")
    wanted = {target["Id"] for target in alb._parse_targets_param(params)}
    shown = [key for key in _keys(arn) if not wanted or key[1] in wanted]
    members = "".join(_member(key, _state(key, group)) for key in shown)
    return alb._xml(
        200, "DescribeTargetHealth", f"<TargetHealthDescriptions>{members}</TargetHealthDescriptions>"
    )


def _state(key: _Key, group: dict) -> str:
    if not is_used(group):
        return "unused"
    target = _known.get(key)
    return target.state if target else "initial"


def _member(key: _Key, state: str) -> str:
    _, address, port = key
    reason, description = _REASONS.get(state, ("", ""))
    why = f"<Reason>{reason}</Reason><Description>{escape(description)}</Description>" if reason else ""
    target = f"<Target><Id>{escape(address)}</Id><Port>{port}</Port></Target>"
    return f"<member>{target}<TargetHealth><State>{state}</State>{why}</TargetHealth></member>"
