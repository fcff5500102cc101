"""How long things take: the one table of the local cloud's timings, at the quick pace and at AWS's.

`LOCAL_PACE` chooses the column: `local` (default) or `aws`. `aws/8` is AWS's, each divided by eight, for tests that have
to see a delay without sitting through it. How often the extension itself looks at the engine is no timing of AWS's and
is not here.

A source is a page or a service model; "memory" has not been looked up, and a conformance run settles it.
"""

from dataclasses import dataclass

from .settings import SETTINGS

_ECS_MODEL = "botocore ecs, DeploymentConfiguration.minimumHealthyPercent"
_THROTTLE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html"
_REBALANCING = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html"
_DELAY = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html"
_DRIVER = "moby daemon/logger/awslogs/cloudwatchlogs.go, defaultForceFlushInterval"


@dataclass(frozen=True)
class Timing:
    """Seconds at each pace; the two shares are without unit."""

    local: float
    aws: float
    source: str


TIMINGS: dict[str, Timing] = {
    # From RUNNING until a task without any health check counts as healthy.
    "task-counts-as-healthy": Timing(1.0, 40.0, _ECS_MODEL),
    # From a change until the service's scheduler acts on it.
    "scheduler-reacts": Timing(0.0, 3.0, "memory"),
    # How often a service is looked at without a change.
    "scheduler-sweeps": Timing(2.0, 10.0, "memory"),
    # Until the next start after tasks of a service failed in a row: at first, doubling, and at most.
    "restart-first": Timing(1.5, 5.0, "memory"),
    "restart-longest": Timing(15.0, 27 * 60.0, _THROTTLE),
    # How long a service is out of balance before a task is moved to another zone.
    "rebalancing-begins": Timing(1.0, 60.0, f"memory; {_REBALANCING} gives no time"),
    # A deployment that failed is listed for this long after its rollback.
    "failed-deployment-shown": Timing(10.0, 30.0, "memory"),
    "stopped-task-shown": Timing(3600.0, 3600.0, "botocore ecs, ListTasks"),
    # From RunTask, or a start by a service, until ListTasks and DescribeTasks know the task.
    "task-becomes-visible": Timing(0.0, 1.0, "botocore ecs, RunTask: eventual consistency, without a time"),
    # An awsvpc task's network interface: PROVISIONING and DEPROVISIONING.
    "interface-attaches": Timing(0.0, 5.0, "memory"),
    "interface-detaches": Timing(0.0, 10.0, "memory"),
    # From the control plane (RegisterInstance, ListInstances) to the data plane (DiscoverInstances).
    "discovery-lag": Timing(
        1.0, 5.0, "botocore servicediscovery, InstanceNotFound: not propagated yet; five from memory of its feature page"
    ),
    # From the control plane to DNS answers.
    "name-lag": Timing(0.0, 15.0, "botocore route53, ChangeResourceRecordSets: generally within 60; 15 from memory"),
    # Between two of the log driver's requests, and from a request until its events can be read.
    "log-driver-flushes": Timing(0.0, 5.0, _DRIVER),
    "log-lag": Timing(0.0, 3.0, "memory"),
    # Share of its target group's deregistration delay that a target is waited for, and of its group's interval after
    # which a new target is looked at first.
    "deregistration-share": Timing(0.0, 1.0, _DELAY),
    "first-check-share": Timing(
        0.05, 1.0, "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html"
    ),
    "change-set-pending": Timing(0.1, 1.0, "memory"),
    "change-set-creating": Timing(0.2, 5.0, "memory"),
    # How often CloudFormation looks whether a resource has become stable, and when it gives up.
    "stabilisation-look": Timing(0.25, 15.0, "memory"),
    "stabilisation-limit": Timing(3 * 3600.0, 3 * 3600.0, "memory: three hours for ECS services"),
    # What a resource takes that others have to see first: a role, a namespace with its hosted zone.
    "role-created": Timing(0.0, 15.0, "memory"),
    "namespace-created": Timing(0.0, 30.0, "memory"),
}

_SHARES = frozenset({"deregistration-share", "first-check-share"})
_KEPT = frozenset({"stopped-task-shown", "stabilisation-limit"})


def seconds(name: str) -> float:
    """The timing at this cloud's pace; a share for the names that end in it."""
    return at(SETTINGS.pace, name)


def at(pace: str, name: str) -> float:
    """The timing at a pace: `local`, `aws`, or `aws/8`. Raises ValueError for a pace that there is not."""
    column, divided, divisor = pace.partition("/")
    timing = TIMINGS[name]
    if column not in ("local", "aws") or (divided and not divisor.isdigit()):
        raise ValueError(f"no such pace: {pace}; there are local and aws")
    value = timing.local if column == "local" else timing.aws
    return value if name in _KEPT else value / int(divisor or 1)
